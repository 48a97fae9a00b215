"""A queue of pellets in a room that gets hot, on the whole simulated bench: aborted, waited, gone on with."""

import shutil
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.runs.engine.events import Notice, RunEvents
from bench.runs.interlocks.interlocks import LOOK_EVERY_S
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import connect
from bench.station.world import build_world

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/qms"
SEED = 4  # 26.9 degC and rising at the start: 27 degC is passed some minutes later
LIMIT_K = 273.15 + 27.0

RULE = """
[interlocks.too-hot]
quantity = "ambient"
above = "27 degC"
for = "20 s"
then = "{then}"
instruments = ["meter"]
"""


@pytest.fixture
def lab(tmp_path):
    """Writes a lab whose room goes up and down by 8 K a day, with eight pellets in its queue."""

    def write(rule):
        folder = tmp_path / "lab"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(EXAMPLES, folder)
        world, station = folder / "world.toml", folder / "station.toml"
        swing = 'daily_swing = "0.5 K"'
        assert swing in world.read_text()
        world.write_text(world.read_text().replace(swing, 'daily_swing = "8 K"'))
        station.write_text(station.read_text() + rule)
        queue = folder / "hot.toml"
        queue.write_text(
            'station = "station.toml"\nsamples = "samples.toml"\n'
            + "".join(
                f'[[runs]]\nid = "r{number}"\nprocedure = "pellet-conductivity"\nsample = "qms-0p7"\n'
                for number in range(8)
            )
        )
        return load_queue(queue)

    return write


def measured(plan, data):
    seen = []
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, SEED)
        with connect(plan.station, clock, world=world) as station:
            runner = Runner(station, data, events=RunEvents(seen.append), seed=SEED, figures=False)
            outcomes = runner.run(plan).runs
            after = world.inspect()
        world.close()
    notices = [event for event in seen if isinstance(event, Notice)]
    return outcomes, notices, after


def journal(outcome, kind):
    return [entry for entry in RunFolder.open(outcome.folder).entries() if entry.kind == kind]


def test_it_is_aborted_and_the_rest_is_measured_when_the_room_is_cool_again(lab, tmp_path):
    outcomes, notices, after = measured(lab(RULE.format(then="abort")), tmp_path / "data")
    (hot,) = [number for number, one in enumerate(outcomes) if one.status == "aborted"]
    assert [one.status for one in outcomes] == ["done"] * hot + ["aborted"] + ["done"] * (7 - hot)
    assert hot >= 2, "the first ones were measured before"

    aborted = outcomes[hot]
    (trip,) = journal(aborted, "interlock")
    logged = [entry for one in outcomes[: hot + 1] for entry in journal(one, "ambient")]
    before = [entry for entry in logged if entry.time_s <= trip.time_s]
    *_, last_cool = (entry for entry in before if entry.facts["temperature_K"] <= LIMIT_K)
    first_hot = before[before.index(last_cool) + 1]
    assert trip.facts["value"] == first_hot.facts["temperature_K"]
    assert trip.time_s == pytest.approx(first_hot.time_s + 20.0)
    assert aborted.reason == trip.facts["text"]
    assert aborted.reason.startswith("interlock too-hot: ambient is above 27 degC (300.")
    assert (aborted.safe, after["instruments"]["meter"]["output"]) == ("verified", False)
    assert [notice.text.partition(";")[0] for notice in notices] == [aborted.reason]

    resumed = journal(outcomes[hot + 1], "ambient")[0]
    assert resumed.facts["temperature_K"] <= LIMIT_K
    waited = resumed.time_s - trip.time_s
    assert 7.9 * 3600 < waited < 8.1 * 3600 + LOOK_EVERY_S, "a third of a day: a sine above half its height"
    assert all(
        entry.facts["temperature_K"] <= LIMIT_K
        for one in outcomes[hot + 1 :]
        for entry in journal(one, "ambient")
    )


def test_a_warning_changes_no_byte_of_what_is_measured(lab, tmp_path):
    warned, notices, _ = measured(lab(RULE.format(then="warn")), tmp_path / "warned")
    plain, silent, _ = measured(lab(""), tmp_path / "plain")
    assert [one.status for one in warned] == ["done"] * 8
    assert notices
    assert not silent
    for one, other in zip(warned, plain, strict=True):
        assert (one.folder / "data.csv").read_bytes() == (other.folder / "data.csv").read_bytes()


def test_it_is_the_same_every_time(lab, tmp_path):
    plan = lab(RULE.format(then="make_safe"))
    found = []
    for name in ("one", "two"):
        outcomes, _, _ = measured(plan, tmp_path / name)
        found.append(
            [
                (
                    one.status,
                    one.reason,
                    (one.folder / "data.csv").read_bytes(),
                    [(entry.time_s, entry.facts) for entry in journal(one, "interlock")],
                )
                for one in outcomes
            ]
        )
    assert found[0] == found[1]
    assert "aborted" in [status for status, *_ in found[0]]
