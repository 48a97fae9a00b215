"""A run that goes well: rows, record, result, safe instruments; and what the outside sees of it."""

import json
import subprocess
import sys

from run_fakes import Bench, Sweep, info

from bench.core.clock import VirtualClock
from bench.runs.engine.events import (
    OperatorAnswered,
    Progressed,
    RowRecorded,
    RunEvents,
    RunFinished,
    RunStarted,
)
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.folder import RunFolder


def test_a_run_ends_done_safe_and_with_its_result(bench):
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe, outcome.reason) == ("done", "verified", "")
    assert not bench.devices["meter"].on
    assert outcome.results["level"].value == 3.0
    folder = RunFolder.open(outcome.folder)
    assert folder.verify() == []
    assert [row["Level"] for row in folder.table().rows()] == [1, 2, 3, 4, 5]
    assert folder.record().facts == {"points": 5, "ambient_u_K": 0.2}
    assert folder.status == "done"
    assert folder.results()["level"].value == 3.0


def test_the_json_of_the_outcome_is_as_promised(bench):
    (outcome,) = bench.run()
    document = json.loads(json.dumps(outcome.as_json()))
    assert list(document) == [
        "id",
        "procedure",
        "sample",
        "status",
        "simulated",
        "safe",
        "folder",
        "results",
        "tables",
    ]
    assert document["results"]["level"] == {
        "value": 3.0,
        "unit": "V",
        "u": 0.1,
        "k": 2.0,
        "U": 0.2,
        "dof": None,
        "flags": [],
    }
    assert (outcome.folder / "all.csv").samefile(document["tables"]["all"])
    assert outcome.folder.samefile(document["folder"])
    assert document["simulated"] is True


def test_run_json_says_what_was_asked_with_which_instruments(bench):
    (outcome,) = bench.run(bench.planned(current=2e-3))
    asked = info(outcome)
    assert asked["parameters"] == {"current": 2e-3, "points": 5, "dwell": 1.0, "sample": None}
    assert asked["details"]["parameter_units"] == {"current": "A", "dwell": "s"}
    assert asked["instruments"]["meter"]["driver"] == "source"
    assert asked["instruments"]["meter"]["settings"] == {"output": False}
    assert asked["roles"] == {"meter": "meter"}
    assert asked["fixtures"] == {"press": "press"}
    assert asked["world"] == "world.toml"


def test_the_journal_tells_the_phases_leases_and_the_safe_state_in_order(bench):
    (outcome,) = bench.run()
    told = [
        entry.facts["phase"] if entry.kind == "phase" else entry.kind
        for entry in RunFolder.open(outcome.folder).entries()
    ]
    wanted = [
        "leases taken",
        "connect",
        "instrument",
        "startup",
        "execute",
        "shutdown",
        "safe",
        "made safe",
    ]
    assert [kind for kind in told if kind in wanted] == wanted
    assert told[-1] == "end"
    assert bench.facts(outcome, "leases taken")[0]["resources"] == ["fixture press", "instrument meter"]


def test_the_room_temperature_is_in_every_journal_at_start_end_and_in_between(bench):
    (outcome,) = bench.run(bench.planned(dwell=500))
    logged = bench.facts(outcome, "ambient")
    assert [entry["when"] for entry in logged] == ["start", *["running"] * 4, "end"]
    assert {entry["temperature_K"] for entry in logged} == {296.0}
    assert {entry["u_K"] for entry in logged} == {0.2}


def test_a_broken_thermometer_is_a_line_in_the_journal_and_no_reason_to_fail(bench):
    bench.devices["ambient"].gone = True
    (outcome,) = bench.run()
    assert outcome.status == "done"
    assert all(entry["temperature_K"] is None for entry in bench.facts(outcome, "ambient"))


def test_events(bench):
    bench.run()
    assert isinstance(bench.seen[0], RunStarted)
    assert (bench.seen[0].index, bench.seen[0].total, bench.seen[0].expected_rows) == (1, 1, 5)
    assert [event.count for event in bench.seen if isinstance(event, RowRecorded)] == [1, 2, 3, 4, 5]
    assert [event.fraction for event in bench.seen if isinstance(event, Progressed)] == [
        0.2,
        0.4,
        0.6,
        0.8,
        1,
    ]
    assert bench.seen[-1] == RunFinished("r1", "done", "verified", "")


def test_a_subscriber_that_raises_does_not_hurt(make_bench):
    bench = make_bench()

    def broken(event):
        raise RuntimeError("window closed")

    bench.runner._events.subscribe(broken)
    (outcome,) = bench.run()
    assert outcome.status == "done"


def test_the_operator_is_asked_and_answers(bench, hooks):
    answers = []
    hooks["startup"] = lambda run: answers.append(
        run.context.operator(
            "mount the pellet", action="mount", details={"fixture": run.context.fixture("press")}
        )
    )
    (outcome,) = bench.run()
    assert bench.world.done == [("mount", {"fixture": "press"})]
    assert answers == [{"slot": 1}]
    assert bench.facts(outcome, "operator done")[0]["by"] == "simulated operator"
    assert any(isinstance(event, OperatorAnswered) for event in bench.seen)


def test_checkpoints_hold_the_rows_so_far(bench, hooks):
    hooks["shutdown"] = lambda run: run.context.checkpoint("swept", cycle=3)
    (outcome,) = bench.run()
    (checkpoint,) = RunFolder.open(outcome.folder).checkpoints()
    assert (checkpoint.label, checkpoint.state, checkpoint.rows) == ("swept", {"cycle": 3}, 5)


def test_a_queue_runs_in_its_order_and_gives_its_leases_back(bench):
    outcomes = bench.run(*(bench.planned(name) for name in ("a", "b", "c")))
    assert [(one.id, one.status) for one in outcomes] == [("a", "done"), ("b", "done"), ("c", "done")]
    assert bench.runner._services.leases.held() == {}


def test_the_catalogue_knows_the_runs(bench):
    (outcome,) = bench.run()
    (entry,) = Catalogue(bench.data).list()
    assert (entry.id, entry.status, entry.safe, entry.run_id) == (
        "r1",
        "done",
        "verified",
        outcome.folder.name,
    )


def test_the_same_queue_gives_the_same_bytes(tmp_path):
    def bytes_of(place):
        with VirtualClock() as clock:
            outcomes = Bench(tmp_path / place, clock).run(*_runs())
            return [(outcome.folder / "data.csv").read_bytes() for outcome in outcomes]

    def _runs():
        return (Bench.planned(None, "a", dwell=0.3), Bench.planned(None, "b", points=50))

    assert bytes_of("first") == bytes_of("second")


def test_ten_hours_cost_no_real_time(bench):
    (outcome,) = bench.run(bench.planned(points=10, dwell=3600))
    assert bench.clock.now() > 36000
    assert info(outcome)["clock"]["end_s"] > 36000


def test_progress_events_are_not_built_for_nobody(tmp_path):
    with VirtualClock() as clock:
        bench = Bench(tmp_path, clock)
        bench.runner._events._subscribers.clear()
        (outcome,) = bench.run()
        assert outcome.status == "done"
        assert not RunEvents().watched


def test_an_analysis_can_be_repeated_from_the_folder_alone(bench):
    (outcome,) = bench.run()
    again = Sweep().analyse(RunFolder.open(outcome.folder).record())
    assert again.results["level"] == outcome.results["level"]


def test_what_the_command_line_needs_to_start_does_not_import_pymeasure():
    """`pymeasure.experiment` alone takes longer than `bench --help` may."""
    code = (
        "import sys, bench.runs.scheduling.runner, bench.runs.engine.control\n"
        "import bench.runs.engine.events, bench.runs.engine.outcome\n"
        "slow = {'pymeasure', 'pandas', 'pint', 'matplotlib', 'sqlalchemy', 'scipy'} & set(sys.modules)\n"
        "sys.exit(', '.join(slow) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
