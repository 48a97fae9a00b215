"""The resistance function: the ohms range chooses test current, voltmeter range and limit.

Test currents: SPEC-2450 Rev. A, p. 3. That selecting the function takes the source over, and that the source
stays as it is when the function is left, is from memory.
"""

from __future__ import annotations

from simulators.instruments.keithley.keithley2450.conversion import DOWN_RANGE, OVERFLOW, Reading
from simulators.instruments.keithley.keithley2450.ranges import OHMS, TABLES
from simulators.instruments.keithley.keithley2450.settings import Settings


def configure_source(settings: Settings) -> None:
    """Set source and voltmeter as the present ohms range demands; a change of source function ends output."""
    one = OHMS[settings.sense["RES"].range_index]
    if settings.function != "CURR":
        settings.function = "CURR"
        settings.output = False
    source = settings.source["CURR"]
    source.range_auto, source.range_index, source.level = False, one.current_index, one.current_A
    voltmeter = settings.sense["VOLT"]
    voltmeter.range_auto, voltmeter.range_index = False, one.voltage_index
    source.limit = TABLES["VOLT"][one.voltage_index].largest_level


def better_range(settings: Settings, reading: Reading) -> int:
    """The ohms range to try next; the present one if it fits or is fixed."""
    sense = settings.sense["RES"]
    index = sense.range_index
    if not sense.range_auto:
        return index
    if reading.value >= OVERFLOW or reading.limited:
        return min(index + 1, sense.upper_index, len(OHMS) - 1)
    if reading.value < DOWN_RANGE * OHMS[index].full_scale_ohm:
        return max(index - 1, sense.lower_index, 0)
    return index
