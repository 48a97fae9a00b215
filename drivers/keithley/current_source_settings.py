"""The settings of the Keithley 6220 and 6221 that the driver uses (reference manual, sections 2 to 6)."""

from __future__ import annotations

import math

from drivers import replies
from drivers.keithley.source_meter_ranges import same_range
from drivers.replies import ReplyShapeError
from drivers.round_trips import RoundTrip
from drivers.settings import Setting, choice, count, exact, number, switch


def _count_or_infinity(reply: str) -> float:
    value = replies.number(reply)
    return math.inf if value >= 9.8e37 else value


def _elements(reply: str) -> tuple[str, ...]:
    return tuple(sorted(item.strip().upper()[:4] for item in reply.split(",")))


OUTPUT = switch("output", ":OUTP")
LEVEL = number("source_current_A", ":SOUR:CURR", tolerance=0.0)
RANGE: Setting[float] = Setting(
    "source_current_range_A", ":SOUR:CURR:RANG", replies.number, exact, same_range
)
AUTORANGE = switch("source_current_autorange", ":SOUR:CURR:RANG:AUTO")
COMPLIANCE = number("voltage_compliance_V", ":SOUR:CURR:COMP", tolerance=0.01)
MODE = choice("source_mode", ":SOUR:CURR:MODE", "FIXed", "SWEep", "LIST")
FILTER = switch("source_filter", ":SOUR:CURR:FILT")
INNER_SHIELD = choice("inner_shield", ":OUTP:ISH", "OLOW", "GUARd")
LOW_TO_EARTH = switch("output_low_to_earth", ":OUTP:LTE")
RESPONSE = choice("response", ":OUTP:RESP", "FAST", "SLOW")
INTERLOCK_CLOSED = switch("interlock_closed", ":OUTP:INT:TRIP")
CONDITION_QUERY = ":STAT:MEAS:COND?"
IN_COMPLIANCE = 1 << 3
"""Bit of the measurement condition register (figure 11-6)."""
ABORT = ":SOUR:SWE:ABOR"

HIGH = number("delta_high_A", ":SOUR:DELT:HIGH", tolerance=0.0)
LOW = number("delta_low_A", ":SOUR:DELT:LOW", tolerance=0.0)
DELAY = number("delta_delay_s", ":SOUR:DELT:DEL", tolerance=5e-4)
COUNT: Setting[float] = Setting(
    "delta_count",
    ":SOUR:DELT:COUN",
    _count_or_infinity,
    lambda value: "INF" if math.isinf(value) else str(int(value)),
    lambda asked, held, _: asked == held,
)
ABORT_IN_COMPLIANCE = switch("delta_abort_in_compliance", ":SOUR:DELT:CAB")
COLD_SWITCH = switch("delta_cold_switch", ":SOUR:DELT:CSW")
SETS: Setting[float] = Setting(
    "delta_sets", ":SOUR:SWE:COUN", _count_or_infinity, exact, lambda asked, held, _: asked == held
)
AVERAGE = switch("delta_average", ":SENS:AVER")
UNIT = choice("delta_unit", ":UNIT", "V", "OHMS", "W", "SIEMens")
BUFFER = count("buffer_points", ":TRAC:POIN")
CLEAR_BUFFER, FEED_READINGS = ":TRAC:CLE", ":TRAC:FEED SENS"
STORING = choice("buffer_storing", ":TRAC:FEED:CONT", "NEVer", "NEXT")
FIVE_ELEMENTS = ("READ", "TST", "RNUM", "SOUR", "COMP")
ELEMENTS: Setting[tuple[str, ...]] = Setting(
    "elements", ":FORM:ELEM", _elements, ",".join, lambda asked, held, _: tuple(sorted(asked)) == held
)
ARM = ":SOUR:DELT:ARM"
START = ":INIT:IMM"
NANOVOLTMETER_QUERY = ":SOUR:DELT:NVPR?"
LATEST_QUERY, STORED_QUERY, ALL_QUERY = ":SENS:DATA?", ":TRAC:POIN:ACT?", ":TRAC:DATA?"

BAUD = count("relay_baud", ":SYST:COMM:SER:BAUD")
TERMINATOR = choice("relay_terminator", ":SYST:COMM:SER:TERM", "CR", "LF", "CRLF", "LFCR")


def _flow_control(reply: str) -> str:
    word = reply.strip().upper()
    if word not in ("NONE", "XON", "HW"):
        raise ReplyShapeError(f"{reply!r} is no kind of flow control")
    return word


FLOW_CONTROL: Setting[str] = Setting(
    "relay_flow_control", ":SYST:COMM:SER:PACE", _flow_control, str, lambda asked, held, _: asked == held
)

READABLE = (
    OUTPUT,
    LEVEL,
    RANGE,
    AUTORANGE,
    COMPLIANCE,
    FILTER,
    INNER_SHIELD,
    LOW_TO_EARTH,
    RESPONSE,
    INTERLOCK_CLOSED,
)
REVERSIBLE = (
    RoundTrip(COMPLIANCE, (1.0, 2.0)),
    RoundTrip(FILTER, (False, True)),
    RoundTrip(ABORT_IN_COMPLIANCE, (True, False)),
    RoundTrip(DELAY, (0.002, 0.003)),
)
"""Nothing that reaches the terminals, and nothing that the wiring decides."""
