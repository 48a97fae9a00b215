"""`bench serve` in a process of its own, killed and started again; and the commands that ask it."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.cli.desk import service_of
from bench.cli.main import app
from bench.core import wall
from bench.runs.queue.log import QueueLog
from bench.runs.queue.store import Mark
from bench.service.client import Client
from bench.service.models.base import Act
from bench.service.models.queue import Edit, Move, RunAsked, Submission

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
QUEUE = """station = "station.toml"
samples = "samples.toml"
[[runs]]
id = "one"
procedure = "steady"
parameters = { rows = 3 }
hold = true
[[runs]]
id = "two"
procedure = "steady"
hold = true
"""


def child(*arguments, **more):
    path = os.pathsep.join([str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
    line = [sys.executable, "-m", "bench.cli", *map(str, arguments)]
    return subprocess.Popen(
        line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more
    )


def bench(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def children():
    """Processes that are ended with the test."""
    found = []
    yield found
    for process in found:
        if process.poll() is None:
            process.kill()
        process.communicate()


def operations_by_command(lab, data):
    queue = lab.path / "queue.toml"
    queue.write_text(QUEUE, "utf-8")
    told = bench("submit", queue, "--simulate", "--priority", "2", "--why", "w", "--data", data)
    assert told.exit_code == 0, told.output
    for arguments in (
        ("move", "two", "--first", "--why", "w"),
        ("edit", "one", "--set", "rows=7", "--priority", "5", "--not-before", "2031-01-31T08:00:00Z"),
        ("release", "one"),
        ("hold", "one", "--why", "w"),
        ("duplicate", "one", "--why", "w"),
        ("cancel", "3", "--why", "w"),
        ("rerun", "3"),
        ("cancel", "4"),
    ):
        told = bench("queue", *arguments, "--data", data)
        assert told.exit_code == 0, told.output


def operations_by_http(client):
    client.submit(Submission(text=QUEUE, priority=2, why="w"))
    client.move("two", Move(first=True, why="w"))
    client.edit("one", Edit(parameters={"rows": 7}, priority=5, not_before="2031-01-31T08:00:00Z"))
    client.act("one", "release", Act())
    client.act("one", "hold", Act(why="w"))
    client.act("one", "duplicate", Act(why="w"))
    client.act("3", "cancel", Act(why="w"))
    client.act("3", "rerun", Act())
    client.act("4", "cancel", Act())


def lines_of(data):
    """What people did, without who and when."""
    found = []
    for change in QueueLog(data).read(Mark())[0]:
        if change.facts["who"] == "bench":
            continue
        facts = json.loads(json.dumps(change.facts))
        facts.pop("who")
        facts["reason"] = facts.get("reason", "").partition(" by ")[0]
        for item in facts.get("items", ()):
            item.pop("batch")
            item.pop("seed")
            item.pop("position")  # the views count what was moved away differently; only the order matters
        found.append((change.kind, change.key, facts))
    return found


@pytest.fixture
def quiet(lab, monkeypatch):
    """A service whose scheduler starts nothing, so that both journals hold the same."""
    from bench.runs.scheduling.scheduler import Scheduler

    monkeypatch.setattr(Scheduler, "_consider", lambda self, item: None)
    return lab.start()


def test_the_journal_is_the_same_by_http_by_command_and_by_a_command_that_asks_the_service(quiet, tmp_path):
    with quiet.client() as client:
        operations_by_http(client)
    by_http = lines_of(quiet.data)
    operations_by_command(quiet, tmp_path / "beside")
    for by_command, same in zip(lines_of(tmp_path / "beside"), by_http, strict=True):
        assert by_command == same
    assert service_of(tmp_path / "beside") is None
    assert len(by_http) == 9


def test_commands_ask_the_service_that_owns_the_folder(lab, children, until):
    process = child("serve", lab.station, "--simulate", "--data", lab.data, "--json")
    children.append(process)
    told = json.loads(process.stdout.readline())
    assert told["pid"] == process.pid
    queue = lab.path / "queue.toml"
    queue.write_text(QUEUE.replace("hold = true", ""), "utf-8")
    assert service_of(lab.data) is not None
    assert bench("submit", queue, "--simulate", "--data", lab.data).output == "#1 one\n#2 two\n"
    with Client(lab.data) as client:
        until(lambda: client.queued("1").run_id)
        watched = bench("watch", "1", "--data", lab.data, "--json")
        assert watched.exit_code == 0, watched.output
        rows = [json.loads(line) for line in watched.stdout.splitlines()]
        assert [row["row"] for row in rows] == [0, 1, 2]
        until(lambda: client.queued("2").state == "done")
    listed = json.loads(bench("queue", "list", "--all", "--json", "--data", lab.data).stdout)
    assert {run["state"] for run in listed["runs"]} == {"done"}
    verified = bench("verify", client_run_id(lab, 1), "--json", "--data", lab.data)
    assert json.loads(verified.stdout)["ok"]
    long = QUEUE.replace("rows = 3", "rows = 10000").partition('[[runs]]\nid = "two"')[0]
    queue.write_text(long.replace("hold = true", ""), "utf-8")
    assert bench("submit", queue, "--simulate", "--data", lab.data).exit_code == 0
    with Client(lab.data) as client:
        until(lambda: client.queued("3").state == "running")
        assert bench("pause", "3", "--data", lab.data).exit_code == 0
        until(lambda: client.queued("3").state == "paused")
        assert bench("resume", "3", "--data", lab.data).exit_code == 0
    safe = bench("safe", "--json", "--data", lab.data)
    assert safe.exit_code == 0, safe.output
    found = json.loads(safe.stdout)
    assert [(run["id"], run["state"], run["safe"]) for run in found["runs"]] == [
        ("one", "aborted", "verified")
    ]
    assert [one["instrument"] for one in found["instruments"]] == ["meter"]
    process.terminate()
    assert process.wait(30) == 0
    assert service_of(lab.data) is None
    again = bench("watch", client_run_id(lab, 1), "--data", lab.data)
    assert again.stdout.splitlines()[0].startswith("Time / s\tVoltage / V\tNote")
    assert len(again.stdout.splitlines()) == 4


def client_run_id(lab, key):
    changes = QueueLog(lab.data).read(Mark())[0]
    return next(one.facts["run_id"] for one in changes if one.key == key and "run_id" in one.facts)


def test_what_a_killed_service_left_behind_fools_nobody(lab, children):
    process = child("serve", lab.station, "--simulate", "--data", lab.data, "--json")
    children.append(process)
    process.stdout.readline()
    process.kill()
    process.wait()
    assert (lab.data / "service.json").exists()
    assert service_of(lab.data) is None
    assert json.loads(bench("queue", "list", "--json", "--data", lab.data).stdout) == {"runs": []}


@pytest.mark.skipif(sys.platform == "win32", reason="a served world and SIGKILL")
def test_a_client_goes_on_when_the_service_is_killed_and_started_again(lab, children, until):
    """On a served world, whose clock goes on meanwhile; the run is taken up in its folder as attempt 2."""
    serving = child("sim", "serve", lab.station, "--speed", "4", "--json")
    children.append(serving)
    endpoint = json.loads(serving.stdout.readline())["endpoint"]
    line = ("serve", lab.station, "--world", endpoint, "--data", lab.data, "--json")
    first = child(*line)
    children.append(first)
    first.stdout.readline()
    numbers, rows, ends = [], [], []

    def follow():
        with Client(lab.data, role="view") as viewer, viewer.live() as stream:
            stream.follow(run_id)
            for batch in stream:
                numbers.extend(range(batch.start, batch.start + len(batch.rows)))
                rows.extend(batch.rows)
                if batch.ended is not None:
                    ends.append(batch.ended)
                    return

    with Client(lab.data) as client:
        asked = RunAsked(id="one", procedure="steady", parameters={"rows": 150, "interval": 0.2})
        client.submit(Submission(runs=[asked]))
        run_id = until(lambda: client.queued("1").run_id)
        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        until(lambda: len(numbers) > 10)
        first.send_signal(signal.SIGKILL)
        first.wait()
        wall.sleep(0.3)
        second = child(*line)
        children.append(second)
        second.stdout.readline()
        follower.join(60)
        assert not follower.is_alive()
        total = client.run(run_id).rows
        assert ends == ["done"]
        assert numbers == list(range(total))
        page = client.rows(run_id)
        assert rows == page.rows
        assert {row[-1] for row in rows} == {1, 2}
        assert client.run(run_id).attempt == 2
        assert client.verify(run_id).ok
        alarms = client.alarms()
        assert any("interrupted" in alarm.text for alarm in alarms)
    second.terminate()
    assert second.wait(30) == 0


def test_the_service_refuses_what_makes_no_sense(lab):
    for arguments, said in [
        (("--speed", "2"), "has a speed"),
        (("--simulate", "--speed", "0"), "above zero"),
        (("--world", "x", "--simulate"), "own clock"),
        ((), "--yes"),
    ]:
        told = bench("serve", lab.station, "--data", lab.data, *arguments)
        assert told.exit_code == 2, told.output
        assert said in told.output
