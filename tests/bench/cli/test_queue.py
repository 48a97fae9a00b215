"""`bench submit` and `bench queue`: what a person types, and what the queue then holds."""

from contextlib import closing

import pytest

from bench.runs.queue.queue import RunQueue


@pytest.fixture
def queued(bench, lab):
    """Two runs submitted for the simulated bench; gives a caller with the data folder filled in."""

    def call(*arguments):
        return bench("queue", *arguments, "--data", lab.data)

    assert bench("submit", lab.queue("quick", "quick"), "--simulate", "--data", lab.data).exit_code == 0
    return call


@pytest.fixture
def runs(document, lab):
    return lambda *more: document("queue", "list", *more, "--data", lab.data)[0]["runs"]


def test_a_submission_says_its_numbers_and_runs_nothing(document, lab):
    found, code = document("submit", lab.queue("quick", "quick"), "--simulate", "--data", lab.data)
    assert code == 0
    assert found == {"runs": [{"key": 1, "id": "quick-1"}, {"key": 2, "id": "quick-2"}]}
    assert not (lab.data / "runs").exists()


def test_a_file_with_mistakes_is_not_queued(bench, lab, runs):
    path = lab.queue("quik")
    result = bench("submit", path, "--simulate", "--data", lab.data)
    assert result.exit_code == 2
    assert "quik" in result.stderr
    assert runs() == []


def test_submitted_held_with_a_priority(bench, lab, runs):
    line = ("submit", lab.queue("quick"), "--simulate", "--hold", "--priority", "3", "--data", lab.data)
    assert bench(*line).exit_code == 0
    (run,) = runs()
    assert (run["held"], run["priority"]) == ("held at its submission", 3)


def test_queue_alone_lists(queued):
    result = queued()
    assert result.exit_code == 0
    assert "#1" in result.stdout
    assert "quick-2" in result.stdout


def test_a_run_that_is_aborted_without_a_reason_gets_one(queued, document, lab):
    with closing(RunQueue(lab.data)) as queue:
        queue.note_state(1, "running")
        queue.note_state(2, "running")
    assert queued("abort", "1").exit_code == 0
    assert queued("abort", "2", "--why", "smoke").exit_code == 0
    said = [document("queue", "show", run, "--data", lab.data)[0]["history"][-1]["why"] for run in "12"]
    assert said == ["bench abort", "smoke"]


def test_a_folder_that_is_not_there_is_told_and_not_made(bench, document, tmp_path):
    said = bench("queue", "--data", tmp_path / "typo")
    assert (said.exit_code, "there is no data folder" in said.stderr.lower()) == (0, True)
    assert document("queue", "list", "--data", tmp_path / "typo") == ({"runs": []}, 0)
    assert not (tmp_path / "typo").exists()


def test_what_goes_on_without_a_bench_is_told_to_be_cut_off(queued, lab):
    with closing(RunQueue(lab.data)) as queue:
        queue.note_state(1, "running")
        queue.note_state(1, "interrupted", who="guard", reason="the bench was lost")
        interrupted = queued()
        queue.note_state(1, "queued")
        queue.note_state(1, "running")
        running = queued()
    assert "was cut off: the bench was lost" in interrupted.stdout
    assert "No bench works" not in interrupted.stderr
    assert "the bench was lost" not in running.stdout, "what it had waited for is over"
    assert "No bench works on this data folder" in running.stderr


def test_what_is_queued_is_run_until_nothing_is_left(queued, document, lab, runs):
    found, code = document("queue", "run", lab.station, "--simulate", "--data", lab.data)
    assert code == 0
    assert [(run["id"], run["status"]) for run in found["runs"]] == [("quick-1", "done"), ("quick-2", "done")]
    assert runs() == []
    assert {run["state"] for run in runs("--all")} == {"done"}
    again = queued("run", lab.station, "--simulate")
    assert again.exit_code == 0
    assert "Nothing was queued" in again.stderr


def test_the_hardware_is_not_touched_by_what_was_submitted_for_the_simulation(queued, bench, lab, runs):
    result = bench("queue", "run", lab.station, "--yes", "--data", lab.data)
    assert "Nothing was queued" in result.stderr
    assert {run["state"] for run in runs()} == {"queued"}


def test_a_station_is_the_same_however_it_is_named(queued, document, lab, monkeypatch):
    monkeypatch.chdir(lab.path)
    named = lab.path / ".." / lab.path.name / lab.station.name
    found, _ = document("queue", "run", named, "--simulate", "--data", lab.data)
    assert [run["status"] for run in found["runs"]] == ["done", "done"]


def test_held_and_released(queued, runs):
    queued("hold", "1", "--why", "look at the pellet")
    assert runs()[0]["held"] == "look at the pellet"
    assert "look at the pellet" in queued("list").stdout
    queued("release", "#1")
    assert runs()[0]["held"] == ""


def test_moved_edited_and_cancelled(queued, runs):
    assert queued("move", "2", "--first").exit_code == 0
    assert [run["key"] for run in runs()] == [2, 1]
    result = queued("edit", "2", "--set", "rows=9", "--priority", "4", "--why", "more")
    assert result.exit_code == 0, result.stderr
    first = runs()[0]
    assert (first["spec"]["parameters"]["rows"], first["rows"], first["priority"]) == (9, 9, 4)
    assert queued("cancel", "quick-1", "--why", "not needed").exit_code == 0
    assert [run["key"] for run in runs()] == [2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--set", "rows=-1"), "rows"),
        (("--set", "rowz=3"), "rowz"),
        (("--set", "rows"), "NAME=VALUE"),
        (("--sample", "nobody"), "nobody"),
        (("--not-before", "tomorrow"), "zone"),
        ((), "say what to change"),
    ],
)
def test_an_edit_is_checked_before_it_is_accepted(queued, runs, change, said):
    before = runs()
    result = queued("edit", "1", *change)
    assert result.exit_code == 2
    assert said in result.stderr
    assert runs() == before


def test_copies_and_reruns(queued, document, lab, runs):
    queued("duplicate", "1")
    document("queue", "run", lab.station, "--simulate", "--data", lab.data)
    assert queued("rerun", "1").exit_code == 0
    assert [(run["key"], run["id"]) for run in runs()] == [(4, "quick-1")]


def test_what_cannot_be_done_says_why(queued):
    for arguments, said in [
        (("pause", "1"), "that goes on"),
        (("release", "1"), "not held"),
        (("take-up", "1"), "interrupted"),
        (("cancel", "99"), "no run #99"),
        (("move", "1"), "one place"),
    ]:
        result = queued(*arguments)
        assert result.exit_code != 0
        assert said in result.stderr


def test_everything_about_one_run_with_its_history(queued, document, lab):
    queued("hold", "1", "--why", "look first")
    found, code = document("queue", "show", "1", "--data", lab.data)
    assert code == 0
    assert (found["id"], found["target"]) == ("quick-1", "simulated")
    assert [line["kind"] for line in found["history"]] == ["added", "held"]
    assert found["history"][1]["why"] == "look first"
    assert found["history"][1]["who"]
    assert "look first" in queued("show", "1").stdout
