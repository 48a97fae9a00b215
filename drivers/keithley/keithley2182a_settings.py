"""The settings of the Keithley 2182 and 2182A that the driver uses (2182A-900-01, sections 2 to 15)."""

from __future__ import annotations

from drivers.keithley.voltmeter_settings import AUTOZERO, CONTINUOUS, FUNCTION, voltage_commands
from drivers.round_trips import RoundTrip
from drivers.settings import count, number, switch

MODEL = "model 2182A"
VOLTAGE_RANGES_V = (0.01, 0.1, 1.0, 10.0, 100.0)
_CHANNEL = ":SENS:VOLT:CHAN1"
VOLTAGE = voltage_commands(
    _CHANNEL, nplc=":SENS:VOLT:NPLC", filter_=f"{_CHANNEL}:DFIL", filter_switch=f"{_CHANNEL}:DFIL"
)
CHANNEL = count("channel", ":SENS:CHAN")
ANALOG_FILTER = switch("analog_filter", f"{_CHANNEL}:LPAS")
FILTER_WINDOW = number("filter_window_percent", f"{_CHANNEL}:DFIL:WIND", tolerance=0.005)
FRONT_AUTOZERO = switch("front_autozero", ":SYST:FAZ")
LINE_SYNC = switch("line_sync", ":SYST:LSYN")
LINE_FREQUENCY = number("line_frequency_Hz", ":SYST:LFR", tolerance=0.0)

READABLE = (
    FUNCTION,
    CHANNEL,
    VOLTAGE.range,
    VOLTAGE.autorange,
    VOLTAGE.nplc,
    ANALOG_FILTER,
    VOLTAGE.filter,
    VOLTAGE.filter_count,
    VOLTAGE.relative,
    VOLTAGE.reference,
    AUTOZERO,
    FRONT_AUTOZERO,
    CONTINUOUS,
    LINE_FREQUENCY,
)
REVERSIBLE = (
    RoundTrip(VOLTAGE.nplc, (1.0, 2.0)),
    RoundTrip(ANALOG_FILTER, (False, True)),
    RoundTrip(VOLTAGE.filter, (False, True)),
    RoundTrip(VOLTAGE.filter_count, (10, 5)),
    RoundTrip(FRONT_AUTOZERO, (True, False)),
    RoundTrip(AUTOZERO, (True, False)),
)
