"""`pyvisa.ResourceManager("station.toml@bench")`: starting, finding again, clock and seed, mistakes."""

import os

import pytest
import pyvisa

from bench.core.clock import RealClock, VirtualClock
from simulators.backends import stations
from simulators.backends.visa import BenchVisaLibrary
from simulators.wire.port import Port
from simulators.wire.scpi import ScpiInstrument

RESOURCE = "GPIB0::24::INSTR"


class FakeWorld:
    """As much of a world as this module knows of, and a note of how it was asked for."""

    def __init__(self, description, folder, clock, seed):
        self.asked = (description, folder, seed)
        self.clock = clock
        self.closed = False
        self.visa_library = BenchVisaLibrary.create()
        meter = ScpiInstrument(clock, name="meter", identity=f"QMS,METER,{seed},1")
        self.visa_library.attach(RESOURCE, Port(meter, clock, name="meter"))

    def close(self):
        self.closed = True


@pytest.fixture
def built(monkeypatch):
    """Every world that was built."""
    worlds = []

    def build(*asked):
        worlds.append(FakeWorld(*asked))
        return worlds[-1]

    monkeypatch.setattr("simulators.world.build", build)
    monkeypatch.delenv("BENCH_CLOCK", raising=False)
    monkeypatch.delenv("BENCH_SEED", raising=False)
    monkeypatch.setattr(stations, "_running", {})
    return worlds


@pytest.fixture
def station(tmp_path):
    path = tmp_path / "station.toml"
    path.write_text('name = "QMS bench"\n[simulation]\nfile = "world.toml"\n')
    return path


def identity(manager):
    return manager.open_resource(RESOURCE, read_termination="\n", write_termination="\n").query("*IDN?")


def test_the_world_of_a_station_file(built, station):
    manager = pyvisa.ResourceManager(f"{station}@bench")
    assert identity(manager) == "QMS,METER,0,1"
    assert manager.list_resources() == (RESOURCE,)
    (world,) = built
    assert world.asked == ({"name": "QMS bench", "simulation": {"file": "world.toml"}}, station.parent, 0)
    assert isinstance(world.clock, RealClock)


def test_it_is_the_same_world_however_the_file_is_named(built, station, monkeypatch):
    one = pyvisa.ResourceManager(f"{station}@bench")
    monkeypatch.chdir(station.parent)
    two = pyvisa.ResourceManager("station.toml@bench")
    three = pyvisa.ResourceManager(f"{os.curdir}/station.toml@bench")
    by_name = pyvisa.ResourceManager(f"{one.visalib.library_path}@bench")
    assert one.visalib is two.visalib is three.visalib is by_name.visalib
    assert len(built) == 1


def test_closing_the_manager_does_not_switch_the_bench_off(built, station):
    manager = pyvisa.ResourceManager(f"{station}@bench")
    manager.open_resource(RESOURCE, write_termination="\n").write("*ESE 60")
    manager.close()
    again = pyvisa.ResourceManager(f"{station}@bench")
    meter = again.open_resource(RESOURCE, read_termination="\n", write_termination="\n")
    assert meter.query("*ESE?") == "60"
    assert len(built) == 1


def test_stopping_does(built, station):
    first = pyvisa.ResourceManager(f"{station}@bench").visalib
    stations.stop(station)
    assert built[0].closed
    stations.stop(station)  # nothing to stop any more
    assert pyvisa.ResourceManager(f"{station}@bench").visalib is not first
    assert len(built) == 2


def test_a_world_built_elsewhere_can_be_published(built, station):
    world = FakeWorld({}, station.parent, VirtualClock(), 7)
    stations.adopt(station, world)
    assert identity(pyvisa.ResourceManager(f"{station}@bench")) == "QMS,METER,7,1"
    assert built == []
    with pytest.raises(ValueError, match="runs already"):
        stations.adopt(station, world)


def test_clock_and_seed_come_from_the_environment(built, station, monkeypatch):
    monkeypatch.setenv("BENCH_CLOCK", "virtual")
    monkeypatch.setenv("BENCH_SEED", "42")
    assert identity(pyvisa.ResourceManager(f"{station}@bench")) == "QMS,METER,42,1"
    assert isinstance(built[0].clock, VirtualClock)
    assert built[0].asked[2] == 42


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("BENCH_CLOCK", "fast", "BENCH_CLOCK='fast': say real or virtual"),
        ("BENCH_SEED", "x", "BENCH_SEED='x': say a whole number"),
    ],
)
def test_environment_that_means_nothing(built, station, monkeypatch, variable, value, message):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=message):
        pyvisa.ResourceManager(f"{station}@bench")
    monkeypatch.delenv(variable)
    pyvisa.ResourceManager(f"{station}@bench")  # nothing of the failed attempt is left


def test_a_missing_file(built, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"@bench: there is no station file .*missing\.toml"):
        pyvisa.ResourceManager(f"{tmp_path / 'missing.toml'}@bench")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'name = "hardware only"\n', r"has no \[simulation\] table"),
        (b'simulation = "world.toml"\n', r"has no \[simulation\] table"),
        (b"[simulation\n", "is not valid TOML: .*line 1"),
        (b"\xff\xfe", "is not valid TOML"),
    ],
)
def test_a_file_that_describes_no_simulation(built, station, content, message):
    station.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        pyvisa.ResourceManager(f"{station}@bench")
    assert built == []


def test_a_world_that_answers_with_something_else(built, station, monkeypatch):
    class Wrong(FakeWorld):
        def __init__(self, *asked):
            super().__init__(*asked)
            self.visa_library = object()

    monkeypatch.setattr("simulators.world.build", Wrong)
    with pytest.raises(TypeError, match="instead of a BenchVisaLibrary"):
        pyvisa.ResourceManager(f"{station}@bench")
