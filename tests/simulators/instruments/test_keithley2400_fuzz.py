"""Whatever a client sends, the 2400 answers or queues an error, never breaks, and keeps its limits."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

HEADERS = (
    ":SOUR:FUNC", ":SOUR:VOLT", ":SOUR:CURR", ":SOUR:VOLT:TRIG", ":SOUR:CURR:RANG", ":SOUR:VOLT:RANG",
    ":SOUR:CURR:RANG:AUTO", ":SOUR:VOLT:PROT", ":SOUR:DEL", ":SOUR:CLE:AUTO", ":SENS:FUNC",
    ":SENS:FUNC:OFF", ":SENS:FUNC:CONC", ":SENS:VOLT:PROT", ":SENS:CURR:PROT", ":SENS:VOLT:RANG",
    ":SENS:CURR:RANG", ":SENS:VOLT:RANG:AUTO", ":SENS:CURR:RANG:AUTO:LLIM", ":SENS:RES:RANG",
    ":SENS:RES:MODE", ":SENS:RES:OCOM", ":SENS:AVER", ":SENS:AVER:TCON", ":SENS:VOLT:NPLC", ":SYST:RSEN",
    ":SYST:AZER", ":OUTP", ":OUTP:SMOD", ":ROUT:TERM", ":TRIG:COUN", ":ARM:SOUR", ":CONF:VOLT", ":CONF:RES",
    ":MEAS:CURR?", ":MEAS:RES?", ":READ?", ":FETC?", ":INIT", ":ABOR", "*RST", "*TRG", ":TRAC:FEED:CONT",
    ":TRAC:DATA?", ":CALC3:DATA?", "STAT:MEAS?", ":SENS:VOLT:PROT:TRIP?",
)  # fmt: skip
WORDS = (
    "ON", "OFF", "VOLT", "CURR", "'VOLT'", "'RES'", "'VOLT','CURR'", "MIN", "MAX", "DEF", "UP", "DOWN",
    "AUTO", "MAN", "HIMP", "NORM", "ZERO", "GUAR", "FRON", "REAR", "BUS", "IMM", "REP", "MOV", "NEXT",
    "ONCE", "INF", "0", "1",
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
@given(messages, st.sampled_from([None, 0.1, 1e4, 1e9]))
def test_no_sequence_breaks_it(make_bench_plain, sent, resistance_ohm):
    bench = make_bench_plain(resistance_ohm)
    for message in sent:
        before = bench.now
        reply = bench(message)
        assert reply is None or "?" in message
        assert bench.now >= before
        point = bench.meter.stage.operating_point(bench.now)
        assert all(map(math.isfinite, point[:3]))
        assert abs(point.current_A) <= 1.06
        assert abs(point.force_V) <= 215
        if bench(":OUTP?") == "1":
            function = bench(":SOUR:FUNC?")
            limited, value = ("CURR", point.current_A) if function == "VOLT" else ("VOLT", point.force_V)
            if not bench.meter.settings.four_wire:
                assert abs(value) <= float(bench(f":SENS:{limited}:PROT?")) * (1 + 1e-5)
    assert bench("*IDN?").startswith("KEITHLEY")
