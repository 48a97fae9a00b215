"""Two runs at once on the two channels of one source meter: each as if it were alone."""

import json

import pytest
from proof_bench import EXAMPLES, measure

from bench.core.clock import VirtualClock
from bench.core.errors import Problem
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.station import connect
from bench.station.load import check_station
from bench.station.world import build_world
from simulators.specimens.particles import Particles, true_particle

QUEUE = EXAMPLES / "queues/dual.toml"
RUNS = ("pellet-qms-0p7", "particle-qms-0p7")


def apparent_conductivity(outcome):
    return outcome.results["apparent_conductivity"]


def test_both_find_their_truth_at_the_same_time_and_end_safe(tmp_path):
    outcomes, world = measure(QUEUE, 4, tmp_path, fixture="tips")
    pellet, particle = sorted(outcomes, key=lambda one: RUNS.index(one.id))
    assert [one.status for one in (pellet, particle)] == ["done", "done"]
    times = [json.loads((one.folder / "run.json").read_text()) for one in (pellet, particle)]
    assert max(one["started"] for one in times) < min(one["ended"] for one in times)
    alone, _ = measure(QUEUE, 4, tmp_path / "alone", fixture="tips", only=RUNS[0])
    together, apart = (apparent_conductivity(one) for one in (pellet, alone[0]))
    assert together.value == pytest.approx(apart.value, abs=0.2 * apart.U)
    siemens = 1 / true_particle(world.samples["qms-0p7"].of(Particles), "p1", 4).zero_bias_ohm(
        world.temperature_K
    )
    assert particle.results["conductance_p1"].value == pytest.approx(
        siemens, abs=particle.results["conductance_p1"].U
    )
    for name in ("press_meter", "tips_meter"):
        state = world.after["instruments"][name]
        assert (state["output"], state["script"]) == (False, False)


def test_one_that_is_made_safe_leaves_the_other_measuring(tmp_path):
    plan = load_queue(QUEUE)
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, 4)
        with connect(plan.station, clock, world=world) as station:
            runner = Runner(station, tmp_path, seed=4, figures=False)

            def somebody():
                while not world.inspect()["instruments"]["press_meter"]["output"]:
                    clock.sleep(0.5)
                station.make_safe(["press_meter"])

            clock.spawn(somebody, name="somebody")
            ended = {one.id: one for one in runner.run(plan).runs}
        assert ended[RUNS[0]].status == "failed"
        assert "output is off" in ended[RUNS[0]].reason
        assert ended[RUNS[1]].status == "done"
        world.close()


def test_a_plug_that_is_out_for_a_while_costs_both_a_gap_and_neither_its_run(tmp_path):
    plan = load_queue(QUEUE)
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, 4)
        with connect(plan.station, clock, world=world) as station:
            runner = Runner(station, tmp_path, seed=4, figures=False)

            def somebody():
                outputs = ("press_meter", "tips_meter")
                while not all(world.inspect()["instruments"][name]["output"] for name in outputs):
                    clock.sleep(0.1)
                world.ports["press_meter"].disconnect()
                clock.sleep(5.0)
                world.ports["tips_meter"].reconnect()

            clock.spawn(somebody, name="somebody")
            ended = runner.run(plan).runs
        assert [(one.status, one.reason) for one in ended] == [("done", "")] * 2
        world.close()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('channel = "b"', 'channel = "a"', "with channel a is also instrument 'press_meter'"),
        ('channel = "b", ', "", "with channel a is also instrument 'press_meter'"),
        ('channel = "b"', 'channel = "c"', "'c' is no channel of a model 2636B"),
        ('"ASRL3::INSTR"', '"GPIB0::26::INSTR"', "is also the resource of instrument 'press_meter'"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_opened(tmp_path, old, new, what):
    path = tmp_path / "dual.toml"
    text = (EXAMPLES / "dual.toml").read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    problems: list[Problem] = check_station(path)
    assert any(what in str(problem) for problem in problems), [str(problem) for problem in problems]
