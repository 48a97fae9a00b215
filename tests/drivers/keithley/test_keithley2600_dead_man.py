"""Series 2600B against its simulated instrument: what switches off when nobody talks to it any more."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError, InstrumentError
from drivers.keithley.keithley2636b import Keithley2636B
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.keithley2600 import Keithley2600B
from simulators.physics.electrical import CurrentDrive, Load, node, settled
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.port import Port

QUIET_S = 60
RESOURCES = ["GPIB0::26::INSTR", "TCPIP0::192.168.0.7::5025::SOCKET", "USB0::0x05E6::0x2636::401::INSTR"]


class Cell:
    """3.7 V behind 1 ohm; remembers what was put on it and when."""

    def __init__(self):
        self.history = [(0.0, None)]

    def drive(self, drive, time):
        self.history.append((time, drive))

    def operating_point(self, time):
        return settled(self.history[-1][1], node(Load(1.0, 3.7, 0.0), leakage_ohm=1e15, lead_ohm=1e-9))


class Bench:
    def __init__(self, resource, **options):
        self.clock = VirtualClock()
        self.cell, self.other = Cell(), Cell()
        self.device = Keithley2600B(
            self.clock, model="2636B", name="smu", seed=4, circuits={"a": self.other, "b": self.cell}
        )
        self.port = Port(self.device, self.clock, name="smu", latency_s=1e-3)
        self.library = BenchVisaLibrary.create()
        self.library.attach(resource, self.port)
        self.resource = resource
        self.meter = self.open(**options)

    def open(self, **options):
        given = {"channel": "b", "load": "cell", **options}
        return Keithley2636B.open(
            self.resource, name="smu", clock=self.clock, visa_library=self.library, **given
        )

    def sourcing(self):
        self.meter.connect()
        self.meter.source_current(range_A=1e-3, compliance_V=4.2)
        self.meter.set_level(1e-4)
        self.meter.set_output(True)
        return self.meter

    @property
    def is_on(self):
        return self.device.inspect()["channels"]["b"]["output"]


@pytest.fixture(params=RESOURCES)
def resource(request):
    return request.param


@pytest.fixture
def bench(resource):
    return Bench(resource, dead_man_s=QUIET_S)


def test_a_quiet_pc_costs_the_output_and_not_before_its_time(bench):
    bench.sourcing()
    told = bench.clock.now()
    bench.clock.sleep(QUIET_S - 1)
    assert bench.is_on
    bench.clock.sleep(2)
    assert not bench.is_on
    off, drive = bench.cell.history[-1]
    assert drive is None, "open circuit, not 0 V"
    assert off - told == pytest.approx(QUIET_S, abs=0.1)
    assert bench.other.history[-1][1] is not None or len(bench.other.history) == 2, "channel a was left alone"


def test_a_pc_that_talks_keeps_it(bench):
    meter = bench.sourcing()
    for _ in range(100):
        bench.clock.sleep(QUIET_S - 1)
        assert meter.measure().usable
    assert bench.is_on
    changes = [drive for _, drive in bench.cell.history if isinstance(drive, CurrentDrive)]
    assert len(changes) == 1, "the script comes and goes and the cell sees nothing of it"


@pytest.mark.parametrize("option", [QUIET_S, 0])
def test_a_plug_pulled_in_the_middle_of_a_reading(resource, option):
    bench = Bench(resource, dead_man_s=option)
    meter = bench.sourcing()
    bench.port.faults.add(Fault(r"measure\.iv", wrong.disconnect))
    with pytest.raises(CommunicationError):
        meter.measure()
    bench.clock.sleep(30 * 86400.0)
    assert bench.is_on is (not option), "without the script nobody switches it off"


class KilledError(BaseException):
    """The end of the program, in the middle of whatever it did."""


def test_a_program_that_dies_after_any_message(resource):
    """Once the output was on, it goes off, unless death came between an abort and the message behind it."""
    survived = []
    for count in range(100):
        bench = Bench(resource, dead_man_s=QUIET_S)
        meter = bench.sourcing()
        sent = []

        def feed(data, end=False, *, bench=bench, sent=sent, feed=bench.port.feed, count=count):
            if len(sent) == count:
                raise KilledError
            sent.append(data.strip())
            feed(data, end)

        bench.port.feed = feed
        try:
            meter.measure()
            meter.set_level(2e-4)
            meter.set_nplc(0.1)
        except KilledError:
            pass
        else:
            break
        bench.clock.sleep(QUIET_S + 1)
        if bench.is_on:
            survived.append(sent[-1])
    assert count > 10
    assert set(survived) == {b"abort"}


def test_a_clear_after_a_lost_reply_does_not_leave_it_unguarded(bench):
    meter = bench.sourcing()
    bench.port.faults.add(Fault(r"measure\.iv", wrong.drop, times=None))
    with pytest.raises(CommunicationError):
        meter.measure()
    assert bench.is_on
    bench.clock.sleep(QUIET_S + 1)
    assert not bench.is_on


def test_that_it_acted_is_told_and_the_meter_works_on(bench):
    meter = bench.sourcing()
    bench.clock.sleep(QUIET_S + 10)
    with pytest.raises(InstrumentError, match="dead-man script has switched it off"):
        meter.measure()
    assert bench.sourcing().measure().usable
    bench.clock.sleep(QUIET_S + 10)
    assert meter.make_safe().verified


def test_after_the_output_is_off_others_may_talk_to_it(bench):
    bench.sourcing().set_output(False)
    assert not bench.device.is_busy
    bench.sourcing()
    assert bench.device.is_busy
    assert bench.meter.make_safe().verified
    assert not bench.device.is_busy


def test_a_switching_on_that_is_refused_leaves_nothing_running(bench):
    bench.meter.connect()
    with pytest.raises(InstrumentError, match="no source is configured"):
        bench.meter.set_output(True)
    bench.meter.source_voltage(range_V=20.0, compliance_A=1e-3)
    with pytest.raises(InstrumentError, match="short the cell"):
        bench.meter.set_output(True)
    assert not bench.device.is_busy
    bench.meter.set_level(3.7)
    bench.meter.set_output(True)
    assert bench.device.is_busy


def test_another_driver_takes_over_from_a_script_that_is_counting(bench):
    bench.sourcing()
    bench.clock.sleep(10)
    other = bench.open()
    other.connect()
    assert other.output_is_on()
    assert other.make_safe().verified
    assert not bench.is_on


@pytest.mark.parametrize(
    "script", ["while true do end", "delay(1e6)", "for i = 1, 9e9 do smub.measure.v() end"]
)
def test_somebody_elses_script_does_not_keep_an_output_on(resource, script):
    bench = Bench(resource)
    meter = bench.sourcing()
    bench.port.feed(script.encode() + b"\n")
    bench.clock.sleep(5.0)
    assert bench.is_on
    assert meter.make_safe().verified
    assert not bench.is_on


def test_while_it_counts_a_stranger_gets_no_answer_before_the_end(bench):
    """What the docs warn of."""
    bench.sourcing()
    bench.port.feed(b"*IDN?\n")
    assert bench.port.take(1000)[0] == b""
    bench.clock.sleep(QUIET_S + 1)
    assert bench.port.take(1000)[0].startswith(b"Keithley Instruments")
    assert not bench.is_on
