"""The meter's cable is pulled in the middle of a run: the gap is bounded, recorded, never guessed over."""

import importlib.util
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.runs.engine.control import QueueControl
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import connect
from bench.station.world import build_world
from simulators.wire.faults import Fault, disconnect

_spec = importlib.util.spec_from_file_location("vertical", Path(__file__).with_name("vertical.py"))
vertical = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vertical)

RUNS = [("struck", "qms-0p7", "a"), ("next", "bare-si", "a")]


def pulled(folder, pattern, after, seconds, *, meanwhile=lambda world: None, runs=RUNS):
    """The plug is out for so long from the message on."""

    def before(clock, world):
        fault = Fault(pattern, disconnect, after=after)
        port = world.ports["meter"]
        port.faults.add(fault)

        def put_back():
            while port.connected:
                clock.sleep(0.05)
            clock.sleep(seconds)
            meanwhile(world)
            port.reconnect()

        clock.spawn(put_back, name="the plug", background=True)

    return vertical.measure(folder, runs, before=before)


def entries(outcome, *kinds):
    return [entry for entry in RunFolder.open(outcome.folder).entries() if entry.kind in kinds]


@pytest.mark.parametrize(
    ("pattern", "after"),
    [(r":READ\?", 30), (r":SOUR:CURR ", 20), (r":SOUR:CURR\?", 20), (r"SYST:ERR\?", 60), (r":OUTP\?", 12)],
)
def test_a_gap_of_ten_seconds_costs_ten_seconds(tmp_path, pattern, after):
    outcomes, world = pulled(tmp_path, pattern, after, 10.0)
    first, second = outcomes
    assert (first.status, first.safe) == ("done", "verified"), first.reason
    assert (second.status, second.safe) == ("done", "verified")
    lost, back = entries(first, "link lost", "link back", "link given up")
    assert (lost.kind, back.kind) == ("link lost", "link back")
    assert lost.facts["instrument"] == back.facts["instrument"] == "meter"
    assert back.facts["attempts"] >= 5
    assert 10.0 <= back.facts["duration_s"] <= 12.5
    assert back.time_s - lost.time_s == pytest.approx(back.facts["duration_s"])
    assert RunFolder.open(first.folder).verify() == []
    clean, _ = vertical.measure(tmp_path / "clean", RUNS[:1])
    value = first.results["apparent_conductivity"].value
    assert value == pytest.approx(clean[0].results["apparent_conductivity"].value, rel=1e-3)
    assert world["instruments"]["meter"]["output"] is False


def test_one_that_was_off_meanwhile_is_not_gone_on_with(tmp_path):
    def power_cycle(world):
        meter = world.ports["meter"].device
        meter.reset()
        meter.status.standard_event = 128

    outcomes, world = pulled(tmp_path, r":READ\?", 30, 5.0, meanwhile=power_cycle)
    first, second = outcomes
    assert first.status == "interrupted"
    assert "switched on anew" in first.reason
    assert first.safe == "verified"  # make_safe reached it again
    assert second.status == "done"
    assert [entry.kind for entry in entries(first, "link lost", "link given up")][:2] == [
        "link lost",
        "link given up",
    ]
    assert world["instruments"]["meter"]["output"] is False


def test_settings_that_changed_meanwhile_are_seen(tmp_path):
    outcomes, _ = pulled(
        tmp_path, r":READ\?", 30, 5.0, meanwhile=lambda world: world.ports["meter"].device.reset()
    )
    assert outcomes[0].status == "interrupted"
    assert "output was True and is False" in outcomes[0].reason


def test_past_the_bound_the_run_is_interrupted_once(tmp_path):
    outcomes, _ = pulled(tmp_path, r":READ\?", 30, 10**6)
    first, second = outcomes
    assert second.status == "refused"  # its output cannot be verified, so nobody may touch the press
    assert (first.status, first.safe) == ("interrupted", "failed")
    lost, *given_up = entries(first, "link lost", "link back", "link given up")
    assert lost.kind == "link lost"
    assert {entry.kind for entry in given_up} == {"link given up"}
    assert given_up[0].time_s - lost.time_s <= 30.0
    assert RunFolder.open(first.folder).info["clock"]["end_s"] - lost.time_s <= 60.0


def test_an_abort_ends_the_wait(tmp_path):
    plan = load_queue(vertical.queue_file(tmp_path, RUNS[:1]))
    control = QueueControl()
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, 3)
        port = world.ports["meter"]
        port.faults.add(Fault(r":READ\?", disconnect, after=30))
        asked = []

        def person():
            while port.connected:
                clock.sleep(0.05)
            clock.sleep(4.0)
            asked.append(clock.now())
            control.interrupt("Ctrl+C")
            clock.sleep(3.0)
            port.reconnect()

        clock.spawn(person, name="a person", background=True)
        with connect(plan.station, clock, world=world) as station:
            runner = Runner(station, tmp_path / "data", control=control, figures=False)
            (outcome,) = runner.run(plan).runs
            ended = clock.now()
        output = world.inspect()["instruments"]["meter"]["output"]
        world.close()
    assert (outcome.status, outcome.safe) == ("aborted", "verified"), outcome.reason
    assert outcome.reason.startswith("Ctrl+C")
    assert ended - asked[0] <= 10.0  # and not the 26 s that were left of its patience
    assert output is False
