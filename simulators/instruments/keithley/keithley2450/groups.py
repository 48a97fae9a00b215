"""What all command groups of the Model 2450 share: the unit they belong to, and common parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.instruments.keithley.keithley2450.settings import Settings
from simulators.wire.scpi import Number

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

WORDS = {"VOLT": "VOLTage", "CURR": "CURRent", "RES": "RESistance"}
USER = (range(1, 6),)
"""Numbers of the user delays."""


class Group:
    """A group of commands; `header` stands in front of what `Stored` and `under` declare."""

    header = ""

    def __init__(self, unit: Keithley2450) -> None:
        self.unit = unit

    @property
    def settings(self) -> Settings:
        """The instrument's settings."""
        return self.unit.settings

    @property
    def state(self) -> Any:
        """The object that `Stored` rows of this group are attributes of."""
        return self.unit.settings

    def changed(self) -> None:
        """A client has set something."""
        self.unit.settings_changed()


class Magnitude(Number):
    """A number whose sign does not matter."""

    def parse(self, text: str) -> float | str:
        """See Parameter."""
        value = super().parse(text)
        return value if isinstance(value, str) else abs(value)
