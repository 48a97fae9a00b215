"""Making several instruments safe: bounded each, independent of each other, in a known order."""

import threading

import pytest

from bench.core.clock import RealClock, VirtualClock
from bench.core.errors import LinkLostError, SafeStateError
from bench.core.roles import Identity, SafeReport
from bench.safety import SafeOutcome, all_verified, make_safe_all, summary


class Fake:
    """An instrument whose make_safe does what it is told, and logs when."""

    def __init__(self, name, clock, log=None, *, takes=0.0, error=None, verified=True):
        self.name, self.clock, self.log = name, clock, [] if log is None else log
        self.takes, self.error, self.verified = takes, error, verified

    def identity(self):
        return Identity("FAKE", "F", "1", "1", "FAKE,F,1,1")

    def make_safe(self):
        self.log.append((self.name, self.clock.now()))
        if self.takes:
            self.clock.sleep(self.takes)
        if self.error is not None:
            raise self.error
        return SafeReport(self.name, self.verified, "output off")


@pytest.fixture
def clock():
    with VirtualClock() as clock:
        yield clock


def test_all_well(clock):
    fakes = {name: Fake(name, clock) for name in "abc"}
    outcomes = make_safe_all(fakes, clock=clock)
    assert outcomes == [SafeOutcome(name, "verified", "output off") for name in "abc"]
    assert all_verified(outcomes)


@pytest.mark.parametrize(("needs_s", "outcome"), [(60.0, "verified"), (0.0, "unreachable")])
def test_one_that_needs_long_by_its_nature_says_so_and_is_waited_for(clock, needs_s, outcome):
    magnet = Fake("magnet", clock, takes=50.0)
    magnet.safe_within_s = needs_s
    (found,) = make_safe_all({"magnet": magnet}, clock=clock)
    assert found.outcome == outcome
    assert clock.now() == (50.0 if outcome == "verified" else 20.0)


def test_nothing_to_do(clock):
    assert make_safe_all({}, order=["a"], clock=clock) == []


def test_named_ones_first_then_the_rest_one_after_another(clock):
    log = []
    fakes = {name: Fake(name, clock, log, takes=2) for name in "abcd"}
    outcomes = make_safe_all(fakes, order=["c", "a", "never opened", "c"], clock=clock)
    assert log == [("c", 0), ("a", 2), ("b", 4), ("d", 6)]
    assert [outcome.instrument for outcome in outcomes] == ["c", "a", "b", "d"]
    assert clock.now() == 8


def test_one_failure_of_any_kind_never_stops_the_others(clock):
    fakes = {
        "unsafe": Fake("unsafe", clock, error=SafeStateError("the relay sticks", state="output ON")),
        "gone": Fake("gone", clock, error=LinkLostError("no such device", remedy="plug it in")),
        "doubtful": Fake("doubtful", clock, verified=False),
        "buggy": Fake("buggy", clock, error=ZeroDivisionError("a mistake")),
        "stuck": Fake("stuck", clock, takes=1000),
        "fine": Fake("fine", clock),
    }
    outcomes = make_safe_all(fakes, timeout_s=20, clock=clock)
    assert {outcome.instrument: outcome.outcome for outcome in outcomes} == {
        "unsafe": "failed",
        "gone": "unreachable",
        "doubtful": "failed",
        "buggy": "failed",
        "stuck": "unreachable",
        "fine": "verified",
    }
    told = {outcome.instrument: outcome for outcome in outcomes}
    assert told["unsafe"].state == "output ON"
    assert "plug it in" in told["gone"].error
    assert told["gone"].state == "unknown: TREAT THE OUTPUT AS LIVE"
    assert "ZeroDivisionError: a mistake" in told["buggy"].error
    assert "within 20 s" in told["stuck"].error
    assert not all_verified(outcomes)
    assert clock.now() == 20


def test_one_that_gets_there_late_but_before_the_end_counts_as_verified(clock):
    fakes = {"late": Fake("late", clock, takes=25), "slow": Fake("slow", clock, takes=15)}
    outcomes = make_safe_all(fakes, timeout_s=20, clock=clock)
    assert [outcome.outcome for outcome in outcomes] == ["verified", "verified"]
    assert clock.now() == 35


def test_the_same_history_every_time():
    def history():
        with VirtualClock() as clock:
            log = []
            fakes = {
                name: Fake(name, clock, log, takes=takes)
                for name, takes in zip("abcd", (3, 50, 1, 7), strict=True)
            }
            outcomes = make_safe_all(fakes, order="dc", timeout_s=5, clock=clock)
            return log, outcomes, clock.now()

    first = history()
    assert [outcome.outcome for outcome in first[1]] == ["verified", "verified", "verified", "unreachable"]
    assert all(history() == first for _ in range(5))


def test_a_stuck_one_does_not_keep_the_clock_from_ending():
    with VirtualClock() as clock:
        make_safe_all({"stuck": Fake("stuck", clock, takes=1e9)}, timeout_s=1, clock=clock)
        assert clock.now() == 1


def test_from_an_actor_as_well_as_from_the_main_thread(clock):
    got = []
    actor = clock.spawn(
        lambda: got.extend(make_safe_all({"a": Fake("a", clock, takes=1)}, clock=clock)), name="run"
    )
    actor.join()
    assert [outcome.outcome for outcome in got] == ["verified"]


def test_the_failure_of_another_actor_meanwhile_stops_nothing(clock):
    def fail():
        clock.sleep(1)
        raise RuntimeError("elsewhere")

    log = []
    fakes = {name: Fake(name, clock, log, takes=3) for name in "ab"}
    clock.spawn(fail, name="failing")
    with pytest.raises(RuntimeError, match="elsewhere") as caught:
        make_safe_all(fakes, timeout_s=20, clock=clock)
    note = caught.value.__notes__[-1]
    assert "All 2 instruments are safe" in note
    assert [name for name, _ in log] == ["a", "a", "b"]  # the one under way was begun anew


def test_on_real_time_one_that_hangs_in_a_system_call_is_left_behind():
    clock = RealClock()
    release = threading.Event()

    class Hanging(Fake):
        def make_safe(self):
            release.wait()
            return super().make_safe()

    fakes = {"hanging": Hanging("hanging", clock), "fine": Fake("fine", clock)}
    try:
        outcomes = make_safe_all(fakes, timeout_s=0.05, clock=clock)
    finally:
        release.set()
    assert {outcome.instrument: outcome.outcome for outcome in outcomes} == {
        "hanging": "unreachable",
        "fine": "verified",
    }


def test_an_interruption_on_real_time_is_raised_when_all_are_done(monkeypatch):
    clock = RealClock()
    fakes = {name: Fake(name, clock) for name in "ab"}
    spawn = clock.spawn

    class Interrupted:
        """Ctrl+C reaches the main thread while it waits for the first actor."""

        def __init__(self, actor):
            self.actor, self.alive, self.times = actor, True, 0

        def join(self, timeout=None):
            self.times += 1
            if self.times == 1:
                raise KeyboardInterrupt
            self.actor.join(timeout)
            self.alive = self.actor.alive

    monkeypatch.setattr(clock, "spawn", lambda *args, **named: Interrupted(spawn(*args, **named)))
    with pytest.raises(KeyboardInterrupt) as caught:
        make_safe_all(fakes, timeout_s=5, clock=clock)
    assert "All 2 instruments are safe" in caught.value.__notes__[0]


def test_the_summary_is_calm_when_all_is_well():
    text = summary(
        [SafeOutcome("meter", "verified", "output off"), SafeOutcome("room", "verified", "has no output")]
    )
    assert text.splitlines() == [
        "All 2 instruments are safe, verified by read-back:",
        "  meter: output off",
        "  room: has no output",
    ]
    assert "No instrument" in summary([])


def test_the_summary_is_loud_when_it_is_not():
    text = summary(
        [
            SafeOutcome("room", "verified", "has no output"),
            SafeOutcome("meter", "unreachable", "unknown", "no reply. What to do: pull the plug."),
            SafeOutcome("magnet", "failed", "12 A", "it does not ramp down"),
        ]
    )
    assert text.startswith("NOT SAFE: meter, magnet. TREAT THE OUTPUTS AS LIVE.")
    assert "meter: UNREACHABLE; state: unknown\n    no reply. What to do: pull the plug." in text
    assert "magnet: FAILED; state: 12 A" in text
    assert text.index("magnet") < text.index("room")
    assert "leave a protective gas on while anything is hot" in text
