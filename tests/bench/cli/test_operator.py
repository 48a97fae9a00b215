"""`bench operator`: a step that waits is seen, answered and declined from another terminal."""

import json
import subprocess

import pytest

from bench.core import wall
from bench.runs.queue.item import NewItem
from bench.runs.queue.queue import RunQueue

PATIENCE_S = 60.0


@pytest.fixture
def asking(tmp_path):
    """A queue in which one run waits for a person; gives (queue, step)."""
    queue = RunQueue(tmp_path / "data")
    (item,) = queue.add(
        [NewItem("mount", "asking", {"id": "mount", "procedure": "asking"}, "/lab/station.toml", "hardware")],
        who="test",
    )
    queue.note_state(item.key, "running")
    step = queue.ask_operator(
        item.key,
        instruction="Wash with 1 M HCl.",
        action="wash",
        details={},
        confirms=["the hood is on", "gloves are worn"],
    )
    yield queue, step
    queue.close()


def test_a_step_is_listed_with_what_to_confirm_and_since_when(document, asking, tmp_path):
    _, step = asking
    found, code = document("operator", "list", "--data", tmp_path / "data")
    assert code == 0
    (one,) = found["steps"]
    assert (one["step"], one["run"], one["instruction"]) == (step, 1, "Wash with 1 M HCl.")
    assert one["confirms"] == ["the hood is on", "gloves are worn"]
    assert one["since"]


def test_done_needs_every_confirmation(bench, asking, tmp_path):
    queue, step = asking
    data = ("--data", tmp_path / "data")
    result = bench("operator", "done", step, "--confirm", "the hood is on", *data)
    assert result.exit_code != 0
    assert "'gloves are worn' is not confirmed" in result.stderr
    assert queue.open_steps()
    both = ("--confirm", "the hood is on", "--confirm", "gloves are worn")
    assert bench("operator", "done", step, *both, "--by", "AB", *data).exit_code == 0
    queue.catch_up()
    assert not queue.open_steps()
    answered = queue.history(1)[-1]
    assert answered.kind == "operator answered"
    assert answered.facts["by"] == "AB"
    assert answered.facts["answers"] == {"confirmed": ["the hood is on", "gloves are worn"]}


def test_a_step_can_be_declined_once_and_only_with_a_reason(bench, asking, tmp_path):
    queue, step = asking
    data = ("--data", tmp_path / "data")
    assert bench("operator", "decline", step, *data).exit_code == 2
    assert bench("operator", "decline", step, "--why", "no acid left", "--by", "AB", *data).exit_code == 0
    queue.catch_up()
    assert queue.history(1)[-1].facts["reason"] == "no acid left"
    again = bench("operator", "done", step, "--by", "AB", *data)
    assert again.exit_code != 0
    assert "does not wait for anybody" in again.stderr


def test_a_run_without_a_terminal_waits_until_somebody_answers_elsewhere(
    command, bench, document, lab, tmp_path
):
    line, environment = command("run", lab.queue("asking"), "--data", lab.data, "--yes", "--json")
    process = subprocess.Popen(
        line,
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = wall.now() + PATIENCE_S
        steps = []
        while not steps:
            assert wall.now() < until
            assert process.poll() is None, process.communicate()
            steps = document("operator", "list", "--data", lab.data)[0]["steps"] if lab.data.exists() else []
            wall.sleep(0.1)
        assert steps[0]["instruction"] == "Look at the pellet."
        (item,) = document("queue", "list", "--data", lab.data)[0]["runs"]
        assert (item["state"], item["waiting_for"]) == ("running", "a person: Look at the pellet.")
        answer = ("--by", "AB", "--note", "looks fine", "--data", lab.data)
        assert bench("operator", "done", steps[0]["step"], *answer).exit_code == 0
        out, errors = process.communicate(timeout=PATIENCE_S)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    assert process.returncode == 0, errors
    (run,) = json.loads(out)["runs"]
    assert run["status"] == "done"
    journal = (lab.runs[0] / "journal.jsonl").read_text("utf-8").splitlines()
    done = [json.loads(entry) for entry in journal if '"operator done"' in entry]
    assert [(entry["facts"]["by"], entry["facts"]["answers"]) for entry in done] == [
        ("AB", {"note": "looks fine"})
    ]
