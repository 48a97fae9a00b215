"""Several controllers on one line, the chemistry behind them, and what is recorded."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import ConfigError
from bench.core.traffic import Header, read_recording
from bench.core.traffic.writing import RecordingWriter
from drivers.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.physics.furnace import Charge, FurnaceBuild

# ---- several units on a line


def test_two_units_on_one_line(make_bench, qms, short):
    bench = make_bench(units=(1, 7)).ready()
    second = bench.open(unit=7)
    second.connect()
    assert second.adapter.lock is bench.driver.adapter.lock
    bench.driver.run_programme(bench.driver.load_programme(short))
    second.run_programme(second.load_programme(qms))
    assert bench.driver.read_programme() == short
    assert second.read_programme() == qms
    bench.driver.make_safe()
    assert bench.units[1].inspect()["state"] == "reset"
    assert bench.units[7].inspect()["state"] == "run"
    assert bench.framing.collisions == 0
    second.close()
    assert bench.driver.programmer_status().state == "reset", "the line stays open for the other"


def test_a_driver_that_cannot_be_made_leaves_the_line(make_bench):
    bench = make_bench()
    line = bench.driver.adapter._bus
    with pytest.raises(ConfigError, match="unit"):
        bench.open(unit=0)
    assert line.members == 1


def test_two_actors_on_one_line_keep_their_exchanges_apart(make_bench):
    bench = make_bench(units=(1, 7)).ready()
    second = bench.open(unit=7)
    second.connect()
    found = {1: [], 7: []}

    def ask(driver, unit):
        for _ in range(100):
            found[unit].append(driver.temperature().value)
            driver.programmer_status()

    actors = [
        bench.clock.spawn(ask, driver, unit, name=f"unit {unit}")
        for unit, driver in ((1, bench.driver), (7, second))
    ]
    for actor in actors:
        actor.join()
    assert [len(one) for one in found.values()] == [100, 100]
    assert bench.framing.collisions == 0
    differ = abs(sum(found[1]) / 100 - sum(found[7]) / 100)
    assert differ > 0.05, "each its own calibration error"


# ---- what it is for


def test_the_exotherm_is_seen_at_the_vessel_and_hardly_at_the_controller(make_bench, qms):
    bench = make_bench(build=FurnaceBuild()).ready()
    bench.furnace.load(Charge(14.0, completeness=1.0), bench.clock.now())
    bench.driver.run_programme(bench.driver.load_programme(qms))
    control, vessel = [], []
    while bench.driver.programmer_status().state != "reset":
        control.append(bench.driver.temperature().value)
        vessel.append(bench.furnace.vessel.temperature_K(bench.clock.now()))
        bench.clock.sleep(20.0)
    assert max(control) - 273.15 < 262
    assert max(v - c for v, c in zip(vessel, control, strict=True)) > 2


def test_the_same_seed_gives_the_same_run_and_another_another(make_bench, short):
    def rows(unit):
        bench = make_bench(units=(unit,)).ready()
        bench.driver.run_programme(bench.driver.load_programme(short))
        found = []
        for _ in range(100):
            found.append(bench.driver.programmer_status())
            bench.clock.sleep(5.0)
        return found

    first = rows(1)
    assert rows(1) == first
    assert [one.temperature_degC for one in rows(2)] != [one.temperature_degC for one in first]


def test_recorded_and_replayed(bench, short, tmp_path):
    path = tmp_path / "furnace.jsonl"
    writer = RecordingWriter(path, Header("furnace", bench.resource, "eurotherm2400", "passive", True))

    def visit(driver):
        driver.connect()
        driver.run_programme(driver.load_programme(short))
        return driver.read_programme(), driver.programmer_status().state, driver.make_safe().state

    first = visit(bench.open(traffic=writer.write))
    writer.close()
    recording = read_recording(path)
    again = Eurotherm2400.replaying(recording, clock=VirtualClock())
    assert visit(again) == first
    assert again.adapter.position == len(recording.exchanges)
