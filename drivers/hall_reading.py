"""Which contacts a Hall measurement uses, and what one reading of it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bench.core.readings import Reading
from bench.core.roles import Crosspoint


class Contacts(NamedTuple):
    """Current into contact `into`, out of `out`; voltage of `high` minus `low`.

    V21,34 of ASTM F76 is Contacts(2, 1, 3, 4).
    """

    into: int
    out: int
    high: int
    low: int

    @property
    def crosspoints(self) -> frozenset[Crosspoint]:
        """Columns 1 to 4: source high and low, voltmeter high and low."""
        return frozenset({(self.into, 1), (self.out, 2), (self.high, 3), (self.low, 4)})

    @property
    def name(self) -> str:
        """As in ASTM F76: "V21,34"."""
        return f"V{self.into}{self.out},{self.high}{self.low}"


@dataclass(frozen=True, slots=True)
class HallReading:
    """One voltage with the current it was taken at. `field` is None where there is no field meter.

    `current` is the ammeter's, or the level that was set (raw "set") where there is none. Both are flagged
    `in_compliance` where the source was. `elsewhere`: the ammeter sees another current than the source sends,
    beyond what both claim; the rest went through a leak, an open contact or a wrong relay.
    """

    contacts: Contacts
    voltage: Reading
    current: Reading
    field: Reading | None
    elsewhere: bool = False

    @property
    def usable(self) -> bool:
        """Whether it may enter a fit or a mean."""
        known = self.field is None or self.field.usable
        return self.voltage.usable and self.current.usable and known and not self.elsewhere
