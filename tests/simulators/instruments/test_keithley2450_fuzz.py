"""Whatever a client sends, the 2450 answers or queues an error, never breaks, and keeps its limits."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

HEADERS = (
    ":SOUR:FUNC", ":SOUR:VOLT", ":SOUR:CURR", ":SOUR:CURR:RANG", ":SOUR:VOLT:RANG", ":SOUR:CURR:RANG:AUTO",
    ":SOUR:VOLT:RANG:AUTO", ":SOUR:VOLT:ILIM", ":SOUR:CURR:VLIM", ":SOUR:VOLT:PROT", ":SOUR:CURR:DEL",
    ":SOUR:VOLT:READ:BACK", ":SOUR:VOLT:HIGH:CAP", ":SENS:FUNC", ":SENS:VOLT:RANG", ":SENS:CURR:RANG",
    ":SENS:VOLT:RANG:AUTO", ":SENS:CURR:RANG:AUTO:LLIM", ":SENS:RES:RANG", ":SENS:RES:RANG:AUTO:ULIM",
    ":SENS:RES:OCOM", ":SENS:VOLT:UNIT", ":SENS:CURR:UNIT", ":SENS:VOLT:AVER", ":SENS:VOLT:AVER:TCON",
    ":SENS:CURR:NPLC", ":SENS:VOLT:RSEN", ":SENS:CURR:RSEN", ":SENS:VOLT:AZER", ":SENS:AZER:ONCE",
    ":SENS:VOLT:REL:ACQ", ":SENS:VOLT:REL:STAT", ":OUTP", ":OUTP:SMOD", ":OUTP:INT:STAT", ":ROUT:TERM",
    ":READ?", ":MEAS:RES?", ":MEAS:VOLT?", ":FETC?", ":TRAC:CLE", ":TRAC:DATA? 1,1,", ":TRAC:FILL:MODE",
    ":TRAC:STAT:STDD?", ":INIT", "*RST", "*SAV", "*RCL", ":SOUR:SWE:VOLT:LIN 0,5,4,0,1,",
    ":SOUR:SWE:CURR:LIN -1E-3,1,3,0,1,", ":TRIG:LOAD 'SimpleLoop',", ":SYST:EVEN:NEXT?", "STAT:QUES?",
    ":SOUR:CURR:VLIM:TRIP?", ":SOUR:VOLT:PROT:TRIP?", ":FORM:ASC:PREC",
)  # fmt: skip
WORDS = (
    "ON", "OFF", "VOLT", "CURR", "'VOLT'", "'CURR'", "'RES'", "MIN", "MAX", "DEF", "HIMP", "NORM",
    "ZERO", "GUAR", "FRON", "REAR", "REP", "MOV", "OHM", "WATT", "PROT2", "PROT20", "NONE", "CONT",
    "ONCE", "AUTO", "BEST", "FIX", "'defbuffer1'", "'defbuffer2',SOUR,READ", "0", "1",
)  # fmt: skip
parameters = st.one_of(
    st.just(""),
    st.sampled_from(WORDS),
    st.floats(-300, 300).map(lambda value: f"{value:.6E}"),
    st.integers(-9, 3).map(lambda power: f"1E{power}"),
    st.integers(1, 5).map(str),
)
messages = st.lists(
    st.tuples(st.sampled_from(HEADERS), parameters).map(lambda pair: " ".join(pair).strip()), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(messages, st.sampled_from([None, 0.1, 1e4, 1e9]), st.booleans())
def test_no_sequence_breaks_it(make_2450, sent, resistance_ohm, interlock_closed):
    bench = make_2450(resistance_ohm, interlock_closed=interlock_closed)
    for message in sent:
        before = bench.now
        reply = bench(message)
        assert reply is None or "?" in message
        assert bench.now >= before
        point = bench.meter.stage.operating_point(bench.now)
        assert all(map(math.isfinite, point[:3]))
        assert abs(point.current_A) <= 1.06
        assert abs(point.force_V) <= 215
        if not bench.meter.settings.active_sense.four_wire:
            assert abs(point.force_V) <= (211 if interlock_closed else 42) * (1 + 1e-9)
        if bench(":OUTP?") == "1" and not bench.meter.settings.active_sense.four_wire:
            function = bench(":SOUR:FUNC?")
            header, value = (
                (":SOUR:VOLT:ILIM?", point.current_A)
                if function == "VOLT"
                else (":SOUR:CURR:VLIM?", point.force_V)
            )
            assert abs(value) <= float(bench(header)) * (1 + 1e-5)
    assert bench("*IDN?").startswith("KEITHLEY")
