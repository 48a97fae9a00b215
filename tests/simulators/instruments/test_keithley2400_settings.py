"""The 2400's settings: *RST defaults, exact replies, and what it refuses with which code."""

import pytest

DEFAULTS = {
    "*IDN?": "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1234567,C32   Oct  4 2010 14:20:11/A02  /K/J",
    ":SOUR:FUNC?": "VOLT",
    ":SOUR:VOLT:MODE?": "FIX",
    ":SOUR:VOLT?": "0.000000E+00",
    ":SOUR:CURR?": "0.000000E+00",
    ":SOUR:VOLT:RANG?": "2.100000E+01",
    ":SOUR:CURR:RANG?": "1.050000E-04",
    ":SOUR:CURR:RANG:AUTO?": "1",
    ":SOUR:VOLT:PROT?": "2.100000E+02",
    ":SOUR:DEL?": "1.000000E-03",
    ":SOUR:DEL:AUTO?": "1",
    ":SOUR:CLE:AUTO?": "0",
    ":SENS:FUNC?": '"CURR:DC"',
    ":SENS:FUNC:CONC?": "1",
    ":SENS:VOLT:PROT?": "2.100000E+01",
    ":SENS:CURR:PROT?": "1.050000E-04",
    ":SENS:VOLT:RANG?": "2.100000E+01",
    ":SENS:CURR:RANG?": "1.050000E-04",
    ":SENS:CURR:RANG:AUTO?": "1",
    ":SENS:CURR:RANG:AUTO:ULIM?": "1.050000E-04",
    ":SENS:CURR:NPLC?": "1.000000E+00",
    ":SENS:RES:MODE?": "AUTO",
    ":SENS:RES:OCOM?": "0",
    ":SENS:RES:RANG?": "2.100000E+05",
    ":SENS:AVER?": "0",
    ":SENS:AVER:COUN?": "10",
    ":SENS:AVER:TCON?": "REP",
    ":OUTP?": "0",
    ":OUTP:SMOD?": "NORM",
    ":OUTP:ENAB?": "0",
    ":OUTP:ENAB:TRIP?": "1",
    ":ROUT:TERM?": "FRON",
    ":SYST:RSEN?": "0",
    ":SYST:AZER?": "1",
    ":SYST:LFR?": "50",
    ":FORM:ELEM?": "VOLT,CURR,RES,TIME,STAT",
    ":FORM?": "ASC",
    ":TRIG:COUN?": "1",
    ":TRIG:SOUR?": "IMM",
    ":TRIG:DEL?": "0.000000E+00",
    ":ARM:COUN?": "1",
    ":ARM:SOUR?": "IMM",
    ":TRAC:POIN?": "100",
    ":TRAC:FEED:CONT?": "NEV",
    ":DISP:ENAB?": "1",
    ":SYST:BEEP:STAT?": "1",
    ":SYST:GUAR?": "CABL",
}

SCRAMBLE = (
    ":SOUR:FUNC CURR",
    ":SOUR:CURR:RANG 1e-2",
    ":SOUR:CURR 2e-3",
    ":SOUR:DEL 0.5",
    ":SENS:FUNC 'VOLT'",
    ":SENS:VOLT:PROT 5",
    ":SENS:VOLT:RANG 2",
    ":SENS:VOLT:NPLC 10",
    ":SENS:RES:MODE MAN",
    ":SENS:AVER:COUN 5;STAT ON;TCON MOV",
    ":OUTP:SMOD HIMP",
    ":SYST:RSEN ON;AZER OFF",
    ":FORM:ELEM CURR",
    ":TRIG:COUN 7;DEL 0.1",
    ":ARM:COUN 2",
    ":DISP:ENAB OFF",
    ":OUTP ON",
)


@pytest.mark.parametrize("query", DEFAULTS)
def test_defaults_at_power_on_and_after_reset(bench, query):
    assert bench(query) == DEFAULTS[query]
    bench.send(*SCRAMBLE)
    bench("*RST")
    assert bench(query) == DEFAULTS[query]


@pytest.mark.parametrize(
    ("command", "query", "reply"),
    [
        (":SOURCE1:VOLTAGE:LEVEL:IMMEDIATE:AMPLITUDE 1.5", ":sour:volt?", "1.500000E+00"),
        (":SOUR:CURR -1E-6", ":SOUR:CURR:LEV?", "-1.000000E-06"),
        (":SOUR:CURR -1E-6", ":SOUR:CURR:RANG?", "1.050000E-06"),  # auto range: most sensitive
        (":SOUR:VOLT:RANG 3", ":SOUR:VOLT:RANG?", "2.100000E+01"),  # manual p. 18-75
        (":SOUR:VOLT:RANG MIN", ":SOUR:VOLT:RANG?", "2.100000E+02"),  # -210 V needs the 200 V range
        (":SOUR:VOLT:RANG UP", ":SOUR:VOLT:RANG?", "2.100000E+02"),
        (":SOUR:VOLT:RANG DOWN", ":SOUR:VOLT:RANG?", "2.100000E+00"),
        (":SENS:CURR:PROT 1e-6", ":SENS:CURR:PROT?", "1.000000E-06"),
        (":SENS:CURR:PROT -1e-6", ":SENS:CURR:PROT?", "1.000000E-06"),
        (":SENS:CURR:RANG 1e-6", ":SENS:CURR:RANG?", "1.050000E-06"),
        (":SENS:CURR:RANG 1e-6", ":SENS:CURR:RANG:AUTO?", "0"),
        (":SENS:RES:NPLC 0.1", ":SENS:VOLT:NPLC?", "1.000000E-01"),  # one setting for all functions
        (":SOUR:VOLT:PROT 35", ":SOUR:VOLT:PROT?", "4.000000E+01"),
        (":FORM:ELEM STAT, VOLT", ":FORM:ELEM?", "VOLT,STAT"),
        (":SENS:FUNC:OFF 'CURR'", ":SENS:FUNC?", '""'),
        (":SENS:FUNC 'VOLT:DC'", ":SENS:FUNC?", '"VOLT:DC","CURR:DC"'),  # concurrent: adds
        (":SENS:FUNC:ALL", ":SENS:FUNC?", '"VOLT:DC","CURR:DC","RES"'),
        (":SENS:FUNC:CONC OFF;:SENS:FUNC 'VOLT'", ":SENS:FUNC?", '"VOLT:DC"'),
        (":SYST:LFR 60", ":SYST:LFR?", "60"),
        (":DISP:WIND1:TEXT:DATA 'PELLET'", ":DISP:WIND1:TEXT:DATA?", '"PELLET"'),
    ],
)
def test_set_and_read_back(bench, command, query, reply):
    bench.send(command)
    assert bench(query) == reply


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        (":SOUR:CURR? MAX", "1.050000E+00"),
        (":SOUR:VOLT? MIN", "-2.100000E+02"),
        (":SENS:CURR:PROT? DEF", "1.050000E-04"),
        (":SENS:VOLT:NPLC? MIN", "1.000000E-02"),
        (":SOUR:VOLT:RANG? MAX", "2.100000E+02"),
    ],
)
def test_limits_can_be_asked_for(bench, query, reply):
    assert bench(query) == reply


@pytest.mark.parametrize(
    ("commands", "error"),
    [
        ([":SOUR:CURR 1.1"], '-222,"Parameter data out of range"'),
        ([":SOUR:VOLT -211"], '-222,"Parameter data out of range"'),
        ([":SOUR:VOLT:RANG 2", ":SOUR:VOLT 3"], '-221,"Settings conflict"'),
        ([":SOUR:VOLT:RANG 2", ":SOUR:VOLT MAX"], '-221,"Settings conflict"'),  # manual p. 18-79
        ([":SOUR:VOLT 3", ":SOUR:VOLT:RANG 2"], '-221,"Settings conflict"'),
        ([":SENS:CURR:NPLC 11"], '-222,"Parameter data out of range"'),
        ([":SENS:VOLT:RANG 2"], '+823,"Invalid with source read-back on"'),
        ([":SENS:VOLT:RANG:AUTO OFF", ":SENS:VOLT:RANG:AUTO ON"], '+823,"Invalid with source read-back on"'),
        ([":SENS:CURR:RANG 1e-3"], '+824,"Cannot exceed compliance range"'),
        ([":SENS:CURR:PROT 9e-8"], '+822,"Too small for sense range"'),
        ([":SOUR:FUNC CURR", ":SENS:VOLT:PROT 19e-3"], '+822,"Too small for sense range"'),
        ([":SENS:CURR:PROT 1", ":SOUR:VOLT 100"], '+826,"Attempt to exceed power limit"'),
        ([":SOUR:VOLT:RANG 200", ":SENS:CURR:PROT 0.2"], '+826,"Attempt to exceed power limit"'),
        (
            [":SOUR:FUNC CURR", ":SOUR:CURR:RANG 1", ":SENS:VOLT:PROT 22"],
            '+826,"Attempt to exceed power limit"',
        ),
        ([":SYST:LFR 55"], '-222,"Parameter data out of range"'),
        ([":SENS:FUNC 'TEMP'"], '-141,"Invalid character data"'),
        ([":SENS:FUNC:CONC OFF", ":SENS:FUNC 'VOLT','CURR'"], '-221,"Settings conflict"'),
        ([":OUTP MAYBE"], '-141,"Invalid character data"'),
        ([":SOUR:CURR"], '-109,"Missing parameter"'),
        ([":SOUR:CURR:LEVELL 1"], '-113,"Undefined header"'),
        ([":SYST:KEY 5"], '-113,"Undefined header"'),
        ([":SOUR:VOLT:MODE LIST"], '-141,"Invalid character data"'),  # not simulated
        ([":ARM:COUN 50", ":TRIG:COUN 51"], '-222,"Parameter data out of range"'),
        ([":TRIG:SOUR BUS"], '-141,"Invalid character data"'),
    ],
)
def test_refusals(bench, commands, error):
    *first, last = commands
    bench.send(*first)
    assert bench(last) is None
    assert bench.errors() == error


def test_autorange_of_the_sourced_function_is_on_after_reset_and_may_be_said_again(bench):
    bench.send(":SENS:VOLT:RANG:AUTO ON")
    assert bench(":SENS:VOLT:RANG:AUTO?") == "1"


def test_a_refused_compliance_stays_as_it_was(bench):
    bench.send(":SOUR:FUNC CURR")
    bench(":SENS:VOLT:PROT 1e-4")
    assert bench(":SENS:VOLT:PROT?") == "2.100000E+01"
    assert bench(":SENS:VOLT:PROT:TRIP?") == "0"
    assert bench.errors() == '+822,"Too small for sense range"'


def test_a_small_compliance_needs_a_small_range_first(bench):
    bench.send(":SOUR:FUNC CURR", ":SENS:VOLT:RANG 0.2", ":SENS:VOLT:PROT 0.01")
    assert bench(":SENS:VOLT:PROT?") == "1.000000E-02"


def test_the_keithley_codes_are_execution_errors(bench):
    bench("*CLS;*ESR?")
    bench(":SENS:CURR:RANG 1")
    assert bench("*ESR?") == "16"


def test_line_frequency_survives_reset_and_automatic_detection_finds_the_mains(make_bench):
    bench = make_bench(mains_Hz=60.0)
    assert bench(":SYST:LFR?") == "60"
    bench.send(":SYST:LFR 50")
    bench("*RST")
    assert bench(":SYST:LFR?;LFR:AUTO?") == "50;0"
    bench.send(":SYST:LFR:AUTO ON")
    assert bench(":SYST:LFR?") == "60"


def test_range_synchronisation(bench):
    bench.send(":SENS:CURR:RANG 1e-6", ":SENS:CURR:PROT:RSYN ON", ":SENS:CURR:PROT 5e-3")
    assert bench(":SENS:CURR:RANG?") == "1.050000E-02"
    assert bench(":SENS:VOLT:PROT:RSYN?") == "1"
