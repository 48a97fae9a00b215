"""The settings of the Keithley 2000 that the driver uses (2000-900-01, p. 5-37, 5-61 and 5-70 ff.)."""

from __future__ import annotations

from drivers.keithley.voltmeter_settings import AUTOZERO, CONTINUOUS, FUNCTION, voltage_commands
from drivers.round_trips import RoundTrip

MODEL = "model 2000"
_VOLTS = ":SENS:VOLT:DC"
VOLTAGE = voltage_commands(
    _VOLTS, nplc=f"{_VOLTS}:NPLC", filter_=f"{_VOLTS}:AVER", filter_switch=f"{_VOLTS}:AVER:STAT"
)

READABLE = (
    FUNCTION,
    VOLTAGE.range,
    VOLTAGE.autorange,
    VOLTAGE.nplc,
    VOLTAGE.filter,
    VOLTAGE.filter_count,
    VOLTAGE.relative,
    VOLTAGE.reference,
    AUTOZERO,
    CONTINUOUS,
)
REVERSIBLE = (
    RoundTrip(VOLTAGE.nplc, (1.0, 2.0)),
    RoundTrip(VOLTAGE.filter, (False, True)),
    RoundTrip(VOLTAGE.filter_count, (10, 5)),
    RoundTrip(AUTOZERO, (True, False)),
)
