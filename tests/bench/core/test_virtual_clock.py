"""The virtual clock: order, jumps, primitives, failures, foreign threads."""

import hashlib
import os
import queue
import signal
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.clock import ActorEnded, Deadlock, VirtualClock


def test_ten_hours_pass_at_once_and_exactly():
    clock = VirtualClock()
    for _ in range(3600):
        clock.sleep(10)
    assert clock.now() == 36000.0


def test_actors_run_in_order_of_wake_time_then_of_going_to_sleep():
    clock = VirtualClock()
    seen = []

    def actor(name, period):
        for _ in range(3):
            clock.sleep(period)
            seen.append((clock.now(), name))

    for actor_ in [clock.spawn(actor, "a", 2, name="a"), clock.spawn(actor, "b", 3, name="b")]:
        actor_.join()
    assert seen == [(2, "a"), (3, "b"), (4, "a"), (6, "b"), (6, "a"), (9, "b")]


def history(seed: int) -> str:
    """A digest of everything eight actors did with shared locks, events and queues."""
    digest = hashlib.sha256()
    with VirtualClock() as clock:
        lock, items = clock.lock("meter"), clock.queue("rows")

        def worker(number: int) -> None:
            for step in range(50):
                clock.sleep((number * 7 + step * 3 + seed) % 5)
                with lock:
                    clock.sleep(0.25)
                    items.put((number, step, clock.now()))

        def collector() -> None:
            for _ in range(400):
                digest.update(repr((items.get(), clock.now())).encode())

        actors = [clock.spawn(worker, n, name=f"worker {n}") for n in range(8)]
        actors.append(clock.spawn(collector, name="collector"))
        for actor in actors:
            actor.join()
    return digest.hexdigest()


def test_the_same_programme_has_the_same_history_on_each_run():
    assert len({history(0) for _ in range(4)}) == 1
    assert history(0) != history(1)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.floats(0, 10), min_size=1, max_size=5), min_size=1, max_size=5))
def test_wake_ups_come_in_order_whatever_the_sleeps(plans):
    woken = []
    with VirtualClock() as clock:

        def actor(plan):
            for dt in plan:
                before = clock.now()
                clock.sleep(dt)
                woken.append(clock.now())
                assert clock.now() == before + dt

        for a in [clock.spawn(actor, plan, name=str(i)) for i, plan in enumerate(plans)]:
            a.join()
    assert woken == sorted(woken)


def test_a_lock_is_fair_and_may_be_held_across_sleeps():
    clock = VirtualClock()
    lock, order = clock.lock("bus"), []

    def user(name):
        with lock, lock:  # re-entrant
            clock.sleep(1)
            order.append((name, clock.now()))

    for actor in [clock.spawn(user, n, name=n) for n in "abc"]:
        actor.join()
    assert order == [("a", 1), ("b", 2), ("c", 3)]


def test_a_lock_can_be_given_up_after_a_timeout():
    clock = VirtualClock()
    lock, results = clock.lock("bus"), []

    def holder():
        with lock:
            clock.sleep(10)

    def impatient():
        clock.sleep(1)
        results.append((lock.acquire(timeout=2), clock.now()))
        results.append((lock.acquire(timeout=20), clock.now()))
        lock.release()

    for actor in [clock.spawn(holder, name="h"), clock.spawn(impatient, name="i")]:
        actor.join()
    assert results == [(False, 3), (True, 10)]


def test_releasing_a_lock_of_somebody_else_is_refused():
    clock = VirtualClock()
    with pytest.raises(RuntimeError, match="not held"):
        clock.lock("bus").release()


def test_event_wakes_all_waiters_and_times_out():
    clock = VirtualClock()
    event, seen = clock.event("go"), []

    def waiter(name):
        seen.append((name, event.wait(timeout=1), event.wait(), clock.now()))

    actors = [clock.spawn(waiter, n, name=n) for n in "ab"]
    clock.sleep(5)
    event.set()
    for actor in actors:
        actor.join()
    assert seen == [("a", False, True, 5), ("b", False, True, 5)]


def test_queue_hands_over_in_order_and_times_out():
    clock = VirtualClock()
    items = clock.queue("rows")
    with pytest.raises(queue.Empty, match="rows"):
        items.get(timeout=3)
    assert clock.now() == 3

    def producer():
        for i in range(3):
            clock.sleep(1)
            items.put(i)

    clock.spawn(producer, name="p")
    assert [items.get(), items.get(), items.get()] == [0, 1, 2]
    assert clock.now() == 6


def test_a_deadlock_lists_every_actor_and_what_it_waits_for():
    clock = VirtualClock()
    left, right = clock.lock("left"), clock.lock("right")

    def one():
        with left:
            clock.sleep(1)
            right.acquire()

    def two():
        with right:
            clock.sleep(1)
            left.acquire()

    clock.spawn(one, name="one")
    second = clock.spawn(two, name="two")
    with pytest.raises(Deadlock) as caught:
        second.join()
    text = str(caught.value)
    assert "one waits for lock 'right' held by 'two'" in text
    assert "two waits for lock 'left' held by 'one'" in text
    assert "main waits for the end of actor 'two'" in text


def test_waiting_alone_for_an_event_nobody_sets_is_a_deadlock():
    clock = VirtualClock()
    with pytest.raises(Deadlock, match="main waits for event 'never'"):
        clock.event("never").wait()
    clock.sleep(1)
    assert clock.now() == 1


def test_an_exception_reaches_the_caller_with_its_traceback_and_ends_the_others():
    clock = VirtualClock()
    cleaned = []

    def other():
        try:
            clock.sleep(1000)
        finally:
            clock.sleep(1)  # cleaning up may take time
            cleaned.append(clock.now())

    def culprit():
        clock.sleep(5)
        raise ZeroDivisionError("the furnace door")

    clock.spawn(other, name="other")
    actor = clock.spawn(culprit, name="culprit")
    with pytest.raises(ZeroDivisionError, match="furnace door") as caught:
        actor.join()
    frames = [entry.name for entry in caught.traceback]
    assert "culprit" in frames
    assert "raised in actor 'culprit' at clock time 5" in " ".join(caught.value.__notes__)
    assert cleaned == [6.0]
    assert not actor.alive


def test_a_broad_except_does_not_swallow_the_end_of_an_actor():
    clock = VirtualClock()
    swallowed = []

    def stubborn():
        try:
            clock.event("never").wait()
        except Exception:
            swallowed.append(True)

    actor = clock.spawn(stubborn, name="stubborn")
    clock.spawn(lambda: clock.sleep(-1) or {}["x"], name="bad")
    with pytest.raises(KeyError):
        actor.join()
    assert swallowed == []
    assert issubclass(ActorEnded, BaseException)
    assert not issubclass(ActorEnded, Exception)


def test_an_actor_that_hangs_while_cleaning_up_does_not_hang_the_clock():
    clock = VirtualClock()

    def hangs_twice():
        try:
            clock.sleep(100)
        finally:
            clock.event("never").wait()

    clock.spawn(hangs_twice, name="hangs")
    bad = clock.spawn(lambda: 1 / 0, name="bad")
    with pytest.raises(ZeroDivisionError):
        bad.join()


def test_background_actors_never_make_time_pass():
    clock = VirtualClock()
    ticks = []

    def ticker():
        while True:
            clock.sleep(1)
            ticks.append(clock.now())

    clock.spawn(ticker, name="ticker", background=True)
    clock.sleep(3.5)
    assert ticks == [1, 2, 3]
    with pytest.raises(Deadlock, match=r"ticker \(background\)"):
        clock.event("never").wait()
    assert ticks == [1, 2, 3]


def test_a_parked_clock_serves_foreign_threads_and_stands_still():
    clock = VirtualClock()
    ticks, answers = [], []

    def ticker():
        while True:
            clock.sleep(1)
            ticks.append(clock.now())

    clock.spawn(ticker, name="ticker", background=True)

    def foreigner():
        answers.append(clock.call(clock.now))

        def start() -> object:
            return clock.spawn(lambda: clock.sleep(2.5), name="visit")

        visit = clock.call(start)
        while visit.alive:
            time.sleep(0.001)
        answers.append(clock.call(clock.now))
        with pytest.raises(ZeroDivisionError):
            clock.call(lambda: 1 / 0)
        clock.unpark()

    thread = threading.Thread(target=foreigner)
    thread.start()
    clock.park()
    thread.join()
    assert answers == [0, 2.5]
    assert ticks == [1, 2]
    clock.close()


def test_a_foreign_thread_that_waits_is_told_to_use_call():
    clock = VirtualClock()
    caught = []

    def foreigner():
        try:
            clock.sleep(1)
        except RuntimeError as error:
            caught.append(str(error))

    thread = threading.Thread(target=foreigner, name="gui")
    thread.start()
    thread.join()
    assert "'gui'" in caught[0]
    assert "clock.call()" in caught[0]


def test_a_signal_handler_may_set_an_event_while_others_run():
    clock = VirtualClock()
    stop = clock.event("stop")

    def long_run():
        while not stop.is_set():
            clock.sleep(1)
            if clock.now() == 50:
                os.kill(os.getpid(), signal.SIGUSR1)
                time.sleep(0.02)  # bytecode of "main" has to run once for the handler

    before = signal.signal(signal.SIGUSR1, lambda *_: stop.set())
    try:
        clock.spawn(long_run, name="run").join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert clock.now() >= 50


def test_an_interrupt_reaches_main_only_when_it_holds_the_baton():
    clock = VirtualClock()
    progress = []

    def long_run():
        while True:
            clock.sleep(1)
            progress.append(clock.now())
            if len(progress) == 20:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.02)

    actor = clock.spawn(long_run, name="run")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            actor.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert clock.owns_current_thread()
    clock.sleep(1)  # still usable: it holds the baton
    clock.close()
    assert not actor.alive


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_sleep_without_end_is_an_error(bad):
    clock = VirtualClock()
    with pytest.raises(ValueError, match="finite"):
        clock.sleep(bad)


def test_utc_follows_the_clock():
    clock = VirtualClock()
    before = clock.utc()
    clock.sleep(86400)
    assert (clock.utc() - before).total_seconds() == 86400
    assert before.tzinfo is not None


def test_closing_ends_what_is_left():
    ended = []
    with VirtualClock() as clock:

        def forever():
            try:
                clock.event("never").wait()
            finally:
                ended.append(True)

        actor = clock.spawn(forever, name="forever")
        clock.sleep(1)
    assert ended == [True]
    assert not actor.alive
