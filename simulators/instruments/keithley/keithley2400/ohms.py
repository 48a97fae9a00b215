"""Automatic ohms: the range chooses the test current (user's manual, table 4-1 and SPEC-2400 Rev. H).

In manual ohms the source stays as it is set, and resistance is the measured V divided by the measured I.
"""

from __future__ import annotations

from typing import NamedTuple

from simulators.instruments.keithley.keithley2400.conversion import DOWN_RANGE, OVERFLOW, Reading
from simulators.instruments.keithley.keithley2400.groups import Group
from simulators.instruments.keithley.keithley2400.ranges import MEASURE_OVER_RANGE
from simulators.instruments.keithley.keithley2400.sense_commands import NPLC
from simulators.instruments.keithley.keithley2400.settings import OhmsState, Settings
from simulators.instruments.keithley.source_meter.binding import RangeNumber, Stored, under
from simulators.wire.scpi import Boolean, Choice, ScpiError


class OhmsRange(NamedTuple):
    """Full scale, test current, and the ranges of source and voltmeter it uses."""

    full_scale_ohm: float
    current_A: float
    current_index: int
    voltage_index: int


RANGES = (
    OhmsRange(20.0, 1e-1, 5, 1),
    OhmsRange(200.0, 1e-2, 4, 1),
    OhmsRange(2e3, 1e-3, 3, 1),
    OhmsRange(2e4, 1e-4, 2, 1),
    OhmsRange(2e5, 1e-5, 1, 1),
    OhmsRange(2e6, 1e-6, 0, 1),
    OhmsRange(2e7, 1e-6, 0, 2),
    OhmsRange(2e8, 1e-7, 0, 2),
)
HIGHEST_ohm = 2.1e8


def configure_source(settings: Settings) -> None:
    """Set source and voltmeter as the present ohms range demands."""
    one = RANGES[settings.ohms.range_index]
    if settings.function != "CURR":
        settings.function = "CURR"
        settings.output = False
    source = settings.source["CURR"]
    source.mode, source.range_auto = "FIX", False
    source.range_index, source.level = one.current_index, one.current_A
    sense = settings.sense["VOLT"]
    sense.range_auto, sense.range_index = False, one.voltage_index
    sense.compliance = 2.1 if one.voltage_index == 1 else 21.0


def better_range(settings: Settings, reading: Reading) -> int:
    """The ohms range to try next; the present one if it fits or is fixed."""
    ohms = settings.ohms
    index = ohms.range_index
    full_scale_ohm = RANGES[index].full_scale_ohm
    beyond = reading.resistance >= full_scale_ohm * MEASURE_OVER_RANGE or reading.in_compliance
    if not ohms.range_auto:
        return index
    if beyond:
        return min(index + 1, len(RANGES) - 1)
    if reading.resistance < DOWN_RANGE * full_scale_ohm:
        return max(index - 1, 0)
    return index


def checked(settings: Settings, reading: Reading) -> Reading:
    """The reading with its resistance replaced by the overflow sentinel where the range cannot show it."""
    limit_ohm = RANGES[settings.ohms.range_index].full_scale_ohm * MEASURE_OVER_RANGE
    if reading.in_compliance or reading.resistance > limit_ohm:
        return reading._replace(resistance=OVERFLOW, word=reading.word | 1)
    return reading


def compensated(reading: Reading, zero: Reading) -> Reading:
    """Offset-compensated ohms: the slope between the test current and none (user's manual, p. 4-8)."""
    change_A = reading.current - zero.current
    resistance = (reading.voltage - zero.voltage) / change_A if change_A else OVERFLOW
    return reading._replace(resistance=resistance, time=zero.time, word=reading.word | zero.word)


class OhmsCommands(Group):
    """`SENSe:RESistance`."""

    header = "[:SENSe[1]]:RESistance"
    lowest = 0.0
    highest = HIGHEST_ohm
    default_range = 2.1e5
    mode = Stored(":MODE", Choice("MANual", "AUTO"))
    offset_compensated = Stored(":OCOMpensated", Boolean())
    range_auto = Stored(":RANGe:AUTO", Boolean())

    @property
    def state(self) -> OhmsState:
        """Settings of the resistance function."""
        return self.settings.ohms

    @under(":RANGe[:UPPer]", RangeNumber("lowest", "highest", "default_range"))
    def set_range(self, expected_ohm: float) -> None:
        """Most sensitive range for the expected resistance; -221 in manual ohms (p. 18-62, note 2)."""
        if self.state.mode != "AUTO":
            raise ScpiError(-221)
        self.state.range_index = next(
            index
            for index, one in enumerate(RANGES)
            if expected_ohm <= one.full_scale_ohm * 1.05 * (1 + 1e-9)
        )
        self.state.range_auto = False
        self.changed()

    @under(":RANGe[:UPPer]?")
    def range(self) -> float:
        """Full scale with over-range."""
        return RANGES[self.state.range_index].full_scale_ohm * 1.05

    @under(":NPLCycles", NPLC)
    def set_nplc(self, cycles: float) -> None:
        """Integration time in line cycles, one for all functions."""
        self.settings.nplc = cycles
        self.changed()

    @under(":NPLCycles?")
    def nplc(self) -> float:
        """Integration time in line cycles."""
        return self.settings.nplc

    def neighbour(self, step: int) -> float:
        """Full scale one range up or down."""
        index = min(max(self.state.range_index + step, 0), len(RANGES) - 1)
        return RANGES[index].full_scale_ohm
