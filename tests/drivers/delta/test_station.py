"""Source and nanovoltmeter in a station file, on the press of the example: the pellet's truth is found."""

import statistics
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import ConfigError
from bench.core.roles import CurrentSource, DeltaMeter, Voltmeter
from bench.station import build_world, connect, load_station

QMS = Path(__file__).resolve().parents[3] / "examples" / "qms"
METER = (
    (
        'driver = "keithley2400"',
        'driver = "keithley6221"\noptions = { nanovoltmeter = "2182A", inner_shield = "guard" }',
    ),
    (
        'limits = { current = "105 mA", voltage = "21 V", power = "0.5 W" }',
        'limits = { current = "1 mA", voltage = "12 V" }',
    ),
)


@pytest.fixture
def station_folder(tmp_path):
    """The example with its source meter replaced."""
    station = (QMS / "station.toml").read_text("utf-8")
    for old, new in METER:
        assert old in station
        station = station.replace(old, new)
    world = (QMS / "world.toml").read_text("utf-8")
    world = world.replace('terminals = "front"', 'thermal_emf = "5 uV"  # of the sense leads;')
    (tmp_path / "station.toml").write_text(station, "utf-8")
    (tmp_path / "world.toml").write_text(world, "utf-8")
    return tmp_path


@pytest.mark.parametrize("seed", [1, 5])
def test_delta_mode_finds_the_pellet_that_the_world_holds(station_folder, seed):
    clock = VirtualClock()
    station = load_station(station_folder / "station.toml")
    world = build_world(station, clock, seed)
    with connect(station, clock, world=world) as bench:
        world.perform("mount", {"fixture": "press", "specimen": "qms-0p7/a"})
        meter = bench.instrument("meter")
        meter.arm_delta(current_A=1e-5, compliance_V=5.0, voltage_range_V=0.01, count=200)
        meter.start_delta()
        readings = meter.delta_readings()
        assert all(reading.usable for reading in readings)
        found_ohm = statistics.fmean(reading.voltage.value for reading in readings) / 1e-5
        press = world.fixtures["press"].press
        content = press.content
        true_ohm = content.resistance_ohm(press.temperature_K(clock.now()), 0.0) + 0.02
        meter.stop_delta()
    # 20 uA range: 0.05 %; 10 mV range: 50 ppm
    assert found_ohm == pytest.approx(true_ohm, rel=6e-4)
    assert world.inspect()["instruments"]["meter"]["output"] is False
    world.close()


def test_roles_are_known_from_the_file_alone(station_folder):
    station = load_station(station_folder / "station.toml")
    with connect(station, VirtualClock()) as bench:
        assert bench.candidates(CurrentSource) == ["meter"]
        assert bench.candidates(DeltaMeter) == ["meter"]
        assert bench.candidates(Voltmeter) == []


def test_a_limit_it_does_not_have_is_a_mistake_in_the_file(station_folder):
    path = station_folder / "station.toml"
    path.write_text(path.read_text("utf-8").replace('voltage = "12 V"', 'power = "1 W"'), "utf-8")
    with pytest.raises(ConfigError, match="power"):
        load_station(path)
