"""The tables of a stability log: Allan deviations and gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.runs.columns import Column
from bench.runs.record import Table

if TYPE_CHECKING:
    from procedures.transport.stability.allan import AllanPoint

ALLAN = (
    Column("Averaging time", "s"),
    Column("Points averaged", kind="integer"),
    Column("Pairs", kind="integer"),
    Column("Allan deviation", "ohm"),
    Column("Allan deviation without drift", "ohm"),
    Column("Lower bound without drift", "ohm"),
    Column("Upper bound without drift", "ohm"),
    Column("Degrees of freedom"),
    Column("Noise", kind="text"),
)
"""The first deviation is of the resistances as they were measured: what an average of this length is good
for. The second is without drift and what followed the temperature; the bounds hold it with 95.45 %. `Pairs`
of adjacent averages, overlapping; `Noise` is empty where the log is too short to tell its kind."""

GAPS = (
    Column("First point", kind="integer"),
    Column("Last point", kind="integer"),
    Column("Points missing", kind="integer"),
    Column("Duration", "s"),
    Column("Why", kind="text"),
)


def allan_rows(points: Sequence[AllanPoint], interval_s: float) -> Table:
    """One line an averaging time."""
    rows = (
        (
            one.factor * interval_s,
            one.factor,
            one.pairs,
            one.deviation,
            one.detrended,
            one.low,
            one.high if math.isfinite(one.high) else None,
            one.edf,
            "" if one.noise is None else one.noise.value,
        )
        for one in points
    )
    return Table(ALLAN, tuple(rows))


def gap_rows(gaps: Iterable[Mapping[str, Any]], interval_s: float) -> Table:
    """One line for each stretch that was not measured."""
    rows = (
        (gap["first"], gap["last"], gap["points"], gap["points"] * interval_s, gap["why"]) for gap in gaps
    )
    return Table(GAPS, tuple(rows))
