"""The EEPROM: some 100 000 changes, then the unit shows an error and stops working (HA026230, page 2)."""

from __future__ import annotations

ENDURANCE = 100_000


class Memory:
    """Counts what is written. The manual says it of the 2200 and 3200; of a 2400 we assume it."""

    def __init__(self) -> None:
        self.writes = 0

    def note(self) -> None:
        """A retained parameter was written, whatever the value."""
        self.writes += 1

    @property
    def worn_out(self) -> bool:
        """Whether it has had enough."""
        return self.writes > ENDURANCE
