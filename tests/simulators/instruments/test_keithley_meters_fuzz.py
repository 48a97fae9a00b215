"""Whatever a client sends, the 2000 and the 2182A answer or queue an error and never break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from simulators.instruments.keithley.keithley2000 import Keithley2000
from simulators.instruments.keithley.keithley2182a import Keithley2182A
from simulators.physics.surroundings import Surroundings

HEADERS = (
    "SENS:FUNC", "SENS:CHAN", "VOLT:RANG", "VOLT:RANG:AUTO", "VOLT:NPLC", "VOLT:DIG", "VOLT:REF",
    "VOLT:REF:STAT", "VOLT:REF:ACQ", "VOLT:DFIL", "VOLT:DFIL:COUN", "VOLT:DFIL:TCON", "VOLT:DFIL:WIND",
    "VOLT:AVER:STAT", "VOLT:AVER:COUN", "VOLT:AVER:TCON", "VOLT:LPAS", "VOLT:CHAN2:RANG", "VOLT:APER",
    "SYST:AZER:STAT", "SYST:FAZ", "SYST:LSYN", "SYST:PRES", "TRIG:SOUR", "TRIG:COUN", "TRIG:DEL", "SAMP:COUN",
    "INIT:CONT", "INIT", "ABOR", "READ?", "FETC?", "SENS:DATA?", "SENS:DATA:FRES?", "TRAC:POIN",
    "TRAC:FEED:CONT", "TRAC:DATA?", "CONF:VOLT", "MEAS:VOLT?", "*RST", "*TRG", "STAT:MEAS?",
)  # fmt: skip
WORDS = (
    "ON",
    "OFF",
    "MIN",
    "MAX",
    "DEF",
    "UP",
    "DOWN",
    "'VOLT'",
    "'TEMP'",
    "REP",
    "MOV",
    "NEXT",
    "EXT",
    "0",
    "2",
)
parameters = st.one_of(
    st.just(""),
    st.sampled_from(WORDS),
    st.floats(-130, 130).map(lambda value: f"{value:.6E}"),
    st.integers(-9, 2).map(lambda power: f"1E{power}"),
    st.integers(1, 20).map(str),
)
messages = st.lists(
    st.tuples(st.sampled_from(HEADERS), parameters).map(lambda pair: " ".join(pair).strip()), max_size=25
)


class Input:
    def __init__(self, volts):
        self.volts = volts

    def voltage_V(self, time):
        return self.volts


def multimeter(volts):
    return Keithley2000(VirtualClock(), name="meter", seed=1, terminals=Input(volts))


def nanovoltmeter(volts):
    return Keithley2182A(
        VirtualClock(), name="meter", seed=1, channel_1=Input(volts), room=Surroundings(296.15)
    )


@pytest.mark.parametrize("make", [multimeter, nanovoltmeter])
@settings(max_examples=40, deadline=None)
@given(messages, st.sampled_from([0.0, -3e-3, 11.5, 150.0]))
def test_no_sequence_breaks_it(make, sent, volts):
    meter = make(volts)
    for message in sent:
        before = meter.busy_until
        reply = meter.execute(message)
        assert reply is None or "?" in message
        assert meter.busy_until >= before
    assert meter.execute("*IDN?").startswith("KEITHLEY")
