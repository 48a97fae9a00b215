"""Whatever a client sends, the instruments of the Hall rack answer or refuse, and never break."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from simulators.instruments.keithley.keithley7001 import Keithley7001
from simulators.instruments.keithley.picoammeter import Picoammeter
from simulators.instruments.lakeshore.electromagnet_supply import ElectromagnetSupply
from simulators.instruments.lakeshore.gaussmeter import Gaussmeter
from simulators.physics.analog_cable import AnalogCable
from simulators.physics.magnet import Magnet, Yoke
from simulators.physics.nothing import NOTHING
from simulators.physics.surroundings import Surroundings

numbers = st.one_of(
    st.just(""),
    st.sampled_from(
        ["ON", "OFF", "MIN", "1,2", "1,1,1,1,1", "0.5,0.5,1,10", "nan", "1e999", "-", "1_0", ","]
    ),
    st.floats(-200, 200).map(lambda value: f"{value:.4E}"),
    st.integers(-2, 100).map(str),
)


def messages(*headers):
    return st.lists(
        st.tuples(st.sampled_from(headers), numbers).map(lambda pair: " ".join(pair).strip()), max_size=25
    )


LISTS = st.sampled_from(
    ["(@1!1!1)", "(@1!1!1:1!4!5)", "(@1!9!9)", "(@3!1!1)", "(@)", "(@1!1", "ALL", "@1!1!1"]
)
ROUTES = st.sampled_from(["ROUT:CLOS", "ROUT:OPEN", "ROUT:CLOS?", "ROUT:OPEN?", "CLOS", "OPEN"])
switching = st.lists(
    st.one_of(
        st.tuples(ROUTES, LISTS).map(" ".join),
        st.sampled_from(
            [
                "ROUT:CONF:SLOT1:CTYP C7065",
                "ROUT:CONF:SLOT1:CTYP NONE",
                "ROUT:CONF:SLOT3:CTYP C7065",
                "ROUT:CONF:SCH ON",
                "ROUT:CONF:SLOT1:STIM 0.5",
                "ROUT:CLOS:STAT?",
                "*RST",
            ]
        ),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(switching)
def test_a_switch_has_closed_only_what_it_says(sent):
    seen = []

    class Relays:
        def close(self, crosspoints, time):
            seen.append(crosspoints)

    switch = Keithley7001(VirtualClock(), name="switch", relays=Relays(), declared_card="C7065")
    for message in sent:
        switch.execute(message)
    while switch.take_error()[0]:
        pass
    listed = switch.execute("ROUT:CLOS:STAT?")
    assert listed.startswith("(@")
    assert listed.endswith(")")
    told = set()
    for one in filter(None, listed[2:-1].split(",")):
        found = re.fullmatch(r"(\d)!(\d)!(\d+)(?::\1!\2!(\d+))?", one)
        assert found, f"{one} is one crosspoint or a range in one row"
        slot, row, first, last = (int(number or 0) for number in found.groups())
        told |= {(slot, row, column) for column in range(first, max(first, last) + 1)}
    assert told == (seen[-1] if seen else set())


@pytest.mark.parametrize("model", ["6485", "6487"])
@settings(max_examples=40, deadline=None)
@given(
    messages(
        "CURR:RANG", "CURR:RANG:AUTO", "CURR:NPLC", "SYST:ZCH", "SYST:ZCOR", "SYST:ZCOR:ACQ", "INIT", "READ?",
        "FETC?", "FORM:ELEM", "AVER", "AVER:COUN", "MED", "TRIG:COUN", "ARM:SOUR", "SOUR:VOLT", "*RST",
    ),
    st.sampled_from([0.0, 1e-12, -3e-5, 1.0]),
)  # fmt: skip
def test_a_picoammeter_always_reads_after_a_reset(model, sent, amperes):
    class Wire:
        def current_A(self, time):
            return amperes

    meter = Picoammeter(VirtualClock(), name="meter", seed=1, terminals=Wire(), model=model)
    for message in sent:
        meter.execute(message)
    meter.execute("*CLS;*RST;:FORM:ELEM READ;:SYST:ZCH OFF")
    value = float(meter.execute("READ?"))
    assert math.isfinite(value)
    assert value == 9.9e37 if amperes == 1.0 else abs(value - amperes) < 0.01 * abs(amperes) + 1e-10


SUPPLY = (
    "SETI", "SETI?", "LIMIT", "LIMIT?", "RATE", "RATE?", "RSEG", "RSEGS", "RSEGS?", "STOP", "XPGM", "RDGI?",
    "RDGV?", "OPST?", "OPSTR?", "ERST?", "ERSTR?", "ERSTE", "DFLT", "*RST", "*ESR?", "*STB?", "INTWTR", "FOO",
)  # fmt: skip
METER = (
    "UNIT", "RANGE", "AUTO", "RDGMODE", "REL", "RELSP", "RDGFIELD?", "RDGREL?", "RDGMNMX?", "ZPROBE",
    "ZCLEAR",
    "CMODE", "CPARAM", "CPARAM?", "CSETP", "CSETP?", "TUNIT", "RDGTEMP?", "TYPE?", "OPST?", "*RST", "BAR",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(messages(*SUPPLY), messages(*METER), st.integers(0, 3))
def test_supply_and_gaussmeter_keep_the_magnet_within_what_the_supply_can_do(to_supply, to_meter, seed):
    clock = VirtualClock()
    magnet, cable = Magnet(Yoke(0.012, 2.0, 3e-3, 5.0, 1.0), 0.45, 0.3), AnalogCable()
    supply = ElectromagnetSupply(clock, name="supply", seed=seed, coil=magnet, program=cable)
    meter = Gaussmeter(clock, name="meter", seed=seed, probe=magnet, room=Surroundings(296.15), control=cable)
    for k in range(max(len(to_supply), len(to_meter))):
        for device, sent in ((supply, to_supply), (meter, to_meter)):
            if k < len(sent):
                device.execute(sent[k])
        clock.sleep(0.7)
        assert abs(magnet.current_A(clock.now())) < 70.3
    assert re.fullmatch(r"[+-]\d+\.\d{4}", supply.execute("RDGI?"))
    assert re.fullmatch(r"\d{3};\d{3},\d{3}", supply.execute("OPST?;ERST?"))
    reply = meter.execute("*RST;UNIT 2;RDGFIELD?")
    assert reply == "OL" or abs(float(reply) - magnet.field_T(clock.now())) < 0.5
    assert supply.execute("FOO 1") is None
    assert int(supply.execute("*ESR?")) & 32


@pytest.mark.parametrize("model", ["455", "425"])
def test_only_a_475_controls(model):
    meter = Gaussmeter(
        VirtualClock(), name="meter", seed=1, probe=NOTHING, room=Surroundings(296.15), model=model
    )
    meter.execute("*CLS")
    assert meter.execute("CMODE 1") is None
    assert meter.execute("*ESR?") == "032"
    assert meter.execute("CSETP?") is None
