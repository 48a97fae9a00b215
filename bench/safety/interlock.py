"""An interlock rule as the station file states it: a quantity, its limit, what is then done to which runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bench.core.quantities import parse_quantity
from bench.safety.watch import Comparison, Condition

Action: TypeAlias = Literal["warn", "pause", "abort", "make_safe"]


@dataclass(frozen=True, slots=True)
class RoomTemperature:
    """The temperature of the room in kelvin, as every run logs it."""

    unit = "K"

    def __str__(self) -> str:
        return "ambient"


@dataclass(frozen=True, slots=True)
class RowQuantity:
    """A column of the rows that runs on this instrument publish."""

    column: str
    instrument: str

    def __str__(self) -> str:
        return f"{self.column} of {self.instrument}"


@dataclass(frozen=True, slots=True)
class Interlock:
    """One rule. `limit` is as written: its unit meets that of the quantity where the quantity is published.

    `instruments` empty: it acts on the runs that publish the quantity.
    """

    name: str
    quantity: RoomTemperature | RowQuantity
    comparison: Comparison
    limit: str | float
    then: Action
    for_s: float
    stale_s: float
    instruments: tuple[str, ...] = ()

    def condition(self, unit: str) -> Condition:
        """In the unit of the published value. Raises QuantityError if the limit is of another dimension."""
        return Condition(self.comparison, parse_quantity(self.limit, unit), self.for_s, self.stale_s)

    def limit_text(self, unit: str) -> str:
        """The limit with its unit, for people."""
        return self.limit if isinstance(self.limit, str) else f"{self.limit:g} {unit}".strip()
