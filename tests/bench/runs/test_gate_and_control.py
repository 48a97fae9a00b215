"""Pause, abort, safe now and the teardown limit, as the code of a procedure meets them."""

import signal

import pytest

from bench.core.clock import ActorEnded, Deadlock, VirtualClock
from bench.core.errors import RunAbortedError
from bench.runs.engine.control import QueueControl, RunControl, handle_signals
from bench.runs.engine.gate import RunGate


@pytest.fixture
def clock():
    with VirtualClock() as clock:
        yield clock


@pytest.fixture
def said():
    return []


@pytest.fixture
def control(clock):
    return RunControl(clock, "r")


@pytest.fixture
def gate(clock, control, said):
    return RunGate(clock, control, said.append)


def later(clock, seconds, function):
    def act():
        clock.sleep(seconds)
        function()

    return clock.spawn(act, name=f"in {seconds} s")


def test_a_sleep_lasts_exactly_as_long_as_asked(clock, gate):
    gate.sleep(0.1)
    gate.sleep(0)
    assert clock.now() == 0.1


def test_an_abort_ends_a_sleep_at_once_and_every_later_wait(clock, control, gate):
    later(clock, 30, lambda: control.abort("enough"))
    with pytest.raises(RunAbortedError, match="enough"):
        gate.sleep(3600)
    assert clock.now() == 30
    assert gate.aborted
    with pytest.raises(RunAbortedError):
        gate.check()


def test_a_pause_holds_and_lengthens_a_sleep_only_if_it_lasts_longer(clock, control, gate, said):
    later(clock, 10, control.pause)
    later(clock, 20, control.resume)
    gate.sleep(50)
    assert clock.now() == 50
    later(clock, 10, control.pause)
    later(clock, 100, control.resume)
    gate.sleep(50)
    assert clock.now() == 150
    assert said == ["paused", "resumed"] * 2


def test_a_paused_run_can_be_aborted(clock, control, gate):
    control.pause()
    later(clock, 5, lambda: control.abort("no more"))
    with pytest.raises(RunAbortedError, match="no more"):
        gate.sleep(1)
    assert clock.now() == 5


def test_a_pause_that_nobody_can_end_is_a_deadlock_that_says_so(control, gate):
    control.pause()
    with pytest.raises(Deadlock, match="a change of run r"):
        gate.check()


def test_teardown_is_neither_paused_nor_aborted(clock, control, gate):
    control.abort("once")
    control.pause()
    gate.begin_teardown(100)
    gate.sleep(60)
    assert clock.now() == 60
    assert not gate.aborted


def test_safe_now_cuts_teardown_short(clock, control, gate):
    control.abort("once")
    gate.begin_teardown(100)
    later(clock, 3, lambda: control.abort("twice"))
    with pytest.raises(RunAbortedError, match="safe now: twice"):
        gate.sleep(60)
    assert clock.now() == 3


def test_teardown_has_a_limit_for_sleeps_and_for_waits(clock, gate):
    gate.begin_teardown(100)
    with pytest.raises(RunAbortedError, match="limit of 100 s"):
        gate.sleep(1000)
    assert clock.now() == 100
    gate.begin_teardown(50)
    with pytest.raises(RunAbortedError, match="limit of 50 s"):
        gate.wait_until(lambda: False)
    assert clock.now() == 150
    assert gate.overran


def test_an_abort_that_is_swallowed_again_and_again_ends_what_swallows_it(control, gate):
    control.abort("stop")

    def stubborn():
        while True:
            try:
                gate.sleep(1)
            except Exception:
                pass

    with pytest.raises(ActorEnded, match="20 times"):
        stubborn()


def test_nothing_passes_after_the_run(gate):
    gate.close("the run is over")
    with pytest.raises(RunAbortedError, match="over"):
        gate.check()


def test_waiting_for_something_ends_when_its_maker_says_so(clock, control, gate):
    box = []
    later(clock, 7, lambda: (box.append(1), control.changed.set()))
    gate.wait_until(lambda: bool(box))
    assert clock.now() == 7


def test_queue_control_reaches_the_run_that_goes_on(clock):
    queue, first, second = QueueControl(), RunControl(clock, "1"), RunControl(clock, "2")
    with queue.steering(first):
        queue.pause()
        assert first.paused
        queue.resume()
        queue.abort_run("just this one")
    assert (first.paused, first.abort_reason, queue.stop_reason) == (False, "just this one", None)
    queue.interrupt("Ctrl+C")
    with queue.steering(second):
        assert (second.abort_reason, second.safe_now_reason) == ("Ctrl+C", None)
        queue.terminate("SIGTERM")
        assert second.safe_now_reason is None
        queue.interrupt("Ctrl+C")
        assert second.safe_now_reason == "Ctrl+C"
    queue.pause()
    queue.abort_run("nobody there")


@pytest.mark.parametrize(
    ("signals", "stopped", "safe_now"),
    [
        ([signal.SIGINT], "Ctrl+C", None),
        ([signal.SIGINT, signal.SIGINT], "Ctrl+C", "Ctrl+C"),
        ([signal.SIGTERM], "signal SIGTERM", None),
        ([signal.SIGHUP, signal.SIGHUP, signal.SIGTERM], "signal SIGHUP", None),
        ([signal.SIGTERM, signal.SIGINT], "signal SIGTERM", "Ctrl+C"),
    ],
)
def test_what_signals_mean(clock, signals, stopped, safe_now):
    queue, run = QueueControl(), RunControl(clock, "r")
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with handle_signals(queue), queue.steering(run):
        for number in signals:
            signal.raise_signal(number)
    assert (queue.stop_reason, run.abort_reason, run.safe_now_reason) == (stopped, stopped, safe_now)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_handlers_are_installed_in_the_main_thread_only(clock):
    caught = []

    def elsewhere():
        try:
            with handle_signals(QueueControl()):
                pass
        except RuntimeError as error:
            caught.append(str(error))

    clock.spawn(elsewhere, name="other").join()
    assert "main thread" in caught[0]
