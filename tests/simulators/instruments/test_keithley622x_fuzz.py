"""Whatever a client sends, a 622x answers or queues an error, never breaks, and keeps its compliance."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

HEADERS = (
    "SOUR:CURR", "SOUR:CURR:RANG", "SOUR:CURR:RANG:AUTO", "SOUR:CURR:COMP", "SOUR:CURR:MODE",
    "SOUR:CURR:FILT",
    "SOUR:CLE", "OUTP", "OUTP?", "OUTP:RESP", "OUTP:LTE", "SOUR:DELT:HIGH", "SOUR:DELT:LOW", "SOUR:DELT:DEL",
    "SOUR:DELT:COUN", "SOUR:DELT:CAB", "SOUR:DELT:ARM", "SOUR:DELT:ARM?", "SOUR:DELT:NVPR?", "INIT",
    "SOUR:SWE:ABOR", "SENS:DATA?", "SENS:DATA:FRES?", "SENS:AVER", "TRAC:POIN", "TRAC:DATA?", "TRAC:CLE",
    "TRAC:FEED:CONT", "FORM:ELEM", "UNIT", "CALC1:STAT", "SYST:COMM:SER:PACE", "SYST:COMM:SER:SEND",
    "SYST:COMM:SER:ENT?", "STAT:MEAS?", "STAT:OPER:COND?", "*RST", "*CLS", "*TRG",
)  # fmt: skip
WORDS = (
    "ON", "OFF", "MIN", "MAX", "DEF", "INF", "FIX", "SWE", "XON", "NONE", "ALL", "READ,TST", "OHMS", "SIEM",
    "NEXT", "'*RST'", "'READ?'", "'VOLT:RANG 0.01'", "0", "1",
)  # fmt: skip
parameters = st.one_of(
    st.just(""),
    st.sampled_from(WORDS),
    st.floats(-0.2, 0.2).map(lambda value: f"{value:.6E}"),
    st.integers(-9, 2).map(lambda power: f"1E{power}"),
    st.integers(1, 70000).map(str),
)
messages = st.lists(
    st.tuples(st.sampled_from(HEADERS), parameters, st.sampled_from([0.0, 0.05, 1.0, 1e5])).map(
        lambda one: (" ".join(one[:2]).strip(), one[2])
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(messages, st.sampled_from([1e-3, 1e4, 1e9]))
def test_no_sequence_breaks_it(make_delta, sent, ohm):
    bench = make_delta(ohm).cabled()
    for message, pause_s in sent:
        reply = bench(message)
        assert reply is None or "?" in message
        bench.clock.sleep(pause_s)
        state = bench.source.inspect()
        point = bench.source.operating_point(bench.clock.now())
        assert all(map(math.isfinite, point[:3]))
        assert abs(point.current_A) <= 0.1052
        if not state["running"]:
            assert abs(point.force_V) <= max(105.3, state["compliance"] * 1.002 + 0.11)
        if not state["output"]:
            assert bench.resistor.history[-1][1] is None
    bench.clock.sleep(1.0)
    assert bench("*IDN?").startswith("KEITHLEY")
