"""What all command groups of the Model 2400 share: the unit they belong to, and the checks across groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.instruments.keithley.keithley2400.errors import refused
from simulators.instruments.keithley.keithley2400.ranges import TABLES
from simulators.instruments.keithley.keithley2400.settings import Settings

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2400.instrument import Keithley2400


class Group:
    """A group of commands; `header` stands in front of what `Stored` and `under` declare."""

    header = ""

    def __init__(self, unit: Keithley2400) -> None:
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


def check_power(settings: Settings) -> None:
    """22 W: above 21 V only 105 mA, above 105 mA only 21 V. Raises +826 (manual p. 18-62, note 4)."""
    level = settings.active
    limit = settings.sense[settings.limited].compliance
    highest = level.range_index == len(TABLES[settings.function]) - 1
    if highest and limit > (0.105 if settings.function == "VOLT" else 21.0):
        raise refused(826)
