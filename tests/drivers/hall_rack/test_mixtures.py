"""Any mixture of instruments that plays the roles is a Hall system: here a source meter and a multimeter."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.roles import CurrentSource
from bench.station import build_world, connect, load_station
from drivers.hall_system import Contacts, HallSystem
from drivers.source_meter_source import SourceMeterSource

from .conftest import STATION

MIXTURE = """
name = "source meter and multimeter"
[ambient]
temperature = "23 degC"
u = "1 K"
[instruments.smu]
driver = "keithley2400"
resource = "GPIB0::24::INSTR"
load = "passive"
limits = { current = "1 mA", voltage = "42 V" }
[instruments.dmm]
driver = "keithley2000"
resource = "GPIB0::16::INSTR"
[instruments.switch]
driver = "keithley7001"
resource = "GPIB0::8::INSTR"
[fixtures.holder]
kind = "hall_holder"
[fixtures.holder.wiring]
contact_1 = "switch.row_1"
contact_2 = "switch.row_2"
contact_3 = "switch.row_3"
contact_4 = "switch.row_4"
current_high = "smu.force_high"
current_low = "smu.force_low"
voltage_high = "dmm.sense_high"
voltage_low = "dmm.sense_low"
[simulation]
world = "qms"
file = "world.toml"
elsewhere = ["meter", "ambient"]
"""


@pytest.fixture
def mixture(tmp_path):
    (tmp_path / "station.toml").write_text(MIXTURE, "utf-8")
    (tmp_path / "world.toml").write_text((STATION.parent / "world.toml").read_text("utf-8"), "utf-8")
    clock = VirtualClock()
    station = load_station(tmp_path / "station.toml")
    world = build_world(station, clock, 2)
    world.perform("mount", {"fixture": "holder", "specimen": "qms-0p7/film"})
    with connect(station, clock, world=world) as bench:
        yield bench, world, clock
    world.close()


def test_a_source_meter_plays_the_source_and_a_multimeter_the_voltmeter(mixture):
    bench, world, clock = mixture
    source = SourceMeterSource(bench.instrument("smu"))
    assert isinstance(source, CurrentSource)
    voltmeter = bench.instrument("dmm")
    system = HallSystem(source=source, voltmeter=voltmeter, switch=bench.instrument("switch"), clock=clock)
    voltmeter.measure_voltage(range_V=10.0, nplc=5)
    system.prepare(range_A=1e-6, compliance_V=20.0)
    assert source.current_accuracy().offset == pytest.approx(300e-12)
    found = [
        system.measure(contacts, 1e-6, soak_s=5.0)
        for contacts in (Contacts(2, 1, 3, 4), Contacts(4, 3, 1, 2))  # reciprocity: the same resistance
    ]
    ohms = [(plus.voltage.value - minus.voltage.value) / 2e-6 for plus, minus in found]
    assert all(one.usable and one.current.raw == "set" for pair in found for one in pair)
    assert ohms[0] == pytest.approx(ohms[1], rel=2e-3)
    sheet_ohm = world.truth()["qms-0p7"]["sheet_resistance"]["value"]
    assert 0.1 * sheet_ohm < ohms[0] < 0.5 * sheet_ohm, "ln 2 / pi of it on a square"
    assert world.inspect()["fixtures"]["holder"]["hot_switches"] == 0
    assert system.make_safe().verified


def test_a_source_in_its_compliance_is_flagged(mixture):
    bench, world, clock = mixture
    source = SourceMeterSource(bench.instrument("smu"))
    system = HallSystem(
        source=source, voltmeter=bench.instrument("dmm"), switch=bench.instrument("switch"), clock=clock
    )
    system.voltmeter.measure_voltage(range_V=10.0, nplc=1)
    system.prepare(range_A=1e-5, compliance_V=1.0)
    plus, minus = system.measure(Contacts(2, 1, 3, 4), 1e-5)
    assert not plus.usable
    assert not minus.usable
    assert world.inspect()["fixtures"]["holder"]["hot_switches"] == 0
