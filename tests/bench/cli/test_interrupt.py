"""Ctrl+C against a real process: once an orderly abort, twice safe now; and a person at a terminal."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and terminals")


class Watched:
    """A child process whose stderr is followed line by line."""

    def __init__(self, line, environment, folder):
        self.process = subprocess.Popen(
            line, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines = []
        self._came = threading.Condition()
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self):
        for line in self.process.stderr:
            with self._came:
                self.lines.append(line)
                self._came.notify_all()

    def wait_for(self, text):
        with self._came:
            assert self._came.wait_for(lambda: any(text in line for line in self.lines), 60), self.lines

    def end(self):
        stdout = self.process.stdout.read()
        code = self.process.wait(60)
        self.process.stdout.close()
        return stdout, code


@pytest.fixture
def start(command, tmp_path):
    started = []

    def begin(*arguments):
        started.append(Watched(*command(*arguments), tmp_path))
        return started[-1]

    yield begin
    for watched in started:
        if watched.process.poll() is None:
            watched.process.kill()
            watched.end()
        watched.process.stderr.close()


def entries(run):
    return [json.loads(line) for line in (run / "journal.jsonl").read_text("utf-8").splitlines()]


def test_once_aborts_in_order_and_starts_nothing_more(start, lab):
    queue = lab.queue("slow", "quick", in_turn=True)
    watched = start("run", queue, "--simulate", "--data", lab.data, "--json")
    watched.wait_for("Watch it.")
    watched.process.send_signal(signal.SIGINT)
    watched.wait_for("Ctrl+C again")
    stdout, code = watched.end()
    assert code == 130
    slow, quick = json.loads(stdout)["runs"]
    assert (slow["status"], slow["safe"]) == ("aborted", "verified")
    assert (quick["status"], quick["folder"]) == ("aborted", None)
    kinds = [entry["kind"] for entry in entries(lab.runs[0])]
    assert kinds[-1] == "end"
    assert not any("safe now" in kind for kind in kinds)


def test_twice_is_safe_now(start, lab):
    queue = lab.queue("slow", shutdown_steps=4000)
    watched = start("run", queue, "--simulate", "--data", lab.data, "--json")
    watched.wait_for("Watch it.")
    watched.process.send_signal(signal.SIGINT)
    watched.wait_for("Let it cool.")
    watched.process.send_signal(signal.SIGINT)
    watched.wait_for("Safe now")
    stdout, code = watched.end()
    assert code == 130
    (run,) = json.loads(stdout)["runs"]
    assert (run["status"], run["safe"]) == ("aborted", "verified")
    assert any(entry["kind"].startswith("safe now") for entry in entries(lab.runs[0]))


def test_a_service_stop_ends_in_order_what_the_next_start_goes_on_with(start, lab):
    watched = start("run", lab.queue("slow"), "--simulate", "--data", lab.data, "--json")
    watched.wait_for("Watch it.")
    watched.process.send_signal(signal.SIGTERM)
    stdout, code = watched.end()
    assert code == 1
    (run,) = json.loads(stdout)["runs"]
    assert (run["status"], run["safe"]) == ("interrupted", "verified")
    assert [entry["kind"] for entry in entries(lab.runs[0])][-1] == "end"
    assert any("the next start goes on" in line for line in watched.lines)


def read_until(terminal, text, seen=""):
    while text not in seen:
        try:
            piece = os.read(terminal, 4096).decode("utf-8", "replace")
        except OSError:  # the other end is closed
            piece = ""
        assert piece, f"{text!r} never came: {seen}"
        seen += piece
    return seen


@pytest.fixture
def at_terminal(command, tmp_path):
    """Start a child with a terminal for stdin and stderr; gives (process, our end of the terminal)."""
    import pty

    opened = []

    def begin(*arguments):
        ours, theirs = pty.openpty()
        line, environment = command(*arguments, TERM="xterm", COLUMNS="120")
        process = subprocess.Popen(
            line, env=environment, cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
        )
        os.close(theirs)
        opened.append((process, ours))
        return process, ours

    yield begin
    for process, ours in opened:
        if process.poll() is None:
            process.kill()
        process.wait(60)
        process.stdout.close()
        os.close(ours)


def test_a_terminal_shows_bars_and_the_time_left(at_terminal, lab):
    queue = lab.queue("slow")
    process, terminal = at_terminal("run", queue, "--simulate", "--data", lab.data)
    seen = read_until(terminal, "left")
    assert "queue" in seen
    assert "\x1b[" in seen
    process.send_signal(signal.SIGINT)
    read_until(terminal, "Ctrl+C again", seen)
    assert process.wait(60) == 130


def test_on_hardware_a_person_starts_and_answers(at_terminal, lab):
    process, terminal = at_terminal("run", lab.queue("asking"), "--data", lab.data)
    seen = read_until(terminal, "Start?")
    assert "HARDWARE" in seen
    os.write(terminal, b"y\n")
    seen = read_until(terminal, "initials", seen)
    assert "Look at the pellet." in seen
    os.write(terminal, b"AB looks fine\n")
    assert process.wait(60) == 0
    done = [entry for entry in entries(lab.runs[0]) if entry["kind"] == "operator done"]
    assert [(entry["facts"]["by"], entry["facts"]["answers"]) for entry in done] == [
        ("AB", {"note": "looks fine"})
    ]


def test_saying_no_starts_nothing(at_terminal, lab):
    process, terminal = at_terminal("run", lab.queue("asking"), "--data", lab.data)
    read_until(terminal, "Start?")
    os.write(terminal, b"n\n")
    assert process.wait(60) == 1
    assert not (lab.data / "runs").exists()
