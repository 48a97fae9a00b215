"""The settings of the Keithley 2182 and 2182A that the driver uses (2182A-900-01, sections 2, 3, 7, 11, 15).

Strings are in single quotes, so that a message can travel inside another one (see serial_relay).
"""

from __future__ import annotations

from drivers import replies
from drivers.keithley.source_meter_ranges import same_range
from drivers.replies import ReplyShapeError
from drivers.round_trips import RoundTrip
from drivers.settings import Setting, choice, count, exact, number, switch

VOLTAGE_RANGES_V = (0.01, 0.1, 1.0, 10.0, 100.0)
OVERRANGE = 1.2
MODEL = "model 2182A"


def _function(reply: str) -> str:
    word = reply.strip().strip("\"'").upper()
    if word not in ("VOLT", "VOLT:DC", "VOLTAGE", "VOLTAGE:DC", "TEMP", "TEMPERATURE"):
        raise ReplyShapeError(f"{reply!r} is not a measuring function")
    return "VOLT" if word.startswith("VOLT") else "TEMP"


_CHANNEL = ":SENS:VOLT:CHAN1"
CONTINUOUS = switch("continuous", ":INIT:CONT")
TRIGGER_SOURCE = choice("trigger_source", ":TRIG:SOUR", "IMMediate", "EXTernal", "TIMer", "MANual", "BUS")
TRIGGER_COUNT = count("trigger_count", ":TRIG:COUN")
TRIGGER_DELAY = number("trigger_delay_s", ":TRIG:DEL", tolerance=1e-3)
SAMPLES = count("samples", ":SAMP:COUN")
FUNCTION: Setting[str] = Setting(
    "function", ":SENS:FUNC", _function, lambda word: f"'{word}'", lambda asked, held, _: asked == held
)
CHANNEL = count("channel", ":SENS:CHAN")
RANGE: Setting[float] = Setting("voltage_range_V", f"{_CHANNEL}:RANG", replies.number, exact, same_range)
AUTORANGE = switch("autorange", f"{_CHANNEL}:RANG:AUTO")
NPLC = number("nplc", ":SENS:VOLT:NPLC", tolerance=0.005)
ANALOG_FILTER = switch("analog_filter", f"{_CHANNEL}:LPAS")
FILTER = switch("filter", f"{_CHANNEL}:DFIL")
FILTER_CONTROL = choice("filter_control", f"{_CHANNEL}:DFIL:TCON", "MOVing", "REPeat")
FILTER_COUNT = count("filter_count", f"{_CHANNEL}:DFIL:COUN")
FILTER_WINDOW = number("filter_window_percent", f"{_CHANNEL}:DFIL:WIND", tolerance=0.005)
REFERENCE = number("reference_V", f"{_CHANNEL}:REF", tolerance=1e-9)
RELATIVE = switch("relative", f"{_CHANNEL}:REF:STAT")
ACQUIRE_REFERENCE = f"{_CHANNEL}:REF:ACQ"
AUTOZERO = switch("autozero", ":SYST:AZER:STAT")
FRONT_AUTOZERO = switch("front_autozero", ":SYST:FAZ")
LINE_SYNC = switch("line_sync", ":SYST:LSYN")
LINE_FREQUENCY = number("line_frequency_Hz", ":SYST:LFR", tolerance=0.0)

READ = f":READ?;{RANGE.query};{CONTINUOUS.query}"
"""A reading with the range it was taken on, and whether it is a fresh one (see Keithley2182A.voltage)."""

READABLE = (
    FUNCTION,
    CHANNEL,
    RANGE,
    AUTORANGE,
    NPLC,
    ANALOG_FILTER,
    FILTER,
    FILTER_COUNT,
    RELATIVE,
    REFERENCE,
    AUTOZERO,
    FRONT_AUTOZERO,
    CONTINUOUS,
    LINE_FREQUENCY,
)
REVERSIBLE = (
    RoundTrip(NPLC, (1.0, 2.0)),
    RoundTrip(ANALOG_FILTER, (False, True)),
    RoundTrip(FILTER, (False, True)),
    RoundTrip(FILTER_COUNT, (10, 5)),
    RoundTrip(FRONT_AUTOZERO, (True, False)),
    RoundTrip(AUTOZERO, (True, False)),
)
