"""Real and paced time behave like the virtual clock, without its determinism."""

import queue
import threading
import time

import pytest

from bench.core.clock import PacedClock, RealClock
from bench.core.clock.threaded import Anchor


def test_two_processes_with_one_anchor_agree():
    anchor = Anchor.here(speed=1000.0)
    one, two = PacedClock(anchor=anchor), PacedClock(anchor=anchor)
    first, second, third = one.now(), two.now(), one.now()
    assert first <= second <= third


def test_paced_sleep_costs_the_wall_time_divided_by_the_speed():
    clock = PacedClock(speed=10_000)
    before = clock.now()
    clock.sleep(100)
    assert clock.now() - before >= 100


def test_utc_of_a_paced_clock_runs_with_it():
    clock = PacedClock(speed=1e6)
    before = clock.utc()
    clock.sleep(1000)
    assert (clock.utc() - before).total_seconds() >= 1000


def test_real_clock_is_wall_time():
    clock = RealClock()
    before = time.monotonic()
    clock.sleep(0.01)
    assert time.monotonic() - before >= 0.01
    assert clock.now() >= 0.01


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan")])
def test_a_senseless_speed_is_refused(speed):
    with pytest.raises(ValueError, match="speed"):
        PacedClock(speed=speed)


def test_lock_event_and_queue_work_between_threads():
    clock = PacedClock(speed=1000)
    lock, event, items = clock.lock("bus"), clock.event("go"), clock.queue("rows")
    inside, worst = [0], [0]

    def worker():
        event.wait()
        for _ in range(50):
            with lock, lock:
                inside[0] += 1
                worst[0] = max(worst[0], inside[0])
                inside[0] -= 1
            items.put(1)

    actors = [clock.spawn(worker, name=str(i)) for i in range(4)]
    event.set()
    total = sum(items.get(timeout=10_000) for _ in range(200))
    for actor in actors:
        assert actor.join()
    assert total == 200
    assert worst == [1]
    with pytest.raises(queue.Empty):
        items.get(timeout=1)


def test_a_lock_times_out():
    clock = PacedClock(speed=1000)
    lock = clock.lock("bus")
    held, done = clock.event("held"), clock.event("done")

    def holder():
        with lock:
            held.set()
            done.wait()

    actor = clock.spawn(holder, name="holder")
    held.wait()
    assert lock.acquire(timeout=5) is False
    done.set()
    assert lock.acquire(timeout=10_000) is True
    lock.release()
    actor.join()


def test_an_exception_reaches_the_maker_of_the_clock_and_ends_the_others():
    clock = PacedClock(speed=1)
    ended, started = threading.Event(), clock.event("started")

    def other():
        started.set()
        try:
            clock.sleep(3600)
        finally:
            ended.set()

    clock.spawn(other, name="other")
    started.wait()
    bad = clock.spawn(lambda: 1 / 0, name="bad")
    with pytest.raises(ZeroDivisionError) as caught:
        bad.join()
    assert "raised in actor 'bad'" in " ".join(caught.value.__notes__)
    assert ended.wait(10)


def test_call_is_direct():
    clock = RealClock()
    assert clock.call(threading.current_thread) is threading.current_thread()
