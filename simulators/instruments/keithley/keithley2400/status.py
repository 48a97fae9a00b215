"""The status word of a reading and the bits of the measurement event register (manual p. 18-50 and 15-13)."""

from __future__ import annotations

from simulators.instruments.keithley.keithley2400.settings import NO_OVP_V, Settings

# status word
OVERFLOW = 1 << 0
FILTER = 1 << 1
FRONT = 1 << 2
COMPLIANCE = 1 << 3
OVERVOLTAGE = 1 << 4
AUTO_OHMS = 1 << 10
V_MEASURED = 1 << 11
I_MEASURED = 1 << 12
OHMS_MEASURED = 1 << 13
V_SOURCED = 1 << 14
I_SOURCED = 1 << 15
RANGE_COMPLIANCE = 1 << 16
OFFSET_COMPENSATED = 1 << 17
REMOTE_SENSE = 1 << 22

# measurement event register
READING_AVAILABLE = 1 << 6
READING_OVERFLOW = 1 << 7
BUFFER_AVAILABLE = 1 << 8
BUFFER_FULL = 1 << 9
OUTPUT_ENABLED = 1 << 11
OVERVOLTAGE_EVENT = 1 << 13
IN_COMPLIANCE = 1 << 14

# operation event register (manual figure 15-5)
WAITING_FOR_ARM = 1 << 6
IDLE = 1 << 10


def word(settings: Settings, overflow: bool, real: bool, of_range: bool) -> int:
    """The 24-bit status word; `real` and `of_range` say which compliance was in force, if any."""
    measured = settings.measured
    bits = V_SOURCED if settings.function == "VOLT" else I_SOURCED
    if "VOLT" in measured:
        bits |= V_MEASURED
    if "CURR" in measured:
        bits |= I_MEASURED
    if "RES" in measured:
        bits |= V_MEASURED | I_MEASURED | OHMS_MEASURED
        if settings.ohms.mode == "AUTO":
            bits |= AUTO_OHMS
        if settings.ohms.offset_compensated:
            bits |= OFFSET_COMPENSATED
    if settings.terminals == "FRON":
        bits |= FRONT
    if settings.four_wire:
        bits |= REMOTE_SENSE
    if settings.filter.on:
        bits |= FILTER
    if overflow:
        bits |= OVERFLOW
    if real:
        bits |= COMPLIANCE
    if of_range:
        bits |= RANGE_COMPLIANCE
    if overvoltage(settings):
        bits |= OVERVOLTAGE
    return bits


def overvoltage(settings: Settings) -> bool:
    """Whether the voltage source is held by its protection limit."""
    return (
        settings.function == "VOLT"
        and settings.overvoltage_V < NO_OVP_V
        and abs(settings.source["VOLT"].level) > settings.overvoltage_V
    )
