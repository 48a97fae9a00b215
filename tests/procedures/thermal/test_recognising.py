"""After a crash: what is recognised as this run's programme, what is not; and looking changes nothing."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from bench.core.clock import VirtualClock
from bench.core.programme import Dwell, Ramp, TemperatureProgramme
from bench.runs.context import Restored
from bench.station import connect
from bench.station.load import load_station
from bench.station.world import build_world
from procedures.thermal.heat_programme import HeatProgramme
from procedures.thermal.progress import Progress

OTHER = TemperatureProgramme((Ramp(60.0, 5.0), Dwell(60.0)))


class Furnace(NamedTuple):
    driver: Any
    unit: Any


@pytest.fixture
def furnace(lab):
    with VirtualClock() as clock:
        station = load_station(lab.folder / "furnace-station.toml")
        world = build_world(station, clock, 1)
        with connect(station, clock, world=world) as connected:
            yield Furnace(connected.instrument("furnace"), world._devices["furnace"].unit)
        world.close()


def recognised(furnace, state):
    procedure = HeatProgramme()
    procedure.attach(
        SimpleNamespace(restored=Restored("", state, 0, 10.0, True), instrument=lambda role: furnace.driver)
    )
    wear, before = furnace.unit.memory.writes, furnace.unit.inspect()["state"]
    answer = procedure.recognise()
    assert (furnace.unit.memory.writes, furnace.unit.inspect()["state"]) == (wear, before)
    return answer


@pytest.fixture
def fingerprint(furnace):
    return furnace.driver.load_programme(HeatProgramme().programme())


def test_the_programme_that_runs_is_this_runs(furnace, fingerprint):
    furnace.driver.run_programme(fingerprint)
    for phase in ("loaded", "heating"):
        assert recognised(furnace, Progress(fingerprint, phase).as_json()) is None


def test_one_that_has_ended_meanwhile_is(furnace, fingerprint):
    assert recognised(furnace, Progress(fingerprint, "heating").as_json()) is None
    assert furnace.driver.guard_report().verified, "cold in reset: it may be left alone"


def test_one_that_was_never_started_is_not(furnace, fingerprint):
    assert recognised(furnace, Progress(fingerprint).as_json()) == "its programmer is in reset"
    assert "had not loaded" in recognised(furnace, {})


def test_another_programme_is_not(furnace, fingerprint):
    furnace.driver.run_programme(furnace.driver.load_programme(OTHER))
    assert "another programme" in recognised(furnace, Progress(fingerprint, "heating").as_json())


def test_one_that_somebody_holds_is_not(furnace, fingerprint):
    furnace.driver.run_programme(fingerprint)
    furnace.unit.panel.press_run_hold()
    assert recognised(furnace, Progress(fingerprint, "heating").as_json()) == "its programmer is in hold"


def test_a_warm_set_point_in_reset_is_not_left_alone(furnace, fingerprint):
    furnace.unit.panel.set(24, 200.0)
    report = furnace.driver.guard_report()
    assert not report.verified
    assert "heat to its set-point of 200" in report.limits["not to be relied on"]
