"""The 2450's reading buffers, trigger models and sweeps."""

import statistics

import pytest


def numbers(reply):
    return [float(field) for field in reply.split(",")]


def test_readings_are_kept_in_the_named_buffer(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450.send(":TRAC:MAKE 'mine', 20", ":SENS:COUN 3")
    last = bench_2450(":READ? 'mine'")
    assert bench_2450(":TRAC:ACT?;ACT? 'mine';:TRAC:ACT:STAR? 'mine';END? 'mine'") == "0;3;1;3"
    stored = bench_2450(":TRAC:DATA? 1,3,'mine',READ,STAT").split(",")
    assert stored[4] == last == bench_2450(":FETC? 'mine'")
    assert stored[1::2] == ["264", "8", "8"]
    times = numbers(bench_2450(":TRAC:DATA? 1,3,'mine',REL"))
    assert times == pytest.approx([0.0, 0.0803, 0.1606], abs=1e-6)
    bench_2450.send(":TRAC:CLE 'mine'")
    assert bench_2450(":FETC? 'mine'") is None
    assert bench_2450.errors() == '-230,"Data corrupt or stale"'
    bench_2450.send(":TRAC:DEL 'mine'")
    bench_2450(":READ? 'mine'")
    assert bench_2450.errors() == '-224,"Illegal parameter value"'


REFUSED = [
    (":TRAC:DATA? 1,1", '-222,"Parameter data out of range"'),
    (":TRAC:MAKE 'small', 9", '-222,"Parameter data out of range"'),
    (
        ":TRAC:MAKE 'defbuffer1', 100",
        '1115,"Parameter error: TRACe:MAKE cannot take an existing reading buffer name"',
    ),
    (":TRAC:MAKE 'large', 6800000", '-225,"Out of memory"'),
    (":TRAC:DEL 'defbuffer1'", '-224,"Illegal parameter value"'),
    (":TRAC:STAT:AVER?", '-230,"Data corrupt or stale"'),
    (":INIT", '-213,"Init ignored"'),
    (":TRIG:LOAD 'SimpleLoop'", '-109,"Missing parameter"'),
    (":TRIG:LOAD 'GradeBinning'", '-224,"Illegal parameter value"'),
    (":TRIG:LOAD 'SimpleLoop',3,0,'nobody'", '-224,"Illegal parameter value"'),
    (":SOUR:SWE:VOLT:LIN 0,1,1", '-222,"Parameter data out of range"'),
    (":SOUR:SWE:VOLT:LIN:STEP 0,1,2", '-221,"Settings conflict"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSED)
def test_what_is_refused(bench_2450, message, error):
    assert bench_2450(message) is None
    assert bench_2450.errors() == error


def test_fill_once_stops_and_continuous_forgets(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450.send(":NPLC 0.01", ":TRAC:MAKE 'once', 10", ":SENS:COUN 25", ":TRAC:TRIG 'once'")
    assert bench_2450(":TRAC:FILL:MODE?;MODE? 'once';:TRAC:ACT? 'once'") == "CONT;ONCE;10"
    bench_2450.send(":TRAC:FILL:MODE CONT,'once'")
    assert bench_2450(":TRAC:ACT? 'once'") == "0"
    last = bench_2450(":READ? 'once'")
    assert bench_2450(":TRAC:ACT? 'once'") == "10"
    assert bench_2450(":TRAC:DATA? 10,10,'once'") == last


def test_a_full_default_buffer_is_an_event(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450.send(":NPLC 0.01", ":TRAC:POIN 10", ":SENS:COUN 10", "STAT:OPER:MAP 0,4917,4916")
    bench_2450(":READ?")
    assert bench_2450("STAT:OPER:COND?") == "1"
    bench_2450.send(":TRAC:CLE")
    assert bench_2450("STAT:OPER:COND?;EVEN?") == "0;1"


def test_statistics(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450.send(":SENS:COUN 20", ":FORM:ASC:PREC 12")
    bench_2450(":READ?")
    values = numbers(bench_2450(":TRAC:DATA? 1,20"))
    for name, expected in {
        "AVER": statistics.fmean(values),
        "STDD": statistics.stdev(values),
        "MAX": max(values),
        "MIN": min(values),
        "PK2P": max(values) - min(values),
    }.items():
        assert float(bench_2450(f":TRAC:STAT:{name}?")) == pytest.approx(expected, rel=1e-6)


def test_simple_loop(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450(":READ?")
    bench_2450.send(":TRAC:CLE", ":TRIG:LOAD 'SimpleLoop',4,0.5,'defbuffer2'")
    assert bench_2450(":TRIG:STAT?") == "IDLE;IDLE;0"
    assert bench_2450.seconds(":INIT;*WAI") == pytest.approx(4 * 0.5803, rel=1e-9)
    assert bench_2450(":TRAC:ACT? 'defbuffer2';ACT?") == "4;0"
    bench_2450.send(":TRIG:LOAD 'Empty'")
    assert bench_2450(":TRIG:STAT?") == "EMPTY;EMPTY;0"


def test_duration_loop(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450(":READ?")
    bench_2450.send(":TRAC:CLE", ":TRIG:LOAD 'DurationLoop',1", ":INIT")
    assert bench_2450(":TRAC:ACT?") == "13"


def test_the_sweep_that_qcodes_sends(bench_2450):
    bench_2450.send(":SENS:FUNC 'CURR'", ":SOUR:VOLT:ILIM 0.01")
    bench_2450.send(":SOURce:SWEep:VOLTage:LINear 0,2,5,0,1,AUTO,ON,OFF,'defbuffer1'", ":INITiate", "*WAI")
    fields = numbers(bench_2450(":TRACe:DATA? 1,5,'defbuffer1',SOURce,READing"))
    assert fields[::2] == pytest.approx([0, 0.5, 1, 1.5, 2], abs=3e-3)
    assert fields[1::2] == pytest.approx([0, 0.5e-4, 1e-4, 1.5e-4, 2e-4], rel=2e-3, abs=5e-8)
    assert bench_2450(":OUTP?;:SOUR:VOLT?") == "0;2.000000E+00"


def test_a_dual_sweep_and_its_abort_at_the_limit(bench_2450):
    bench_2450.send(":SOUR:VOLT:ILIM 1e-4", ":SOUR:SWE:VOLT:LIN:STEP 0.2,2,0.2,0,1,BEST,OFF,ON", ":INIT")
    assert bench_2450(":TRAC:ACT?") == "19"
    bench_2450.send(":TRAC:CLE", ":SOUR:SWE:VOLT:LIN 0.2,2,10,0,1,BEST,ON", ":INIT")
    assert bench_2450(":TRAC:ACT?") in ("5", "6")  # 1 V into 10 kohm is the limit
    status = numbers(bench_2450(f":TRAC:DATA? 1,{bench_2450(':TRAC:ACT?')},'defbuffer1',SOURSTAT"))
    assert [bool(int(word) & 32) for word in status] == [False] * (len(status) - 1) + [True]


def test_a_current_sweep_changes_the_source(bench_2450):
    bench_2450.send(":SENS:FUNC 'VOLT'", ":SOUR:SWE:CURR:LIN 1e-5,1e-4,10,0.1,2", ":INIT")
    assert bench_2450(":SOUR:FUNC?;:TRAC:ACT?") == "CURR;20"
    assert numbers(bench_2450(":TRAC:DATA? 20,20"))[0] == pytest.approx(1.0, rel=2e-3)


def test_measure_with_a_function_selects_it(bench_2450):
    bench_2450.source_current(1e-4, limit_V=5)
    assert float(bench_2450(":MEAS:CURR?")) == pytest.approx(1e-4, rel=3e-3)
    assert bench_2450(":SENS:FUNC?;:SOUR:CURR:VLIM?;:OUTP?") == '"CURR:DC";5.000000E+00;1'
