"""Subscribers never hurt a run; an operator answers, declines, or is not there."""

import queue
import threading

import pytest

from bench.runs.engine.events import Notice, RunEvents
from bench.runs.engine.operators import AbsentOperator, ConsoleOperator, OperatorRequest, SimulatedOperator


def request(wake=lambda: None, **more):
    return OperatorRequest("r1", "mount pellet a", "mount", {"fixture": "press"}, wake, **more)


def test_a_subscriber_that_raises_is_dropped_and_the_others_go_on(caplog):
    seen = []

    def broken(event):
        raise RuntimeError("window closed")

    events = RunEvents(broken, seen.append)
    for text in ("one", "two"):
        events.publish(Notice("r1", "info", text))
    assert [event.text for event in seen] == ["one", "two"]
    assert caplog.text.count("was dropped") == 1
    assert not RunEvents(broken).publish(Notice("r1", "info", "x"))


def test_the_simulated_operator_does_it_in_the_world():
    done = []
    asked = request()
    SimulatedOperator(lambda action, details: done.append((action, details)) or {"slot": 1}).ask(asked)
    assert done == [("mount", {"fixture": "press"})]
    assert (asked.by, asked.answers) == ("simulated operator", {"slot": 1})


def test_the_simulated_operator_declines_what_the_world_does_not_know():
    def perform(action, details):
        raise ValueError(f"unknown action {action}")

    asked = request()
    SimulatedOperator(perform).ask(asked)
    assert "unknown action mount" in asked.declined


def test_nobody_there(caplog):
    asked = request()
    AbsentOperator().ask(asked)
    assert "nobody is at the bench" in asked.declined
    asked = request()
    AbsentOperator("wait").ask(asked)
    assert asked.open
    assert "waits until somebody has done: mount pellet a" in caplog.text
    asked.reply("AB", {})
    assert not asked.open


def test_a_request_is_answered_once_and_not_after_it_was_withdrawn():
    asked = request()
    asked.reply("AB", {})
    asked.reply("CD", {"late": True})
    asked.decline("late")
    assert (asked.by, asked.answers, asked.declined) == ("AB", {}, None)
    withdrawn = request()
    withdrawn.withdraw()
    withdrawn.reply("AB", {})
    assert withdrawn.by is None


class Terminal:
    """Lines that are typed when the test says so."""

    def __init__(self):
        self.lines = queue.Queue()
        self.written = []
        self.operator = ConsoleOperator(self.lines.get, self.written.append)

    def ask(self):
        woken = threading.Event()
        asked = request(woken.set)
        self.operator.ask(asked)
        return asked, woken


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.lines.put("")  # end of file: its thread ends


def test_a_person_at_the_terminal_gives_initials_and_a_note(terminal):
    asked, woken = terminal.ask()
    terminal.lines.put("\n")
    terminal.lines.put("AB a bit cracked\n")
    assert woken.wait(10)
    assert (asked.by, asked.answers) == ("AB", {"note": "a bit cracked"})
    assert "mount pellet a" in terminal.written[0]
    assert any("Initials are needed" in text for text in terminal.written)


def test_a_line_typed_after_the_run_was_aborted_does_not_answer_the_next_question(terminal):
    first, _ = terminal.ask()
    first.withdraw()
    terminal.lines.put("AB\n")
    while not terminal.lines.empty():
        threading.Event().wait(0.001)
    assert first.by is None
    second, woken = terminal.ask()
    terminal.lines.put("CD\n")
    assert woken.wait(10)
    assert second.by == "CD"


def test_two_runs_at_once_are_asked_for_in_turn(terminal):
    first, first_done = terminal.ask()
    second, second_done = terminal.ask()
    assert sum("mount pellet a" in text for text in terminal.written) == 1
    terminal.lines.put("AB\n")
    assert first_done.wait(10)
    assert second.open
    terminal.lines.put("CD\n")
    assert second_done.wait(10)
    assert (first.by, second.by) == ("AB", "CD")


def test_an_answer_from_elsewhere_makes_the_typed_line_void_and_asks_for_the_next(terminal):
    first, _ = terminal.ask()
    second, second_done = terminal.ask()
    first.reply("from another terminal", {})
    terminal.lines.put("AB\n")  # was typed for the first
    terminal.lines.put("CD\n")
    assert second_done.wait(10)
    assert (first.by, second.by) == ("from another terminal", "CD")


def test_a_closed_terminal_declines_all_that_wait(terminal):
    first, _ = terminal.ask()
    second, woken = terminal.ask()
    terminal.lines.put("")
    assert woken.wait(10)
    assert "closed" in first.declined
    assert "closed" in second.declined


def test_a_closed_terminal_declines_now_and_later(terminal):
    asked, woken = terminal.ask()
    terminal.lines.put("")
    assert woken.wait(10)
    assert "closed" in asked.declined
    later, _ = terminal.ask()
    assert "closed" in later.declined
