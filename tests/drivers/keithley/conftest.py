"""Message pairs of a Keithley 2400, written out from the manual and not from the driver's tables."""

import pytest

OK = (":SYST:ERR?", '0,"No error"')
IDENTITY = "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1234567,C32   Oct  4 2010 14:20:11/A02  /K/J"


def put(command, value, reply):
    """Set, check, read back."""
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


READ_BACK = {
    ":OUTP?": "0",
    ":OUTP:SMOD?": "NORM",
    ":ROUT:TERM?": "FRON",
    ":SYST:RSEN?": "0",
    ":SOUR:FUNC?": "VOLT",
    ":SOUR:CURR?": "0.000000E+00",
    ":SOUR:CURR:RANG?": "1.050000E-04",
    ":SENS:CURR:PROT?": "1.050000E-04",
    ":SENS:CURR:RANG?": "1.050000E-04",
    ":SENS:CURR:RANG:AUTO?": "1",
    ":SOUR:VOLT?": "0.000000E+00",
    ":SOUR:VOLT:RANG?": "2.100000E+01",
    ":SENS:VOLT:PROT?": "2.100000E+01",
    ":SENS:VOLT:RANG?": "2.100000E+01",
    ":SENS:VOLT:RANG:AUTO?": "1",
    ":SENS:VOLT:NPLC?": "1.00",
    ":SYST:AZER?": "1",
    ":SENS:AVER?": "0",
    ":SOUR:DEL?": "1.000000E-03",
    ":SOUR:DEL:AUTO?": "1",
    ":TRIG:DEL?": "0.000000E+00",
    ":SYST:LFR?": "50",
}


def connecting(load="passive", **different):
    """What connect sends and hears; `different` are other replies, by query."""
    mode = {"passive": "NORM", "cell": "HIMP"}[load]
    answers = READ_BACK | {":OUTP:SMOD?": mode} | different
    return [
        ("*IDN?", IDENTITY),
        OK,
        *put(":OUTP:SMOD", mode, mode),
        *put(":FORM:ELEM", "VOLT,CURR,RES,TIME,STAT", "VOLT,CURR,RES,TIME,STAT"),
        (":ROUT:TERM?", answers[":ROUT:TERM?"]),
        *answers.items(),
    ]


AFTER_RANGES = [
    *put(":SENS:AVER", "OFF", "0"),
    *put(":SYST:AZER", "ON", "1"),
    *put(":ARM:SOUR", "IMM", "IMM"),
    *put(":ARM:COUN", "1", "1"),
    *put(":TRIG:SOUR", "IMM", "IMM"),
    *put(":TRIG:COUN", "1", "1"),
    *put(":TRIG:DEL", "0.0", "0.000000E+00"),
]


def configuring_current(
    compliance=("2.0", "2.000000E+00"), source=("0.001", "1.050000E-03"), sense=("2.0", "2.1")
):
    """source_current as messages; the compliance is at most 20 V."""
    return [
        *put(":OUTP", "OFF", "0"),
        *put(":SOUR:CLE:AUTO", "OFF", "0"),
        *put(":SENS:FUNC:CONC", "ON", "1"),
        (":SENS:FUNC:OFF:ALL", None),
        OK,
        *put(":SENS:FUNC", '"VOLT","CURR"', '"VOLT:DC","CURR:DC"'),
        *put(":SOUR:FUNC", "CURR", "CURR"),
        *put(":SOUR:CURR:MODE", "FIX", "FIX"),
        *put(":SOUR:CURR", "0.0", "0.000000E+00"),
        *put(":SENS:VOLT:PROT:RSYN", "OFF", "0"),
        *put(":SENS:VOLT:RANG:AUTO", "OFF", "0"),
        *put(":SENS:VOLT:RANG", "0.2", "2.100000E-01"),
        *put(":SENS:VOLT:PROT", *compliance),
        *put(":SOUR:CURR:RANG:AUTO", "OFF", "0"),
        *put(":SOUR:CURR:RANG", *source),
        *put(":SENS:VOLT:RANG", *sense),
        *AFTER_RANGES,
    ]


def configuring_voltage(
    level_range=("2.0", "2.1"), compliance=("0.001", "1.0E-03"), sense=("0.001", "1.05E-03")
):
    """source_voltage as messages; the compliance is at most 100 mA."""
    return [
        *put(":OUTP", "OFF", "0"),
        *put(":SOUR:CLE:AUTO", "OFF", "0"),
        *put(":SENS:FUNC:CONC", "ON", "1"),
        (":SENS:FUNC:OFF:ALL", None),
        OK,
        *put(":SENS:FUNC", '"VOLT","CURR"', '"VOLT:DC","CURR:DC"'),
        *put(":SOUR:FUNC", "VOLT", "VOLT"),
        *put(":SOUR:VOLT:MODE", "FIX", "FIX"),
        *put(":SOUR:VOLT", "0.0", "0.000000E+00"),
        *put(":SENS:CURR:PROT:RSYN", "OFF", "0"),
        *put(":SENS:CURR:RANG:AUTO", "OFF", "0"),
        *put(":SENS:CURR:RANG", "1e-06", "1.05E-06"),
        *put(":SENS:CURR:PROT", *compliance),
        *put(":SOUR:VOLT:RANG:AUTO", "OFF", "0"),
        *put(":SOUR:VOLT:RANG", *level_range),
        *put(":SENS:CURR:RANG", *sense),
        *AFTER_RANGES,
    ]


class Script:
    """The pieces above under one name."""

    ok = OK
    identity = IDENTITY
    read_back = READ_BACK
    put = staticmethod(put)
    connecting = staticmethod(connecting)
    configuring_current = staticmethod(configuring_current)
    configuring_voltage = staticmethod(configuring_voltage)


@pytest.fixture
def script():
    return Script
