"""Whatever arrives, a port never raises, time never runs backwards, and the error queue can be read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from simulators.wire.faults import Fault, delay, drop, garble, lose, over_range, replace, truncate
from simulators.wire.port import Port
from simulators.wire.scpi import (
    Boolean,
    Choice,
    Integer,
    NameList,
    Number,
    ScpiInstrument,
    Setting,
    Text,
    command,
)


class Meter(ScpiInstrument):
    level = Setting(":SOURce[1]:VOLTage[:LEVel]", Number(-210.0, 210.0, 0.0, unit="V"), 0.0)
    function = Setting(":SOURce[1]:FUNCtion", Choice("VOLTage", "CURRent"), "VOLT")
    elements = Setting(":FORMat:ELEMents", NameList("VOLTage", "CURRent", quoted=True), ("VOLT",))
    output = Setting(":OUTPut[1][:STATe]", Boolean(), False)
    label = Setting(":DISPlay:TEXT", Text(), "")

    @command(":READ?")
    def read(self):
        self.spend(0.02)
        return 1.0

    @command(":TRACe#:POINts", Integer(1, 2500))
    def points(self, number, points):
        self.spend(0.001 * number if number < 100 else 0)


# fmt: off
WORDS = st.sampled_from([
    ":SOUR1", ":SOURce", "VOLT", "VOLTage", ":LEV", ":FORM:ELEM", ":OUTP", ":DISP:TEXT", ":READ?",
    ":TRAC2:POIN", "*IDN?", "*RST", "*CLS", "*OPC", "*WAI", "*ESE", "*SRE", "*STB?", "SYST:ERR?",
    "SYST:ERR:ALL?", "STAT:QUES:ENAB", "?", ";", ";:", ":", ",", ".", "'", '"', "(", ")", "#",
    "#H1F", "1", "-5", "1e3", "1E99999", "MAX", "MIN?", "DEF", "INF", "ON", "5MV", "(@1!2)",
    "'VOLT'", '"CURR"', "\r", "\n", "\t", "\0", "é", "&",
])
# fmt: on
MESSAGES = st.one_of(
    st.binary(max_size=60),
    st.lists(WORDS, max_size=12).map(lambda words: " ".join(words).encode("latin-1")),
    st.lists(WORDS, max_size=12).map(lambda words: "".join(words).encode("latin-1")),
)
ACTIONS = st.sampled_from([drop, lose, garble, truncate, over_range, delay(0.5), replace(b"x")])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(MESSAGES, st.booleans(), st.floats(0, 1)), max_size=6),
    st.lists(st.builds(Fault, st.sampled_from([".", "IDN", "READ"]), ACTIONS), max_size=2),
    st.booleans(),
)
def test_a_port_survives_anything(exchanges, faults, is_bus):
    clock = VirtualClock()
    meter = Meter(clock, name="meter", identity="QMS,METER,0,1")
    port = Port(meter, clock, name="meter", latency_s=0.001, faults=faults)
    port.has_message_exchange = is_bus
    for data, end, pause_s in exchanges:
        before = meter.busy_until
        port.feed(data, end)
        assert meter.busy_until >= before
        _, ended, _ = port.take(1000)
        assert not (is_bus and ended and port.available_at is not None)  # a bus holds one reply
        assert 0 <= port.serial_poll() <= 255
        port.read_empty()
        clock.sleep(pause_s)
    port.faults.clear()
    port.clear()
    port.discard_output()
    port.feed(b"\nSYST:ERR:ALL?\n")
    clock.sleep(1)
    errors = port.take(10_000)[0] or port.take(10_000)[0]
    assert errors.endswith(b'"\n')
    port.feed(b"*RST;*CLS\n*IDN?;:SYST:ERR:COUN?\n")
    clock.sleep(1)
    assert port.take(1000)[0] == b"QMS,METER,0,1;0\n"


@settings(max_examples=150, deadline=None)
@given(MESSAGES)
def test_what_is_refused_once_is_refused_again(data):
    clock = VirtualClock()
    meter = Meter(clock, name="meter", identity="QMS,METER,0,1")
    message = data.decode("latin-1")
    first = (meter.execute(message), meter.execute("SYST:ERR:ALL?"), vars(meter).get("level"))
    meter.execute("*RST;*CLS;*ESE 0;*SRE 0")
    meter.execute("STAT:PRES")
    second = (meter.execute(message), meter.execute("SYST:ERR:ALL?"), vars(meter).get("level"))
    if "*ESR?" not in message.upper() and "*STB?" not in message.upper():
        assert first == second


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_it_does_not_matter_how_a_message_is_cut(cuts):
    clock = VirtualClock()
    meter = Meter(clock, name="meter", identity="QMS,METER,0,1")
    port = Port(meter, clock, name="meter")
    data = b":SOUR:VOLT 5 MV;:DISP:TEXT 'a;b';*OPC?;:SOUR:VOLT?\n"
    position = 0
    for cut in [*cuts, len(data)]:
        port.feed(data[position : position + cut])
        position += cut
    assert port.take(1000)[0] == b"1;5.000000E-03\n"
    assert meter.label == "a;b"
