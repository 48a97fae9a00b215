"""A limit on what runs publish, as a person writes it: the same for an interlock and for an alarm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from bench.core.quantities import parse_quantity
from bench.safety.watch import Comparison, Condition, settle_s

ROOM = "ambient"
_OF = " of "


@dataclass(frozen=True, slots=True)
class RoomTemperature:
    """The temperature of the room in kelvin, as every run logs it."""

    unit = "K"

    def __str__(self) -> str:
        return ROOM


@dataclass(frozen=True, slots=True)
class RowQuantity:
    """A column of the rows that runs on this instrument publish; without one: that any run publishes."""

    column: str
    instrument: str = ""

    def __str__(self) -> str:
        return f"{self.column}{_OF}{self.instrument}" if self.instrument else self.column


PublishedQuantity: TypeAlias = RoomTemperature | RowQuantity


@dataclass(frozen=True, slots=True)
class Threshold:
    """`limit` is as written: its unit meets that of the quantity where the quantity is published.

    `for_s` and `stale_s` are seconds; a quantity whose silence does not matter has a `stale_s` of infinity.
    """

    quantity: PublishedQuantity
    comparison: Comparison
    limit: str | float
    for_s: float = 0.0
    stale_s: float = math.inf

    def condition(self, unit: str) -> Condition:
        """In the unit of the published value. Raises QuantityError if the limit is of another dimension."""
        return Condition(self.comparison, parse_quantity(self.limit, unit), self.for_s, self.stale_s)

    @property
    def settle_s(self) -> float:
        """See Condition."""
        return settle_s(self.for_s)

    def limit_text(self, unit: str) -> str:
        """The limit with its unit, for people."""
        return self.limit if isinstance(self.limit, str) else f"{self.limit:g} {unit}".strip()


def parse_published(text: str) -> PublishedQuantity | None:
    """`ambient`, or `COLUMN of INSTRUMENT` such as "Vessel temperature of furnace"; None if it is neither."""
    if text == ROOM:
        return RoomTemperature()
    column, of, instrument = text.rpartition(_OF)
    return RowQuantity(column.strip(), instrument.strip()) if of and column.strip() else None
