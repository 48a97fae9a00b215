"""Rows of the 6220, 6221, 2182A and 2000 in the model table: options of the world file, and the wires."""

import pytest

from bench.core.clock import VirtualClock
from simulators.fixtures.source_meter import AcrossSense
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.electrical import CurrentDrive
from simulators.physics.press import Press, PressBuild, Shorted
from simulators.physics.surroundings import Surroundings
from simulators.plugs import Connection
from simulators.tables import Table

CURRENT_SOURCES = ["keithley6220", "keithley6221"]
VOLTMETERS = ["keithley2000", "keithley2182a"]


def build(name, content, *, sense_wired=True):
    problems = []
    table = Table("world.toml", content, problems)
    model = MODELS[name]
    options = model.options(table)
    table.done()
    if problems:
        return None, problems
    room = Surroundings(296.15)
    wired, elsewhere = (Press(PressBuild(0.3, 0.5, 1e15, 1e-12), room) for _ in range(2))
    wired.place(Shorted(), "short", 0.0)
    meets = Connection(wired, sense_wired, voltage=AcrossSense(wired) if sense_wired else None)
    site = Site("one", VirtualClock(), 1, room, wired, sense_wired, elsewhere, {"": meets})
    return model.build(site, options), wired


@pytest.mark.parametrize("name", CURRENT_SOURCES)
def test_source_and_nanovoltmeter_meet_the_same_specimen(name):
    source, wired = build(name, {"serial": "6220777", "line_frequency": "60 Hz", "thermal_emf": "0.1 nV"})
    assert source.execute("*IDN?").startswith(f"KEITHLEY INSTRUMENTS INC.,MODEL {name[-4:]},6220777,")
    source.execute("SOUR:CURR:RANG 2e-3;:SOUR:CURR 1e-3;:OUTP ON")
    assert wired.operating_point(1.0).current_A == pytest.approx(1e-3, abs=2e-6)
    meter = source.cable.meter
    assert meter.execute_serial("SYST:LFR?", 1.0) == "60"
    assert float(meter.execute_serial("*RST;READ?", 1.0)) == pytest.approx(0.5e-3, rel=5e-3)


def test_without_sense_wires_the_nanovoltmeter_sees_nothing():
    source, _ = build("keithley6221", {"thermal_emf": "0.1 nV"}, sense_wired=False)
    source.execute("SOUR:CURR:RANG 2e-3;:SOUR:CURR 1e-3;:OUTP ON")
    assert abs(float(source.cable.meter.execute_serial("*RST;READ?", 1.0))) < 1e-6


def test_a_source_may_stand_alone():
    source, _ = build("keithley6221", {"nanovoltmeter": "none"})
    assert source.execute("SOUR:DELT:NVPR?") == "0"


@pytest.mark.parametrize("name", VOLTMETERS)
def test_a_voltmeter_of_its_own_sees_the_sense_contacts_and_the_emf_of_its_leads(name):
    meter, wired = build(name, {"thermal_emf": "1 mV", "thermal_emf_swing": "0.1 nV"})
    wired.drive(CurrentDrive(1e-3, 5.0), 0.0)
    assert 1e-5 < abs(float(meter.execute("*RST;:READ?")) - 0.5e-3) < 1.1e-3
    meter, wired = build(name, {"thermal_emf": "0.1 nV", "thermal_emf_swing": "0.1 nV", "serial": "77"})
    wired.drive(CurrentDrive(1e-3, 5.0), 0.0)
    assert float(meter.execute("*RST;:READ?")) == pytest.approx(0.5e-3, abs=6e-6)
    assert ",77," in meter.execute("*IDN?")


def test_a_nanovoltmeter_may_be_left_on_its_serial_port():
    meter, _ = build("keithley2182a", {"interface": "rs232"})
    assert meter.execute("*IDN?") is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, {"nanovoltmeter": "34420A"}) for name in CURRENT_SOURCES),
        ("keithley6221", {"interlock": "ajar"}),
        ("keithley6221", {"trigger_link": "loose"}),
        ("keithley6221", {"line_frequency": "55 Hz"}),
        ("keithley6221", {"terminals": "front"}),
        ("keithley2182a", {"interface": "usb"}),
        ("keithley2182a", {"mains_pickup": "1 A"}),
        ("keithley2000", {"line_frequency": "55 Hz"}),
        ("keithley2000", {"thermal_emf": "1 K"}),
    ],
)
def test_bad_options_are_problems(name, content):
    instrument, problems = build(name, content)
    assert instrument is None
    assert next(iter(content)) in problems[0]
