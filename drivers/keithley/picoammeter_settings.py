"""The settings of the Keithley 6485 and 6487 that the driver uses, after Keithley's own drivers for both."""

from __future__ import annotations

from drivers import replies
from drivers.keithley.source_meter_ranges import same_range
from drivers.replies import ReplyShapeError
from drivers.round_trips import RoundTrip
from drivers.settings import Setting, choice, count, exact, number, switch

CURRENT_RANGES_A = (2e-9, 2e-8, 2e-7, 2e-6, 2e-5, 2e-4, 2e-3, 2e-2)
"""Full scales; each reaches 105 %."""


def _elements(reply: str) -> tuple[str, ...]:
    return tuple(sorted(word.strip().upper()[:4] for word in reply.split(",")))


RANGE: Setting[float] = Setting("current_range_A", ":SENS:CURR:RANG", replies.number, exact, same_range)
AUTORANGE = switch("autorange", ":SENS:CURR:RANG:AUTO")
NPLC = number("nplc", ":SENS:CURR:NPLC", tolerance=0.005)
MEDIAN = switch("median_filter", ":SENS:MED")
AVERAGE = switch("average_filter", ":SENS:AVER")
NULL = switch("null", ":CALC2:NULL:STAT")
AUTOZERO = switch("autozero", ":SYST:AZER")
ZERO_CHECK = switch("zero_check", ":SYST:ZCH")
ZERO_CORRECT = switch("zero_correct", ":SYST:ZCOR")
LINE_FREQUENCY = number("line_frequency_Hz", ":SYST:LFR", tolerance=0.0)
ARM_SOURCE = choice(
    "arm_source", ":ARM:SOUR", "IMMediate", "TIMer", "BUS", "TLINk", "MANual", "NSTest", "PSTest", "BSTest"
)
ARM_COUNT, TRIGGER_COUNT = count("arm_count", ":ARM:COUN"), count("trigger_count", ":TRIG:COUN")
TRIGGER_SOURCE = choice("trigger_source", ":TRIG:SOUR", "IMMediate", "TLINk")
TRIGGER_DELAY = number("trigger_delay_s", ":TRIG:DEL", tolerance=1e-3)
ELEMENTS: Setting[tuple[str, ...]] = Setting(
    "elements", ":FORM:ELEM", _elements, ",".join, lambda asked, held, _: tuple(sorted(asked)) == held
)
ACQUIRE_ZERO, INITIATE = ":SYST:ZCOR:ACQ", ":INIT"
SOURCE_ON = switch("voltage_source", ":SOUR:VOLT:STAT")
SOURCE_LEVEL = number("voltage_level_V", ":SOUR:VOLT", tolerance=0.0)

READABLE = (
    RANGE,
    AUTORANGE,
    NPLC,
    MEDIAN,
    AVERAGE,
    NULL,
    AUTOZERO,
    ZERO_CHECK,
    ZERO_CORRECT,
    LINE_FREQUENCY,
)
REVERSIBLE = (
    RoundTrip(NPLC, (1.0, 2.0)),
    RoundTrip(MEDIAN, (False, True)),
    RoundTrip(AUTOZERO, (True, False)),
)
READ = f":READ?;{RANGE.query};{ZERO_CHECK.query}"
"""A reading with its range, and whether the input was shunted meanwhile."""


def reading(reply: str) -> tuple[str, float, bool]:
    """The reading as sent, its range, zero check; `+1.0E-09A` where somebody has asked for the unit."""
    parts = [part.strip() for part in reply.split(";")]
    if len(parts) != 3:
        raise ReplyShapeError(f"{reply!r} is not reading, range and zero check")
    replies.number(parts[0].removesuffix("A"))
    return parts[0], replies.number(parts[1]), replies.on_off(parts[2])
