"""A Thyracont gauge: printed frames and numbers, who is refused, and pymeasure's driver on the simulation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymeasure.instruments.thyracont import SmartlineV1
from pymeasure.test import expected_protocol

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError, ConfigError, GarbledReplyError, IdentityError
from bench.core.roles import PressureGauge
from drivers.thyracont.thyracontsmartline import ThyracontSmartline, checksum
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.thyracont.thyracontsmartline import Gauge
from simulators.instruments.thyracont.thyracontsmartline import ThyracontSmartline as SimulatedLine
from simulators.physics.vacuum import Chamber
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.port import Port

RESOURCE = "ASRL11::INSTR"


class VacuumBench:
    def __init__(self):
        self.clock = VirtualClock()
        self.chamber = Chamber()
        gauges = {
            1: Gauge(self.clock, name="vacuum", seed=2, chamber=self.chamber),
            12: Gauge(self.clock, name="b", seed=3, chamber=Chamber()),
        }
        self.port = Port(
            SimulatedLine(self.clock, gauges),
            self.clock,
            name="vacuum",
            input_terminator=b"\r",
            output_terminator=b"\r",
        )
        self.library = BenchVisaLibrary.create()
        self.library.attach(RESOURCE, self.port, SerialLine(9600, 8, "none"))
        self.opened = []

    def open(self, **options):
        self.opened.append(
            ThyracontSmartline.open(
                RESOURCE, name="vacuum", clock=self.clock, visa_library=self.library, **options
            )
        )
        return self.opened[-1]


@pytest.fixture
def bench():
    made = VacuumBench()
    yield made
    for driver in made.opened:
        driver.close()


@pytest.mark.parametrize(
    ("reply", "pascal"),
    [
        ("001M100023D", 100_000.0),  # as real ones send it at atmosphere
        ("001M460016" + checksum("001M460016"), 0.046),  # the manual's example
        ("001M999918" + checksum("001M999918"), 9.999),
    ],
)
def test_printed_numbers(clock, reply, pascal):
    with expected_protocol(ThyracontSmartline, [("001M^", reply)], name="vacuum", clock=clock) as gauge:
        assert isinstance(gauge, PressureGauge)
        reading = gauge.pressure()
    assert (reading.value, reading.unit, reading.usable) == (pytest.approx(pascal), "Pa", True)


def test_no_number_is_no_pressure(clock):
    reply = "001M000000"
    with expected_protocol(
        ThyracontSmartline, [("001M^", reply + checksum(reply))], name="vacuum", clock=clock
    ) as gauge:
        reading = gauge.pressure()
    assert reading.value is None
    assert reading.overload


@pytest.mark.parametrize(
    "body", ["002M100023", "001T100023", "001M1000", "001M10002x", "001N", "001M-10023", ""], ids=repr
)
def test_what_is_no_reply(clock, body):
    reply = body + checksum(body) if body else "?"
    with (
        expected_protocol(ThyracontSmartline, [("001M^", reply)] * 3, name="x", clock=clock) as gauge,
        pytest.raises(GarbledReplyError),
    ):
        gauge.pressure()


def test_a_damaged_checksum_is_asked_again(clock):
    pairs = [("001M^", "001M100023E"), ("001M^", "001M100023D")]
    with expected_protocol(ThyracontSmartline, pairs, name="vacuum", clock=clock) as gauge:
        assert gauge.pressure().value == pytest.approx(1e5)


def test_another_maker_is_refused(clock):
    reply = "001TXYZ"
    pairs = [("001T" + checksum("001T"), reply + checksum(reply))]
    with (
        expected_protocol(ThyracontSmartline, pairs, name="x", clock=clock) as gauge,
        pytest.raises(IdentityError, match="XYZ"),
    ):
        gauge.connect()


@pytest.mark.parametrize("address", [0, 1000, True, "1"])
def test_addresses_that_cannot_be(bench, address):
    with pytest.raises(ConfigError, match="address"):
        bench.open(address=address)


def test_pumping_down_and_venting(bench):
    gauge = bench.open()
    assert gauge.connect().model == "VSP63D"
    assert gauge.pressure().value == pytest.approx(101325, rel=0.11)
    bench.chamber.pump(True, bench.clock.now())
    bench.clock.sleep(600.0)
    assert gauge.pressure().value == pytest.approx(2.0, rel=0.11)
    bench.chamber.pump(False, bench.clock.now())
    bench.clock.sleep(600.0)
    assert gauge.pressure().value == pytest.approx(2.0, rel=0.11)
    bench.chamber.vent(bench.clock.now())
    assert gauge.pressure().value == pytest.approx(101325, rel=0.11)
    assert gauge.make_safe().verified


def test_two_gauges_on_one_line(bench):
    first, second = bench.open(), bench.open(address=12)
    bench.chamber.pump(True, bench.clock.now())
    bench.clock.sleep(600.0)
    assert first.pressure().value < 3
    assert second.pressure().value > 90_000
    with pytest.raises(CommunicationError):
        bench.open(address=5).connect()


@pytest.mark.parametrize("action", [wrong.drop, wrong.lose, wrong.flip, wrong.truncate], ids=lambda a: a.name)
def test_a_read_survives_one_fault(bench, action):
    gauge = bench.open()
    bench.port.faults.add(Fault("M", action))
    assert gauge.pressure().value == pytest.approx(101325, rel=0.11)


def test_pymeasures_own_driver_on_the_simulated_gauge(bench):
    theirs = SmartlineV1(RESOURCE, visa_library=bench.library)
    assert theirs.device_type == "VSP63D"
    assert theirs.pressure == pytest.approx(1013, rel=0.11)


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-3, 2e5))
def test_any_pressure_comes_through_to_four_digits_and_none_out_of_range(pascal):
    bench = VacuumBench()
    bench.chamber._from_Pa = pascal
    gauge = bench.open()
    try:
        seen_Pa = bench.port.device.inspect()["1"]["mbar"] * 100
        reading = gauge.pressure()
        if 1e-2 <= seen_Pa <= 1.2e5:
            assert reading.value == pytest.approx(seen_Pa, rel=6e-4)
        else:
            assert (reading.value, reading.overload) == (None, True)
    finally:
        gauge.close()
