"""The PC's own time stays real whatever the clocks of the experiment do."""

import importlib
import threading
import time
from datetime import UTC, datetime

import pytest

from bench.core import wall
from bench.core.clock import VirtualClock
from bench.core.clock.third_party import third_party_time


def test_it_is_the_pc_s_time_also_in_an_actor_of_a_virtual_clock():
    clock = VirtualClock()
    with third_party_time(clock):
        assert time.monotonic() == clock.now()  # this thread is an actor
        assert wall.now() != clock.now()
        clock.sleep(1e6)
        before = wall.now()
        wall.sleep(0.001)
        assert clock.now() == 1e6
        assert wall.now() - before >= 0.001
        assert abs(wall.utc() - datetime.now(UTC)).total_seconds() < 1000


def test_utc_is_timezone_aware():
    assert wall.utc().utcoffset().total_seconds() == 0


def test_it_refuses_to_be_imported_while_the_functions_are_replaced(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with pytest.raises(ImportError, match="replaced"):
        importlib.reload(wall)
    monkeypatch.undo()
    importlib.reload(wall)


def test_waiting_ends_when_the_event_is_set():
    event = threading.Event()
    assert wall.wait(event, 0.0) is False
    threading.Timer(0.0, event.set).start()
    assert wall.wait(event) is True
