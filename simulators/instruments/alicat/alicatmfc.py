"""The line that simulated Alicats share, as one device behind one port."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bench.core.clock import Clock
from simulators.instruments.alicat.unit import Unit
from simulators.wire.device import TimedDevice

LATENCY_s = 0.005


class AlicatMFC(TimedDevice):
    """Takes lines that begin with the letter of a unit and end with CR."""

    def __init__(self, clock: Clock, units: Iterable[tuple[str, Unit]] = ()) -> None:
        super().__init__(clock)
        self.units: dict[str, Unit] = {}
        for letter, unit in units:
            self.add(letter, unit)

    def add(self, letter: str, unit: Unit) -> None:
        """Hang a further unit on the line. Raises ValueError for a letter that is none, or taken."""
        if not (len(letter) == 1 and "A" <= letter <= "Z"):
            raise ValueError(f"unit {letter!r}: it is a letter from A to Z")
        if letter in self.units:
            raise ValueError(f"unit {letter!r}: another one on this line has that letter")
        self.units[letter] = unit

    def execute(self, message: str) -> str | None:
        """See MessageDevice; commands are not case-sensitive, and nobody answers for another letter."""
        self.begin()
        text = message.strip().upper()
        unit = self.units.get(text[:1])
        reply = None
        if unit is not None:
            reply = unit.command(text[0], text[1:].strip(), self.time)
            self.spend(LATENCY_s)
        self.finish()
        return reply

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        return {letter: unit.inspect() for letter, unit in self.units.items()}
