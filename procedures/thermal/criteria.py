"""A result against what a recipe asks of it: pass, marginal, void, fail or not measured; never by a hair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bench.runs.columns import Column
from bench.runs.record import Table
from procedures.thermal.flags import Verdict

COLUMNS = (
    Column("Quantity", kind="text"),
    Column("Value"),
    Column("Margin"),
    Column("Criterion", kind="text"),
    Column("Limit"),
    Column("Unit", kind="text"),
    Column("Verdict", kind="text"),
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """`value` has to be at most (or at least) `limit`; `margin` is how far it may be wrong, either way.

    "pass" if it holds however wrong the value is within its margin, "fail" if it does not hold even so,
    "marginal" in between. A value that is not known fails: nobody can accept what was not seen. Where no
    instrument was there to measure it, it is "not measured", which is never a pass either. In
    a run that did not end as it should (`void`) nothing passes.
    """

    quantity: str
    value: float | None
    unit: str
    sense: Literal["at most", "at least"]
    limit: float
    margin: float = 0.0
    measured: bool = True
    void: bool = False

    @property
    def verdict(self) -> Verdict:
        """See the class."""
        found = self._of_the_value
        return "void" if self.void and found != "fail" else found

    @property
    def _of_the_value(self) -> Verdict:
        if not self.measured:
            return "not measured"
        if self.value is None:
            return "fail"
        room = self.limit - self.value if self.sense == "at most" else self.value - self.limit
        if room >= self.margin:
            return "pass"
        return "marginal" if room >= -self.margin else "fail"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Of several."""
    order: tuple[Verdict, ...] = ("pass", "not measured", "marginal", "void", "fail")
    return max(verdicts, key=order.index, default="pass")


def table_of(criteria: Iterable[Criterion]) -> Table:
    """One line a criterion."""
    return Table(
        COLUMNS,
        tuple(
            (one.quantity, one.value, one.margin, one.sense, one.limit, one.unit, one.verdict)
            for one in criteria
        ),
    )
