"""Series 2600B drivers on one simulated unit: two channels, settings there and back, a hand at the panel."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import InstrumentError
from drivers.keithley.keithley2602b import Keithley2602B
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.keithley2600 import Keithley2600B
from simulators.physics.electrical import CurrentDrive, Load, node, settled
from simulators.wire.port import Port

RESOURCE = "GPIB0::26::INSTR"


class Resistor:
    def __init__(self, ohm):
        self.ohm, self.now = ohm, None

    def drive(self, drive, time):
        self.now = drive

    def operating_point(self, time):
        return settled(self.now, node(Load(self.ohm, 0.0, 0.0), leakage_ohm=1e15, lead_ohm=1e-9))


class Unit:
    def __init__(self):
        self.clock = VirtualClock()
        self.circuits = {"a": Resistor(1e3), "b": Resistor(1e4)}
        self.device = Keithley2600B(self.clock, model="2602B", name="smu", seed=2, circuits=self.circuits)
        self.library = BenchVisaLibrary.create()
        self.library.attach(RESOURCE, Port(self.device, self.clock, name="smu"))
        self.lock = self.clock.lock("the bus")

    def open(self, channel, **options):
        meter = Keithley2602B.open(
            RESOURCE,
            name=f"smu {channel}",
            clock=self.clock,
            visa_library=self.library,
            lock=self.lock,
            channel=channel,
            **options,
        )
        meter.connect()
        return meter

    def press(self, chunk):
        """What a hand at the front panel changes."""
        self.device.execute(chunk)


@pytest.fixture
def unit():
    return Unit()


def sourcing(meter, level=1e-4):
    meter.source_current(range_A=1e-3, compliance_V=6.0)
    meter.set_level(level)
    meter.set_output(True)
    return meter


def test_two_channels_are_two_source_meters(unit):
    a, b = (sourcing(unit.open(channel)) for channel in "ab")
    assert a.measure().voltage.value == pytest.approx(0.1, abs=2e-3)
    assert b.measure().voltage.value == pytest.approx(1.0, abs=2e-3)
    assert a.make_safe().verified
    assert b.output_is_on(), "the other run's output is nobody else's affair"
    assert isinstance(unit.circuits["b"].now, CurrentDrive)
    assert b.measure().usable
    assert b.make_safe().verified


def test_every_reversible_setting_goes_there_and_back(unit):
    meter = unit.open("b")
    before = meter.read_settings()
    for trip in meter.reversible:
        held, between = meter.round_trip(trip.setting.name)
        assert held != between, trip.setting.name
    assert meter.read_settings() == before
    meter.check_errors()
    sourcing(meter)
    with pytest.raises(InstrumentError, match="while the output is on"):
        meter.round_trip("nplc")


def test_what_a_hand_changes_at_the_panel_is_found(unit):
    meter = sourcing(unit.open("a"))
    for chunk, name, value in (
        ("smua.measure.nplc = 0.01", "nplc", 0.01),
        ("smua.source.offmode = smua.OUTPUT_ZERO", "output_off_mode", "ZERO"),
        ("smua.source.leveli = 5e-4", "source_current_A", 5e-4),
        ("smua.measure.filter.enable = 1", "filter", True),
        ("smua.source.limitv = 1", "voltage_compliance_V", 1.0),
    ):
        unit.press(chunk)
        assert meter.read_setting(name) == value
    unit.press("smua.sense = smua.SENSE_REMOTE")
    with pytest.raises(InstrumentError, match="sensed at the specimen, not as asked"):
        meter.measure()
    unit.press("smua.sense = smua.SENSE_LOCAL smua.source.output = smua.OUTPUT_OFF")
    with pytest.raises(InstrumentError, match="output is off, though it was on"):
        meter.measure()


def test_the_settings_of_a_run_name_the_unit(unit):
    found = unit.open("b").settings()
    assert found["identity"]["model"] == "Model 2602B"
    assert found["identity"]["serial"] == "4012345"
    assert found["voltage_range_V"] in (0.1, 1.0, 6.0, 40.0)
