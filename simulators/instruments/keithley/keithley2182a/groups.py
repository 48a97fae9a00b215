"""What all command groups of the Model 2182A share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.instruments.keithley.keithley2182a.settings import Settings

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2182a.instrument import Keithley2182A


class Group:
    """A group of commands; `header` stands in front of what `Stored` and `under` declare."""

    header = ""

    def __init__(self, unit: Keithley2182A) -> None:
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
        self.unit.forget_filter()
