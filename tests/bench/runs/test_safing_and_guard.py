"""Making safe ends in one word; the guard acts on "safe now" and gives up what never ends."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import InstrumentError, SafeStateError
from bench.core.roles import SafeReport
from bench.runs.engine.control import RunControl
from bench.runs.engine.guard import RunGuard
from bench.runs.engine.guarding import GuardReport
from bench.runs.engine.safing import keep_or_make_safe, make_safe


@pytest.fixture
def clock():
    with VirtualClock() as clock:
        yield clock


class Instrument:
    def __init__(self, act=lambda: None, verified=True):
        self.act, self.verified, self.calls = act, verified, 0

    def make_safe(self):
        self.calls += 1
        self.act()
        return SafeReport("x", self.verified, "output off")


class Furnace(Instrument):
    def __init__(self, report):
        super().__init__()
        self.report = report

    def guard_report(self):
        if isinstance(self.report, Exception):
            raise self.report
        return self.report


def raising(error):
    def act():
        raise error

    return act


def test_the_worst_instrument_gives_the_word(clock):
    safing = make_safe(
        clock,
        {
            "silent": Instrument(raising(SafeStateError("no answer", state="treat as live"))),
            "good": Instrument(),
        },
    )
    assert safing.safe == "failed"
    assert "NOT SAFE: silent" in safing.text()
    assert [one["outcome"] for one in safing.as_json()["instruments"]] == ["failed", "verified"]
    assert make_safe(clock, {"good": Instrument()}).safe == "verified"


def test_the_failure_of_another_actor_does_not_stop_it(clock):
    meter = Instrument(lambda: clock.sleep(10))
    found = []
    clock.spawn(lambda: found.append(make_safe(clock, {"meter": meter})), name="run")

    def fail():
        clock.sleep(3)
        raise ZeroDivisionError("elsewhere")

    clock.spawn(fail, name="other")
    with pytest.raises(ZeroDivisionError):
        clock.sleep(100)
    assert [safing.safe for safing in found] == ["verified"]


@pytest.mark.parametrize(
    ("report", "safe", "calls"),
    [
        (GuardReport("f", True, {"end": "08:00"}), "kept", 0),
        (GuardReport("f", False, {}), "verified", 1),
        (InstrumentError("no reply"), "verified", 1),
    ],
)
def test_only_what_reads_its_own_limits_back_is_kept(clock, report, safe, calls):
    furnace, meter = Furnace(report), Instrument()
    safing = keep_or_make_safe(clock, {"furnace": furnace, "meter": meter})
    assert safing.safe == safe
    assert (furnace.calls, meter.calls) == (calls, 1)
    assert ("08:00" in safing.text()) is (safe == "kept")


class Watched:
    def __init__(self, clock, grace_s=100.0):
        self.log = []
        self.control = RunControl(clock, "r")
        self.guard = RunGuard(
            clock,
            self.control,
            make_safe=lambda why: self.log.append((clock.now(), "safe", why)),
            give_up=lambda why: self.log.append((clock.now(), "given up", why)),
            grace_s=grace_s,
        )
        self.guard.start("r")


def test_safe_now_acts_while_the_run_is_busy(clock):
    watched = Watched(clock)
    clock.spawn(lambda: (clock.sleep(7), watched.control.safe_now("twice")), name="operator")
    clock.sleep(30)
    watched.guard.stop()
    assert watched.log == [(7.0, "safe", "twice")]


def test_a_run_that_does_not_end_after_safe_now_is_given_up(clock):
    watched = Watched(clock)
    clock.sleep(5)
    watched.control.safe_now("now")
    clock.sleep(1000)
    watched.guard.expect_nothing()
    watched.guard.stop()
    assert [(time, what) for time, what, _ in watched.log] == [(5.0, "safe"), (105.0, "given up")]


def test_teardown_that_comes_to_its_end_is_left_alone(clock):
    watched = Watched(clock)
    watched.guard.expect_end(50, "shutdown")
    clock.sleep(60)
    watched.guard.expect_nothing()
    clock.sleep(1000)
    watched.guard.expect_end(50, "shutdown hangs")
    clock.sleep(1000)
    watched.guard.stop()
    assert watched.log == [(1210.0, "given up", "shutdown hangs")]


def test_the_guard_never_keeps_time_going(clock):
    watched = Watched(clock)
    watched.guard.expect_end(50, "shutdown")
    clock.sleep(1)
    watched.guard.stop()
    assert clock.now() == 1
