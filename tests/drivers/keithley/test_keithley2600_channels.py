"""Both channels of a Series 2600B at once, a driver for each: one connection, one interpreter, two guards."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from bench.core.errors import InstrumentError, LinkLostError
from bench.core.traffic import Header, Recording
from drivers.keithley.keithley2636b import Keithley2636B
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.keithley2600 import Keithley2600B
from simulators.physics.electrical import Load, node, settled
from simulators.wire.port import Port

QUIET_S = {"a": 30, "b": 60}
RESOURCES = ["GPIB0::26::INSTR", "TCPIP0::192.168.0.7::5025::SOCKET"]


class Cell:
    """3.7 V behind 1 ohm; counts how often what drives it was changed."""

    def __init__(self):
        self.drives = [None]

    def drive(self, drive, time):
        self.drives.append(drive)

    def operating_point(self, time):
        return settled(self.drives[-1], node(Load(1.0, 3.7, 0.0), leakage_ohm=1e15, lead_ohm=1e-9))


class Bench:
    def __init__(self, resource=RESOURCES[0], **dead_man_s):
        self.clock = VirtualClock()
        self.cells = {"a": Cell(), "b": Cell()}
        self.device = Keithley2600B(self.clock, model="2636B", name="smu", seed=4, circuits=self.cells)
        self.port = Port(self.device, self.clock, name="smu", latency_s=1e-3)
        self.library = BenchVisaLibrary.create()
        self.library.attach(resource, self.port)
        self.resource = resource
        self.told = {"a": [], "b": []}
        self.meters = {one: self.open(one, dead_man_s.get(one, 0)) for one in "ab"}

    def open(self, channel, dead_man_s):
        return Keithley2636B.open(
            self.resource,
            name=f"smu_{channel}",
            clock=self.clock,
            visa_library=self.library,
            channel=channel,
            load="cell",
            dead_man_s=dead_man_s,
            traffic=self.told[channel].append,
        )

    def sourcing(self):
        for meter in self.meters.values():
            meter.connect()
            meter.source_current(range_A=1e-3, compliance_V=4.2)
            meter.set_level(1e-4)
            meter.set_output(True)
        return self.meters["a"], self.meters["b"]

    def pull_the_plug_for(self, seconds, meanwhile=lambda: None):
        def somebody():
            self.clock.sleep(seconds)
            meanwhile()
            self.port.reconnect()

        self.port.disconnect()
        self.clock.spawn(somebody, name="somebody")

    def on(self):
        channels = self.device.inspect()["channels"]
        return {one: channels[one]["output"] for one in "ab"}

    def close(self):
        for meter in self.meters.values():
            meter.close()


@pytest.fixture(params=RESOURCES)
def bench(request):
    made = Bench(request.param, **QUIET_S)
    yield made
    made.close()


def test_each_counts_its_own_silence(bench):
    bench.sourcing()
    bench.clock.sleep(QUIET_S["a"] - 1)
    assert bench.on() == {"a": True, "b": True}
    bench.clock.sleep(2)
    assert bench.on() == {"a": False, "b": True}
    bench.clock.sleep(QUIET_S["b"] - QUIET_S["a"])
    assert bench.on() == {"a": False, "b": False}
    assert not bench.device.is_busy


def test_what_one_does_never_shows_at_the_other(bench):
    first, second = bench.sourcing()
    changes = len(bench.cells["b"].drives)
    first.measure()
    first.set_level(2e-4)
    first.set_output(False)
    first.connect()
    assert first.make_safe().verified
    assert len(bench.cells["b"].drives) == changes
    assert bench.on() == {"a": False, "b": True}
    bench.clock.sleep(QUIET_S["b"] - 1)
    assert bench.on()["b"]
    bench.clock.sleep(2)
    assert not bench.on()["b"], "it went on being guarded"
    assert second.make_safe().verified
    assert not bench.device.is_busy


def test_one_that_talks_keeps_the_other_too_since_the_pc_is_not_quiet(bench):
    first, second = bench.sourcing()
    for _ in range(20):
        bench.clock.sleep(QUIET_S["a"] - 1)
        second.measure()
    assert bench.on() == {"a": True, "b": True}
    assert first.measure().usable


def test_a_guarded_channel_beside_one_that_is_not(bench):
    bench.close()
    bench.meters = {"a": bench.open("a", 0), "b": bench.open("b", 60)}
    first, second = bench.sourcing()
    bench.clock.sleep(50)
    first.measure()
    bench.clock.sleep(61)
    assert bench.on() == {"a": True, "b": False}
    with pytest.raises(InstrumentError, match="dead-man script has switched it off"):
        second.measure()
    assert first.measure().usable


def test_a_connection_that_was_lost_is_opened_once_and_found_in_order_by_both(bench):
    first, second = bench.sourcing()
    opened = len(bench.library.sessions)
    bench.pull_the_plug_for(5.0)
    assert first.measure().usable
    assert second.measure().usable
    assert len(bench.library.sessions) == opened
    assert bench.on() == {"a": True, "b": True}
    bench.clock.sleep(QUIET_S["b"] + 1)
    assert bench.on() == {"a": False, "b": False}, "guarded again"


def test_a_unit_that_was_switched_off_meanwhile_is_used_by_neither(bench):
    first, second = bench.sourcing()
    bench.pull_the_plug_for(5.0, bench.device.reset)
    for meter in (first, second):
        with pytest.raises(LinkLostError, match="settings changed meanwhile"):
            meter.measure()


def test_the_record_of_one_channel_replays_without_the_other(bench, tmp_path):
    first, second = bench.sourcing()
    second.measure()
    reading = first.measure()
    header = Header(
        driver="keithley2636b",
        instrument="smu_a",
        resource=bench.resource,
        options={"channel": "a", "dead_man_s": QUIET_S["a"]},
        load="cell",
        simulated=True,
    )
    recording = Recording(tmp_path / "smu_a.jsonl", header, tuple(bench.told["a"]))
    again = Keithley2636B.replaying(recording, clock=VirtualClock())
    again.connect()
    again.source_current(range_A=1e-3, compliance_V=4.2)
    again.set_level(1e-4)
    again.set_output(True)
    assert again.measure().current.value == reading.current.value


ACTS = {
    "measure": lambda meter: meter.measure(),
    "off": lambda meter: meter.set_output(False),
    "safe": lambda meter: meter.make_safe(),
    "connect": lambda meter: meter.connect(),
    "level": lambda meter: meter.set_level(5e-5),
    "who": lambda meter: meter.identity(),
}


@settings(max_examples=25, deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(sorted(ACTS)), st.integers(0, 20)), max_size=12
    ),
    guarded=st.sets(st.sampled_from("ab")),
)
def test_whatever_both_do_each_stays_as_it_was_told_and_silence_ends_what_is_guarded(acts, guarded):
    bench = Bench(**{one: QUIET_S[one] for one in guarded})
    try:
        bench.sourcing()
        expected = {"a": True, "b": True}
        for channel, act, pause_s in acts:
            possible = act if expected[channel] or act != "measure" else "who"  # silence would count
            ACTS[possible](bench.meters[channel])
            if act in ("off", "safe"):
                expected[channel] = False
            assert bench.on() == expected
            bench.clock.sleep(pause_s)
        bench.clock.sleep(100)
        assert bench.on() == {one: expected[one] and one not in guarded for one in "ab"}
    finally:
        bench.close()
