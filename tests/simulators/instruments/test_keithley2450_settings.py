"""The 2450's settings: exact replies, *RST defaults, limits, what is refused and how."""

import re

import pytest

DEFAULTS = {
    "*IDN?": "KEITHLEY INSTRUMENTS,MODEL 2450,04123456,1.6.7c",
    "*LANG?": "SCPI",
    ":SOUR:FUNC?": "VOLT",
    ":SOUR:VOLT?": "0.000000E+00",
    ":SOUR:VOLT:RANG?": "2.000000E-02",
    ":SOUR:CURR:RANG?": "1.000000E-08",
    ":SOUR:VOLT:RANG:AUTO?": "1",
    ":SOUR:VOLT:ILIM?": "1.050000E-04",
    ":SOUR:CURR:VLIM?": "2.100000E+01",
    ":SOUR:VOLT:READ:BACK?": "1",
    ":SOUR:VOLT:DEL:AUTO?": "1",
    ":SOUR:VOLT:DEL?": "1.000000E-03",
    ":SOUR:VOLT:HIGH:CAP?": "0",
    ":SOUR:VOLT:PROT?": "NONE",
    ":SENS:FUNC?": '"CURR:DC"',
    ":SENS:CURR:RANG?": "1.000000E-04",
    ":SENS:CURR:RANG:AUTO?": "1",
    ":SENS:VOLT:NPLC?": "1.000000E+00",
    ":SENS:VOLT:RSEN?": "0",
    ":SENS:VOLT:AZER?": "1",
    ":SENS:VOLT:UNIT?": "VOLT",
    ":SENS:CURR:UNIT?": "AMP",
    ":SENS:VOLT:AVER?": "0",
    ":SENS:VOLT:AVER:COUN?": "10",
    ":SENS:VOLT:AVER:TCON?": "REP",
    ":SENS:COUN?": "1",
    ":OUTP?": "0",
    ":OUTP:VOLT:SMOD?": "NORM",
    ":OUTP:INT:STAT?": "0",
    ":OUTP:INT:TRIP?": "0",
    ":ROUT:TERM?": "FRON",
    ":SYST:LFR?": "50",
    ":SYST:ERR?": '0,"No error;0,0,0"',
    ":SYST:ERR:COUN?": "0",
    ":SYST:EVEN:NEXT?": '0,"No error;0,0,0"',
    ":TRAC:POIN?": "100000",
    ":TRAC:ACT? 'defbuffer2'": "0",
    ":FORM:ASC:PREC?": "0",
    ":DISP:VOLT:DIG?": "5",
    "*ESE?;*SRE?": "0;0",
}


@pytest.mark.parametrize(("query", "reply"), DEFAULTS.items())
def test_defaults_come_back_with_reset(bench_2450, query, reply):
    assert bench_2450(query) == reply
    bench_2450.source_current(1e-4)
    bench_2450.send(":SENS:VOLT:NPLC 5", ":SENS:VOLT:RSEN ON", ":SENS:COUN 3", ":SOUR:CURR:DEL 1", "*RST")
    if query != ":SYST:EVEN:NEXT?":
        assert bench_2450(query) == reply


SETTINGS = [
    (":SOUR:CURR", "1.5e-3", "1.500000E-03"),
    (":SOUR:VOLT:RANG", "3", "2.000000E+01"),
    (":SOUR:VOLT:ILIM", "-0.5", "5.000000E-01"),  # limits are absolute values
    (":SOUR:CURR:VLIM", "MIN", "2.000000E-02"),
    (":SOUR:VOLT:PROT", "PROT40", "PROT40"),
    (":SOUR:CURR:DEL", "0.25", "2.500000E-01"),
    (":SOUR:CURR:DEL:USER3", "2", "2.000000E+00"),
    (":SOUR:CURR:READ:BACK", "OFF", "0"),
    (":SOUR:CURR:HIGH:CAP", "ON", "1"),
    (":SENS:FUNC", "'VOLT:DC'", '"VOLT:DC"'),
    (":SENS:CURR:RANG", "9e-3", "1.000000E-02"),
    (":SENS:VOLT:RANG:AUTO:LLIM", "15", "2.000000E+01"),
    (":SENS:RES:RANG", "1500", "2.000000E+03"),
    (":SENS:CURR:NPLC", "MAX", "1.000000E+01"),
    (":SENS:VOLT:UNIT", "OHM", "OHM"),
    (":SENS:COUN", "7", "7"),
    (":VOLT:REL", "0.5", "5.000000E-01"),
    (":OUTP:CURR:SMOD", "HIMP", "HIMP"),
    (":ROUT:TERM", "rear", "REAR"),
    (":FORM:ASC:PREC", "10", "10"),
]


@pytest.mark.parametrize(("header", "value", "reply"), SETTINGS)
def test_what_is_set_is_read_back(bench_2450, header, value, reply):
    bench_2450.send(f"{header} {value}")
    assert bench_2450(f"{header}?") == reply


REFUSED = [
    (":SOUR:VOLT 211", '-222,"Parameter data out of range"'),
    (":SOUR:CURR 1.1", '-222,"Parameter data out of range"'),
    (":SOUR:VOLT:ILIM 1e-10", '-222,"Parameter data out of range"'),
    (":SENS:VOLT:NPLC 11", '-222,"Parameter data out of range"'),
    (":SENS:FUNC VOLT", '-104,"Data type error"'),
    (":SENS:FUNC 'POWER'", '-224,"Illegal parameter value"'),
    (":SENS:VOLT:UNIT AMP", '-224,"Illegal parameter value"'),
    (":SENS:COUN 300001", '-222,"Parameter data out of range"'),
    (":SOUR:VOLT:PROT 40", '-104,"Data type error"'),
    (":SENS:VOLT:PROT 5", '-113,"Undefined header"'),  # the 2400's
    (":SYST:RSEN ON", '-113,"Undefined header"'),
    (":STAT:MEAS?", '-113,"Undefined header"'),
    (":FORM:ELEM VOLT", '-113,"Undefined header"'),
    (":SOUR:VOLT", '-109,"Missing parameter"'),
    (":FORM REAL", '-141,"Invalid character data"'),
    ("*RCL 3", '-221,"Settings conflict"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSED)
def test_what_is_refused(bench_2450, message, error):
    assert bench_2450(message) is None
    assert bench_2450.errors() == error


def test_an_error_carries_type_and_time(bench_2450):
    bench_2450("FOO")
    assert bench_2450(":SYST:ERR:COUN?") == "1"
    entry = bench_2450(":SYST:ERR?")
    assert re.fullmatch(r'-113,"Undefined header;1;\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{3}"', entry)
    assert bench_2450(":SYST:ERR?") == '0,"No error;0,0,0"'
    bench_2450("FOO")
    assert bench_2450(":SYST:ERR:CODE?;CODE?") == "-113;0"


def test_warnings_are_events_but_no_errors(bench_2450):
    """A limit beyond 20 W is ignored: SYSTem:ERRor? says nothing of it, only reading back shows it."""
    bench_2450("*CLS")
    bench_2450.send(":SOUR:FUNC CURR", ":SOUR:CURR:RANG 1", ":SOUR:CURR:VLIM 100")
    assert bench_2450(":SOUR:CURR:VLIM?") == "2.100000E+01"
    assert bench_2450("*STB?") == "0"
    assert bench_2450(":SYST:EVEN:COUN? ERR;COUN? WARN") == "0;1"
    assert bench_2450(":SYST:EVEN:NEXT?").startswith('-221,"Settings conflict; source limit not changed')
    bench_2450(":SOUR:CURR:VLIM 100")
    bench_2450("FOO")
    assert bench_2450.errors() == '-113,"Undefined header"'
    assert bench_2450(":SYST:EVEN:COUN?") == "0"  # the older warning is gone with the error


def test_a_range_with_too_much_power_lowers_the_limit(bench_2450):
    bench_2450.send(":SOUR:FUNC CURR", ":SOUR:CURR:VLIM 100", ":SOUR:CURR:RANG 1")
    assert bench_2450(":SOUR:CURR:VLIM?") == "2.100000E+01"


def test_a_fixed_measurement_range_raises_a_tiny_limit(bench_2450):
    bench_2450.send(":SENS:CURR:RANG 1", ":SOUR:VOLT:ILIM 1e-6")
    assert bench_2450(":SOUR:VOLT:ILIM?") == "1.000000E-03"
    bench_2450.send(":SENS:CURR:RANG:AUTO ON", ":SOUR:VOLT:ILIM 1e-6")
    assert bench_2450(":SOUR:VOLT:ILIM?") == "1.000000E-06"


def test_the_event_log(bench_2450):
    bench_2450('SYST:EVEN:POST "mine"')
    bench_2450("FOO")
    assert bench_2450("SYST:EVEN:COUN?;COUN? ERR,WARN") == "2;1"
    assert bench_2450("SYST:EVEN:NEXT? INF").startswith('1003,"User: mine;4;')
    bench_2450("SYST:CLE")
    assert bench_2450("SYST:EVEN:COUN?") == "0"


def test_status_bits_are_mapped_to_events(bench_2450):
    assert bench_2450("STAT:QUES:MAP? 3") == "0,0"
    bench_2450.send("STAT:QUES:MAP 3,2731,2732", "STAT:QUES:ENAB 8", "TRIG:LOAD 'SimpleLoop',2", "INIT")
    assert bench_2450("STAT:QUES:MAP? 3;COND?") == "2731,2732;0"
    assert bench_2450("*STB?") == "9"  # measurement and questionable summary are one
    assert bench_2450("STAT:QUES?;:STAT:QUES?") == "8;0"
    bench_2450.send("STAT:PRES")
    assert bench_2450("STAT:QUES:ENAB?") == "0"


def test_stored_setups(bench_2450):
    bench_2450.send(":SOUR:VOLT 1.25", ":OUTP ON", "*SAV 2", "*RST", "*RCL 2")
    assert bench_2450(":SOUR:VOLT?;:OUTP?") == "1.250000E+00;0"


LANGUAGES = [
    ("TSP", ":READ?", "-285"),
    ("TSP", "SYST:ERR?", "-285"),
    ("SCPI2400", ":SOUR:VOLT:ILIM?", "-113"),
    ("SCPI2400", ":OUTP ON;*IDN?", "-113"),
]


@pytest.mark.parametrize(("language", "message", "code"), LANGUAGES)
def test_another_language_says_nothing(make_2450, language, message, code):
    bench = make_2450(language=language)
    assert bench(message) is None
    assert bench("*LANG?") == language
    assert bench("*IDN?").startswith("KEITHLEY INSTRUMENTS,MODEL 2450,")
    assert bench(":OUTP?") is None
    bench("*LANG SCPI")
    assert bench.meter.take_error()[0] == int(code)
    assert bench(message) is None  # only from the next power-on
    bench.meter.power_cycle()
    assert bench("*LANG?") == "SCPI"
    assert bench(":SYST:ERR?;:OUTP?") == '0,"No error;0,0,0";0'


def test_a_language_takes_effect_at_power_on(bench_2450):
    bench_2450.source_voltage(1)
    bench_2450.send("*LANG TSP")
    assert bench_2450(":OUTP?") == "1"
    bench_2450.meter.power_cycle()
    assert bench_2450(":OUTP?") is None
    assert bench_2450.meter.inspect()["output"] is False
    assert bench_2450.press.operating_point(bench_2450.now).current_A == pytest.approx(0, abs=1e-6)
