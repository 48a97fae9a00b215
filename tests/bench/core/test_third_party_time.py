"""Foreign code's time.sleep follows the clock in its actors and nowhere else."""

import threading
import time

from bench.core.clock import PacedClock, RealClock, VirtualClock
from bench.core.clock.third_party import third_party_time


def test_sleep_in_an_actor_costs_clock_time_only():
    clock = VirtualClock()
    with third_party_time(clock):
        time.sleep(36_000)
        assert time.monotonic() == 36_000
        assert time.time() == clock.utc().timestamp()
    assert clock.now() == 36_000


def test_other_threads_keep_real_time():
    clock, seen = VirtualClock(), []

    def outsider():
        before = time.monotonic()
        time.sleep(0.01)
        seen.append(time.monotonic() - before)

    with third_party_time(clock):
        thread = threading.Thread(target=outsider)
        thread.start()
        thread.join()
    assert 0.01 <= seen[0] < 60
    assert clock.now() == 0


def test_functions_are_put_back_also_in_modules_that_copied_them():
    import pymeasure.instruments.lakeshore.lakeshore_base as copied  # has "from time import sleep"

    original = time.sleep
    assert copied.sleep is original
    with third_party_time(VirtualClock()):
        with third_party_time(VirtualClock()):
            assert time.sleep is not original
            assert copied.sleep is time.sleep
        assert time.sleep is not original
    assert time.sleep is original
    assert copied.sleep is original


def test_paced_actors_sleep_faster_but_read_real_time():
    clock = PacedClock(speed=1e6)
    with third_party_time(clock):
        before, clock_before = time.monotonic(), clock.now()
        time.sleep(1000)
        assert clock.now() - clock_before >= 1000
        assert time.monotonic() - before < 1000


def test_the_real_clock_changes_nothing():
    original = time.sleep
    with third_party_time(RealClock()):
        assert time.sleep is original


def test_each_virtual_clock_moves_its_own_actors():
    outer, readings = VirtualClock(), []

    def other_lab():
        inner = VirtualClock()
        with third_party_time(inner):
            time.sleep(7)
        readings.append((inner.now(), outer.now()))

    with third_party_time(outer):
        thread = threading.Thread(target=other_lab)
        thread.start()
        thread.join()
        time.sleep(5)
    assert readings == [(7.0, 0.0)]
    assert outer.now() == 5
