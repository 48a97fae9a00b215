"""The settings of the Keithley 2450 that the driver uses (2450 reference manual 2450-901-01, section 6).

What exists once for each function is a mapping from its word, "CURR" or "VOLT".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from drivers.keithley.keithley2450_ranges import CURRENT_RANGES_A, VOLTAGE_RANGES_V
from drivers.keithley.source_meter_settings import LINE_FREQUENCY, OUTPUT, TERMINALS, off_mode, side
from drivers.replies import one_of
from drivers.round_trips import RoundTrip
from drivers.settings import Setting, choice, count, number, switch

T = TypeVar("T")
_QUANTITY = {"CURR": "current", "VOLT": "voltage"}


def _each(build: Callable[[str, str], Setting[T]], name: str, command: str) -> dict[str, Setting[T]]:
    """One setting a function; `{}` stands for the quantity in the name and for the word in the command."""
    return {word: build(name.format(quantity), command.format(word)) for word, quantity in _QUANTITY.items()}


def _function(reply: str) -> str:
    return one_of("CURRent", "VOLTage", "RESistance")(reply.strip().strip("\"'").removesuffix(":DC"))


LANGUAGE = choice("language", "*LANG", "SCPI", "SCPI2400", "TSP")
DATA_FORMAT = choice("data_format", ":FORM", "ASCii", "REAL", "SREal")
PRECISION = count("ascii_precision", ":FORM:ASC:PREC")
AUTOMATIC = 0
"""The instrument sends as many digits as it has (6-28)."""
INTERLOCK = switch("interlock_closed", ":OUTP:INT:TRIP")  # read only; 1 is "asserted" (6-33)
OUTPUT_OFF_MODES = _each(off_mode, "{}_source_off_mode", ":OUTP:{}:SMOD")
SOURCE_FUNCTION = choice("source_function", ":SOUR:FUNC", "VOLTage", "CURRent")
MEASURED: Setting[str] = Setting(
    "measured", ":SENS:FUNC", _function, lambda word: f'"{word}"', lambda asked, held, _: asked == held
)
READ_BACK = _each(switch, "{}_source_read_back", ":SOUR:{}:READ:BACK")
COUNT = count("measure_count", ":SENS:COUN")
FOUR_WIRE = _each(switch, "{}_four_wire", ":SENS:{}:RSEN")
AUTOZERO = _each(switch, "{}_autozero", ":SENS:{}:AZER")
FILTER = _each(switch, "{}_filter", ":SENS:{}:AVER")
RELATIVE = _each(switch, "{}_relative", ":SENS:{}:REL:STAT")
MATH = _each(switch, "{}_math", ":CALC:{}:MATH:STAT")
UNIT = {
    "CURR": choice("current_measured_as", ":SENS:CURR:UNIT", "AMP", "OHM", "WATT"),
    "VOLT": choice("voltage_measured_as", ":SENS:VOLT:UNIT", "VOLT", "OHM", "WATT"),
}
OWN_UNIT = {"CURR": "AMP", "VOLT": "VOLT"}


def _nplc(name: str, command: str) -> Setting[float]:
    return number(name, command, tolerance=0.0005)


def _delay(name: str, command: str) -> Setting[float]:
    return number(name, command, tolerance=1e-5)


NPLC = _each(_nplc, "{}_nplc", ":SENS:{}:NPLC")
SOURCE_DELAY = _each(_delay, "{}_source_delay_s", ":SOUR:{}:DEL")
AUTO_SOURCE_DELAY = _each(switch, "{}_source_auto_delay", ":SOUR:{}:DEL:AUTO")

CURRENT = side("CURR", "current", "A", CURRENT_RANGES_A, everywhere=0.1, compliance=":SOUR:VOLT:ILIM")
VOLTAGE = side("VOLT", "voltage", "V", VOLTAGE_RANGES_V, everywhere=20.0, compliance=":SOUR:CURR:VLIM")

READABLE = (
    OUTPUT,
    INTERLOCK,
    TERMINALS,
    SOURCE_FUNCTION,
    MEASURED,
    COUNT,
    *(
        setting
        for one in (CURRENT, VOLTAGE)
        for setting in (
            OUTPUT_OFF_MODES[one.word],
            one.level,
            one.source_range,
            one.compliance,
            one.range,
            one.autorange,
            READ_BACK[one.word],
            FOUR_WIRE[one.word],
            NPLC[one.word],
            AUTOZERO[one.word],
            FILTER[one.word],
            SOURCE_DELAY[one.word],
            AUTO_SOURCE_DELAY[one.word],
        )
    ),
    LINE_FREQUENCY,
)

REVERSIBLE = tuple(
    trip
    for word in ("CURR", "VOLT")
    for trip in (
        RoundTrip(FOUR_WIRE[word], (False, True)),
        RoundTrip(NPLC[word], (1.0, 2.0)),
        RoundTrip(AUTOZERO[word], (True, False)),
        RoundTrip(FILTER[word], (False, True)),
        RoundTrip(READ_BACK[word], (True, False)),
        RoundTrip(SOURCE_DELAY[word], (0.01, 0.02), disturbs=(AUTO_SOURCE_DELAY[word],)),
        RoundTrip(
            AUTO_SOURCE_DELAY[word], (True, False), disturbs=(SOURCE_DELAY[word], AUTO_SOURCE_DELAY[word])
        ),
    )
)
"""Not the off modes, levels, ranges and compliances: those reach the terminals, or each other."""
