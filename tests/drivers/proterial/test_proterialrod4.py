"""A ROD-4 channel: its messages, what is checked, safe gas; and pymeasure's driver on the simulated box."""

import pytest
from pymeasure.instruments.proterial import ROD4
from pymeasure.test import expected_protocol

from bench.core.clock import VirtualClock
from bench.core.errors import (
    ConfigError,
    InstrumentError,
    LimitError,
    ReadBackError,
    SafeStateError,
)
from bench.core.limits import Limit, Limits
from bench.core.roles import FlowController
from drivers.proterial.proterialrod4 import ProterialROD4
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.proterial.proterialrod4 import CLOSE, OPEN, Channel
from simulators.instruments.proterial.proterialrod4 import ProterialROD4 as SimulatedROD4
from simulators.physics.furnace import GasLine
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.port import Port

RESOURCE = "ASRL9::INSTR"


class GasBench:
    """`driver` is on channel 2 with argon."""

    def __init__(self):
        self.clock = VirtualClock()
        self.channels = {
            number: Channel(self.clock, name=f"mfc-{number}", seed=number, line=GasLine("Ar"))
            for number in range(1, 5)
        }
        self.channel = self.channels[2]
        self.port = Port(
            SimulatedROD4(self.clock, self.channels),
            self.clock,
            name="rod4",
            input_terminator=b"\r",
            output_terminator=b"\r",
        )
        self.library = BenchVisaLibrary.create()
        self.library.attach(RESOURCE, self.port, SerialLine(9600, 8, "none"))
        self.opened = []
        self.driver = self.open(channel=2, gas="Ar")

    def open(self, **options):
        driver = ProterialROD4.open(
            RESOURCE, name="argon", clock=self.clock, visa_library=self.library, **options
        )
        self.opened.append(driver)
        return driver

    def true_sccm(self, number=2):
        return self.channels[number].line.flow_sccm(self.clock.now())


@pytest.fixture
def bench():
    made = GasBench()
    made.driver.connect()
    yield made
    for driver in made.opened:
        driver.close()


def test_the_messages_it_sends(clock):
    pairs = [
        ("\x0202RVN", "1.02\tR4-0042"),
        ("\x0202RFX", "19.9"),
        ("\x0202RFD", "20.0"),
        ("\x0202RFK", "500"),
        ("\x0202RVM", "0"),
        ("\x0202RFK", "500"),
        ("\x0202RVM", "0"),
        ("\x0202RFD", "20.0"),
        ("\x0202SFD30.0", "OK"),
        ("\x0202RFD", "30.0"),
    ]
    with expected_protocol(ProterialROD4, pairs, name="argon", clock=clock, channel=2, gas="Ar") as driver:
        assert driver.identity().serial == "R4-0042"
        status = driver.flow_status()
        assert (status.flow.value, status.setpoint_sccm, status.gas) == (pytest.approx(99.5), 100.0, "Ar")
        driver.set_flow(150.0)
        assert isinstance(driver, FlowController)


@pytest.mark.parametrize("reply", ["NG", "1.02", "ACME,1,2,3"])
def test_what_is_no_rod4_is_refused(clock, reply):
    pairs = [("\x0201RVN", reply)] * 3
    with (
        expected_protocol(ProterialROD4, pairs, name="x", clock=clock) as driver,
        pytest.raises(InstrumentError),
    ):
        driver.connect()


@pytest.mark.parametrize("options", [{"channel": 0}, {"channel": 5}, {"channel": True}, {"gas": 18}])
def test_options_that_cannot_be(bench, options):
    with pytest.raises(ConfigError, match=next(iter(options))):
        bench.open(**options)


def test_a_flow_is_measured(bench):
    bench.driver.set_flow(100.0)
    bench.clock.sleep(20.0)
    status = bench.driver.flow_status()
    assert status.flow.value == pytest.approx(100, abs=1)
    assert (status.setpoint_sccm, status.held) == (100.0, False)
    assert bench.true_sccm() == pytest.approx(100, rel=0.02)
    bench.channel.line.set_supply(False, bench.clock.now())
    bench.clock.sleep(20.0)
    status = bench.driver.flow_status()
    assert status.setpoint_sccm == 100.0
    assert status.flow.value == pytest.approx(0, abs=1)


def test_nothing_is_cut_to_a_range(bench):
    with pytest.raises(LimitError, match="channel's range"):
        bench.driver.set_flow(501.0)
    small = bench.open(channel=2, limits=Limits(({"flow": Limit(0.0, 50.0, "cm^3/min", "station")},)))
    with pytest.raises(LimitError, match="station"):
        small.set_flow(51.0)
    with pytest.raises(LimitError):
        bench.driver.set_flow(-1.0)
    assert bench.channel.setpoint == 0


def test_channels_share_the_box_and_keep_apart(bench):
    other = bench.open(channel=4, gas="N2")
    other.connect()
    bench.driver.set_flow(100.0)
    other.set_flow(250.0)
    assert (bench.channel.setpoint, bench.channels[4].setpoint, bench.channels[1].setpoint) == (
        20.0,
        50.0,
        0.0,
    )
    assert other.adapter.lock is bench.driver.adapter.lock


def test_a_valve_that_is_not_in_flow_control(bench):
    bench.channel.set("SVM", CLOSE, bench.clock.now())
    assert bench.driver.flow_status().held
    with pytest.raises(InstrumentError, match="set to close"):
        bench.driver.set_flow(100.0)
    assert bench.driver.read_setting("valve mode") == "close"


def test_settings_for_the_record(bench):
    settings = bench.driver.settings()
    assert (settings["range / sccm"], settings["gas, declared"], settings["ramp time / s"]) == (
        500.0,
        "Ar",
        0.0,
    )
    with pytest.raises(InstrumentError, match="no such setting"):
        bench.driver.read_setting("colour")


def test_safe_is_not_off(bench):
    bench.driver.set_flow(100.0)
    bench.clock.sleep(20.0)
    assert "left as it was" in bench.driver.make_safe().state
    assert bench.driver.output_is_on()
    bench.channel.line.set_supply(False, bench.clock.now())
    bench.clock.sleep(20.0)
    with pytest.raises(SafeStateError) as caught:
        bench.driver.make_safe()
    assert "too little flows" in str(caught.value)


def test_a_gas_that_does_not_protect_is_shut_off(bench):
    hydrogen = bench.open(channel=3, gas="H2")
    hydrogen.set_flow(100.0)
    bench.clock.sleep(20.0)
    assert hydrogen.make_safe().verified
    assert bench.channels[3].setpoint == 0
    assert bench.true_sccm(3) < 6
    hydrogen.set_flow(100.0)
    bench.channels[3].set("SVM", OPEN, bench.clock.now())
    bench.clock.sleep(20.0)
    with pytest.raises(SafeStateError) as caught:
        hydrogen.make_safe()
    assert "still flows" in str(caught.value)


def test_a_gas_that_nobody_has_named(bench):
    unnamed = bench.open(channel=1)
    unnamed.set_flow(100.0)
    with pytest.raises(SafeStateError) as caught:
        unnamed.make_safe()
    assert "which gas it is nobody has said" in str(caught.value)
    assert bench.channels[1].setpoint == 20.0


@pytest.mark.parametrize("action", [wrong.drop, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name)
def test_a_setpoint_whose_ok_is_lost_is_not_repeated(bench, action):
    fault = bench.port.faults.add(Fault("SFD", action, times=None))
    bench.driver.set_flow(100.0)
    assert fault.hits == 1
    bench.driver.set_flow(100.0)
    assert fault.hits == 1, "what is there is not written"


def test_a_setpoint_that_never_arrived_is_told(bench):
    fault = bench.port.faults.add(Fault("SFD", wrong.lose, times=None))
    with pytest.raises(ReadBackError):
        bench.driver.set_flow(100.0)
    assert fault.hits == 1


def test_pymeasures_own_driver_on_the_simulated_box(bench):
    theirs = ROD4(RESOURCE, visa_library=bench.library)
    assert theirs.ch_2.mfc_range == 500
    theirs.ch_2.setpoint = 20
    bench.clock.sleep(20.0)
    assert theirs.ch_2.setpoint == 20.0
    assert theirs.ch_2.actual_flow == pytest.approx(20, abs=0.3)
    theirs.ch_2.valve_mode = "close"
    assert theirs.ch_2.valve_mode == "close"
    theirs.ch_1.mfc_range = 100
    assert bench.channels[1].range_sccm == 100
    assert bench.port.device.execute("\x0209RFX") == "NG"
    assert bench.port.device.execute("\x0201SFD1.2.3") == "NG"
    assert bench.port.device.execute("\x0201SFD150") == "NG"
