"""The bench's own look at the room, for whoever wants to know: only while no run logs it."""

from bench.core.clock import VirtualClock
from bench.runs.engine.control import RunControl
from bench.runs.engine.events import RunEvents
from bench.runs.interlocks.interlocks import LOOK_EVERY_S, Interlocks
from bench.runs.interlocks.rule_state import WatchedRun


def looked(*, wanted):
    """When the bench looks in 2200 s; a run goes on from 700 s to 1700 s, and the first look fails."""
    times = []
    with VirtualClock() as clock:

        def look():
            times.append(clock.now())
            if len(times) == 1:
                raise OSError("no reply")

        interlocks = Interlocks({}, clock, RunEvents(), wake=lambda: None, look_at_room=look)
        if wanted:
            interlocks.want_room()
        with interlocks:
            clock.sleep(700.0)
            run = WatchedRun("a", (), frozenset(), RunControl(clock, "a"), lambda *_, **__: None)
            assert interlocks.began(run) is None
            clock.sleep(1000.0)
            interlocks.ended("a")
            clock.sleep(500.0)
    return times


def test_only_while_no_run_logs_it_and_a_failure_ends_nothing():
    assert looked(wanted=True) == [0.0, LOOK_EVERY_S, 600.0, 1700.0, 2000.0]


def test_where_nobody_wants_to_know_nobody_looks():
    assert looked(wanted=False) == []
