"""The uncertainty budget of every result of a run as one table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bench.runs.columns import Column
from bench.runs.record import Table

if TYPE_CHECKING:
    from bench.core.uncertainty import Result
    from bench.runs.columns import Value

BUDGET = (
    Column("Result", kind="text"),
    Column("Component", kind="text"),
    Column("u"),
    Column("Unit of u", kind="text"),
    Column("Contribution"),
    Column("Unit", kind="text"),
    Column("Share of variance"),
    Column("Type", kind="text"),
    Column("Degrees of freedom"),
    Column("Distribution", kind="text"),
    Column("Note", kind="text"),
)
"""An empty number of degrees of freedom stands for infinitely many."""


def budget_table(results: Mapping[str, Result]) -> Table:
    """Every budget line of every result, the largest first."""
    rows: list[tuple[Value, ...]] = []
    for name, result in results.items():
        for part in sorted(result.budget, key=lambda part: -part.contribution):
            rows.append(
                (
                    name,
                    part.name,
                    part.u,
                    part.unit,
                    part.contribution,
                    result.unit,
                    (part.contribution / result.u) ** 2 if result.u else None,
                    part.kind,
                    part.dof if math.isfinite(part.dof) else None,
                    part.distribution,
                    part.note,
                )
            )
    return Table(BUDGET, tuple(rows))
