"""What a delta run says: one resistance with its uncertainty, and whether delay or current change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.core.uncertainty import Result, unresolved
from bench.runs.columns import Column
from bench.runs.record import Analysis, Table
from procedures.common.budget_table import budget_table
from procedures.common.propagation import Quantity, Source, limit
from procedures.transport.resistance import columns as flags
from procedures.transport.resistance.blocks import Array, Estimate, TooFewReadingsError, differ, estimate

if TYPE_CHECKING:
    from bench.runs.columns import Value
    from bench.runs.record import RunRecord

TESTS = (
    Column("Test", kind="integer"),
    Column("Current", "A"),
    Column("Delay", "s"),
    Column("Voltage range", "V"),
    Column("Resistance", "ohm"),
    Column("u(Resistance)", "ohm"),
    Column("Readings", kind="integer"),
    Column("Readings rejected", kind="integer"),
)


@dataclass(frozen=True, slots=True)
class Test:
    """One delta test: `facts` as noted by the procedure, usable resistances, how many were not."""

    __test__ = False

    number: int
    facts: Mapping[str, Any]
    ohm: Array
    rejected: int

    @property
    def current_A(self) -> float:
        """Half the difference of the two levels."""
        return float(self.facts["current_A"])

    @property
    def delay_s(self) -> float:
        """From each reversal to its conversion."""
        return float(self.facts["delay_s"])


def tests_of(record: RunRecord) -> list[Test]:
    """The tests that were done, in order."""
    number = np.asarray(record.column("Test"), dtype=np.int64)
    voltage, current = (np.asarray(record.column(name), dtype=float) for name in ("Voltage", "Current"))
    at_limit = np.asarray(record.column("Compliance"), bool) | np.asarray(record.column("Overload"), bool)
    usable = np.isfinite(voltage) & np.isfinite(current) & ~at_limit
    found = []
    for facts in record.facts.get("tests", []):
        mine = number == facts["test"]
        use = mine & usable
        ohm = voltage[use] / current[use]
        found.append(Test(int(facts["test"]), facts, ohm, int(np.count_nonzero(mine & ~usable))))
    return found


def analyse(record: RunRecord) -> Analysis:
    """Results and tables of a delta run, from its rows and facts alone."""
    tests = tests_of(record)
    results = {"resistance": _resistance(tests, float(record.parameters["linearity_tolerance"]))}
    return Analysis(
        results, {"tests": Table(TESTS, tuple(map(_row, tests))), "budget": budget_table(results)}
    )


def _resistance(tests: list[Test], tolerance: float) -> Result:
    found = [flags.CONTACTS]
    if any(test.rejected for test in tests):
        found.append(flags.LEFT_OUT)
    if not tests:
        return unresolved("ohm", flags.TOO_FEW)
    highest = max(test.current_A for test in tests)
    full = [test for test in tests if test.current_A == highest]
    shortest = min(test.delay_s for test in full)
    try:
        best = estimate([test.ohm for test in full])
    except TooFewReadingsError:
        return unresolved("ohm", flags.TOO_FEW, *found)
    bend = 0.0
    longer = _of([test for test in full if test.delay_s > shortest])
    first = _of([test for test in full if test.delay_s == shortest])
    if longer and first and differ(longer, first, 2e-5):
        found.append(flags.NOT_SETTLED)
        best, bend = longer, abs(longer.value - first.value)
    low = _of([test for test in tests if test.current_A < highest])
    if low is not None and differ(low, best, tolerance):
        found.append(flags.NOT_OHMIC)
    sources: dict[Source, float] = {
        Source("repeatability", best.u, "ohm", "A", best.dof, note="blocks of successive readings"): 1.0
    }
    if bend:
        sources[limit("not settled", bend, "ohm")] = 1.0
    for key, what in (("gain_V", "voltage gain"), ("gain_A", "current gain")):
        gain = full[0].facts.get(key)
        if gain is None:
            if flags.TYPE_A_ONLY not in found:
                found.append(flags.TYPE_A_ONLY)
            continue
        # The offset of the source's level reverses with neither sign: it cancels in half the difference.
        sources[limit(what, float(gain["relative"]), note=str(gain["source"]))] = best.value
    return Quantity(best.value, "ohm", sources).result(found)


def _of(tests: list[Test]) -> Estimate | None:
    try:
        return estimate([test.ohm for test in tests])
    except TooFewReadingsError:
        return None


def _row(test: Test) -> tuple[Value, ...]:
    found = _of([test])
    return (
        test.number,
        test.current_A,
        test.delay_s,
        test.facts.get("range_V"),
        found.value if found else None,
        found.u if found else None,
        int(test.ohm.size),
        test.rejected,
    )
