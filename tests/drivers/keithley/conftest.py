"""Message pairs of Keithley meters, written out from the manuals and not from the drivers' tables."""

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
        ("*ESR?", "128"),
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


# ---- Keithley 2450

OK2450 = (":SYST:ERR?", '0,"No error;0;0 0"')
IDENTITY2450 = "KEITHLEY INSTRUMENTS,MODEL 2450,04451117,1.6.7c"


def put2450(command, value, reply):
    """Set, check, read back."""
    return [(f"{command} {value}", None), OK2450, (f"{command}?", reply)]


READ_BACK2450 = {
    ":OUTP?": "0",
    ":OUTP:INT:TRIP?": "0",
    ":ROUT:TERM?": "FRON",
    ":SOUR:FUNC?": "VOLT",
    ":SENS:FUNC?": '"CURR:DC"',
    ":SENS:COUN?": "1",
    ":OUTP:CURR:SMOD?": "NORM",
    ":SOUR:CURR?": "0",
    ":SOUR:CURR:RANG?": "1E-08",
    ":SOUR:VOLT:ILIM?": "0.000105",
    ":SENS:CURR:RANG?": "0.0001",
    ":SENS:CURR:RANG:AUTO?": "1",
    ":SOUR:CURR:READ:BACK?": "1",
    ":SENS:CURR:RSEN?": "0",
    ":SENS:CURR:NPLC?": "1",
    ":SENS:CURR:AZER?": "1",
    ":SENS:CURR:AVER?": "0",
    ":SOUR:CURR:DEL?": "0.003",
    ":SOUR:CURR:DEL:AUTO?": "1",
    ":OUTP:VOLT:SMOD?": "NORM",
    ":SOUR:VOLT?": "0",
    ":SOUR:VOLT:RANG?": "0.02",
    ":SOUR:CURR:VLIM?": "21",
    ":SENS:VOLT:RANG?": "20",
    ":SENS:VOLT:RANG:AUTO?": "1",
    ":SOUR:VOLT:READ:BACK?": "1",
    ":SENS:VOLT:RSEN?": "0",
    ":SENS:VOLT:NPLC?": "1",
    ":SENS:VOLT:AZER?": "1",
    ":SENS:VOLT:AVER?": "0",
    ":SOUR:VOLT:DEL?": "0.0001",
    ":SOUR:VOLT:DEL:AUTO?": "1",
    ":SYST:LFR?": "50",
}


def connecting2450(load="passive", **different):
    """What connect sends and hears; `different` are other replies, by query."""
    mode = {"passive": "NORM", "cell": "HIMP"}[load]
    answers = READ_BACK2450 | {":OUTP:CURR:SMOD?": mode, ":OUTP:VOLT:SMOD?": mode} | different
    return [
        ("*LANG?", "SCPI"),
        ("*IDN?", IDENTITY2450),
        OK2450,
        *put2450(":OUTP:CURR:SMOD", mode, mode),
        *put2450(":OUTP:VOLT:SMOD", mode, mode),
        *put2450(":FORM", "ASC", "ASC"),
        *put2450(":FORM:ASC:PREC", "0", "0"),
        (":ROUT:TERM?", answers[":ROUT:TERM?"]),
        *answers.items(),
        ("*ESR?", "128"),
    ]


def configuring2450(source, measured, limit, *, unit, low, source_range, sense, full):
    """A configuration as messages: `low` is the limit sent before the ranges, `full` the one wanted."""
    return [
        *put2450(":OUTP", "OFF", "0"),
        (":ABOR", None),
        OK2450,
        *put2450(":SOUR:FUNC", source, source),
        *put2450(":SENS:FUNC", f'"{measured}"', f'"{measured}:DC"'),
        *put2450(f":SOUR:{source}", "0.0", "0"),
        *put2450(f":SENS:{measured}:RANG:AUTO", "ON", "1"),
        *put2450(limit, *low),
        *put2450(f":SOUR:{source}:RANG", *source_range),
        *put2450(f":SOUR:{source}:RANG:AUTO", "OFF", "0"),
        *(put2450(limit, *full) if full != low else []),
        *put2450(f":SENS:{measured}:RANG", *sense),
        *put2450(f":SENS:{measured}:RANG:AUTO", "OFF", "0"),
        *put2450(limit, *full),
        *put2450(f":SOUR:{source}:READ:BACK", "ON", "1"),
        *put2450(":SENS:COUN", "1", "1"),
        *put2450(f":SENS:{measured}:UNIT", unit, unit),
        *put2450(f":SENS:{measured}:AVER", "OFF", "0"),
        *put2450(f":SENS:{measured}:REL:STAT", "OFF", "0"),
        *put2450(f":CALC:{measured}:MATH:STAT", "OFF", "0"),
        *put2450(f":SENS:{measured}:AZER", "ON", "1"),
    ]


def configuring_current2450(low=("2.0", "2"), full=None, source_range=("0.001", "0.001"), sense=("2.0", "2")):
    """source_current as messages."""
    return configuring2450(
        "CURR",
        "VOLT",
        ":SOUR:CURR:VLIM",
        unit="VOLT",
        low=low,
        full=full or low,
        source_range=source_range,
        sense=sense,
    )


def configuring_voltage2450(
    low=("0.001", "0.001"), full=None, source_range=("2.0", "2"), sense=("0.001", "0.001")
):
    """source_voltage as messages."""
    return configuring2450(
        "VOLT",
        "CURR",
        ":SOUR:VOLT:ILIM",
        unit="AMP",
        low=low,
        full=full or low,
        source_range=source_range,
        sense=sense,
    )


class Script2450:
    """The pieces above under one name."""

    ok = OK2450
    identity = IDENTITY2450
    read_back = READ_BACK2450
    put = staticmethod(put2450)
    connecting = staticmethod(connecting2450)
    configuring_current = staticmethod(configuring_current2450)
    configuring_voltage = staticmethod(configuring_voltage2450)


@pytest.fixture
def script2450():
    return Script2450
