"""The simulated world is found by the name in the station file, and given the file as it stands."""

import pytest

from bench.core.errors import ConfigError
from bench.station import build_world, load_station
from bench.station.registry import RegistryError


def test_the_world_named_by_the_station_is_built_from_the_whole_file(station_file, clock, fakelab):
    station = load_station(station_file())
    world = build_world(station, clock, 7)
    assert isinstance(world, fakelab.FakeWorld)
    data, folder, given_clock, seed = world.arguments
    assert data["instruments"]["meter"]["resource"] == "GPIB0::24::INSTR"
    assert data["simulation"]["anything"] == [{"the": "simulator"}, {"likes": 1}]
    assert (folder, given_clock, seed) == (station.folder, clock, 7)


def test_without_a_name_it_is_the_world_of_this_distribution(station_file, station_text, clock, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "bench.station.registry.load_world", lambda name: asked.append(name) or (lambda *_: name)
    )
    station = load_station(station_file(station_text.replace('world = "fake"\n', "")))
    assert build_world(station, clock, 0) == "qms"
    assert asked == ["qms"]


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ('world = "fake"', 'world = "fak"', RegistryError, "did you mean 'fake'"),
        ('world = "fake"', "world = 3", ConfigError, "simulation.world: should be text"),
        ('world = "fake"', 'world = "fake-refusing"', ConfigError, "simulation: the truth has no pellet"),
        ("[simulation]", "[procedures.x]", ConfigError, None),
    ],
)
def test_what_cannot_be_built_says_why(station_file, station_text, clock, old, new, error, message):
    text = station_text.replace(old, new)
    if message is None:
        text = station_text.split("[simulation]")[0]
        message = "describes no simulation"
    station = load_station(station_file(text))
    with pytest.raises(error, match=message):
        build_world(station, clock, 0)
