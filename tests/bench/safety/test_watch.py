"""The rule of an interlock on one stream of values: beyond for how long, silent for how long, over when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.safety.watch import SETTLE_S, Condition, Watch

LIMIT = 30.0
BAD, GOOD = 31.0, 29.0

conditions = st.builds(
    Condition,
    st.just("above"),
    st.just(LIMIT),
    st.sampled_from([0.0, 1.0, 7.0, 90.0]),
    st.sampled_from([5.0, 40.0, 200.0, math.inf]),
)
values = st.sampled_from([BAD, GOOD, LIMIT, None, math.nan, math.inf])
streams = st.lists(st.tuples(st.integers(0, 80), values), max_size=25).map(
    lambda steps: [
        (sum(gap for gap, _ in steps[: number + 1]), value) for number, (_, value) in enumerate(steps)
    ]
)


def second_by_second(condition, stream, end):
    """What the words of the manual mean, without any cleverness: walk through every second and count.

    Yields whether it is violated at each second from 0 to `end`.
    """
    state, streak, silent_for, violated = "unknown", 0, 0, False
    for second in range(end + 1):
        arrived = [value for time, value in stream if time == second]
        if second:
            silent_for += 1
            streak += 1
        for value in [None, *arrived, None]:  # time first, then each value, then time again
            if value is not None and math.isfinite(value):
                silent_for = 0
                now = "beyond" if value > condition.limit else "within"
                if now != state:
                    state, streak = now, 0
            silent = silent_for >= condition.stale_s
            if silent and state == "within":
                state = "unknown"
            if silent or (state == "beyond" and streak >= condition.for_s):
                violated = True
            elif state == "within" and streak >= condition.settle_s:
                violated = False
        yield violated


@given(conditions, streams, st.integers(0, 300))
def test_it_is_violated_when_the_words_say_so(condition, stream, more):
    end = (stream[-1][0] if stream else 0) + more
    watch = Watch(condition, 0.0)
    expected = list(second_by_second(condition, stream, end))
    for time, value in stream:
        watch.feed(time, value)
        later = [other for other, _ in stream if other == time]
        if len(later) == 1:
            assert (watch.violation is not None) == expected[time]
    assert (watch.look(end) is not None) == expected[end]


@given(conditions, streams, st.lists(st.floats(0, 2500), max_size=20))
def test_looking_changes_nothing(condition, stream, looks):
    plain, looked_at = Watch(condition, 0.0), Watch(condition, 0.0)
    events = sorted([*((time, 0, value) for time, value in stream)], key=lambda event: event[0])
    last = 0.0
    for time, _, value in events:
        for look in sorted(look for look in looks if last < look <= time):
            looked_at.look(look)
        last = time
        a, b = plain.feed(time, value), looked_at.feed(time, value)
        assert (a is None) == (b is None)
        if a is not None:
            assert (a.since, a.value) == (b.since, b.value)
        assert plain.changes_at() == looked_at.changes_at()


@given(conditions, streams)
def test_between_now_and_the_time_it_names_nothing_changes_and_then_it_may(condition, stream):
    watch = Watch(condition, 0.0)
    for time, value in stream:
        watch.feed(time, value)
    for _ in range(5):
        before, at = watch.violation, watch.changes_at()
        if math.isinf(at):
            break
        assert watch.look(math.nextafter(at, -math.inf)) is before
        watch.look(at)
        assert watch.changes_at() > at
    assert watch.look(1e9) is watch.look(2e9)


@given(conditions, streams)
def test_a_value_that_is_not_there_is_as_if_nothing_was_published(condition, stream):
    with_gaps, without = Watch(condition, 0.0), Watch(condition, 0.0)
    for time, value in stream:
        with_gaps.feed(time, value)
        if value is not None and math.isfinite(value):
            without.feed(time, value)
        a, b = with_gaps.look(time), without.look(time)
        assert (a and (a.since, a.value)) == (b and (b.since, b.value))


def test_at_once_means_at_the_first_value_beyond():
    watch = Watch(Condition("above", LIMIT), 0.0)
    assert watch.feed(1.0, LIMIT) is None
    violation = watch.feed(2.0, 30.001)
    assert (violation.since, violation.value) == (2.0, 30.001)
    assert watch.feed(3.0, 40.0) is violation, "it stays one violation"


def test_below_is_the_other_side():
    watch = Watch(Condition("below", LIMIT), 0.0)
    assert watch.feed(1.0, BAD) is None
    assert watch.feed(2.0, GOOD) is not None


def test_one_good_value_starts_the_time_anew():
    watch = Watch(Condition("above", LIMIT, for_s=120.0), 0.0)
    watch.feed(0.0, BAD)
    watch.feed(100.0, GOOD)
    watch.feed(110.0, BAD)
    assert watch.look(229.9) is None
    assert watch.look(230.0).since == 110.0


def test_the_last_value_holds_until_the_next():
    watch = Watch(Condition("above", LIMIT, for_s=120.0), 0.0)
    watch.feed(0.0, BAD)
    assert watch.changes_at() == 120.0
    assert watch.look(120.0) is not None


def test_trembling_around_the_limit_is_one_violation():
    watch = Watch(Condition("above", LIMIT), 0.0)
    seen = {id(watch.feed(second, BAD if second % 2 else GOOD)) for second in range(1, 500)}
    assert len(seen) == 1


@pytest.mark.parametrize("for_s", [0.0, 600.0])
def test_it_is_over_after_being_within_for_a_minute_or_as_long_as_it_takes_to_trip(for_s):
    watch = Watch(Condition("above", LIMIT, for_s=for_s), 0.0)
    watch.feed(0.0, BAD)
    assert watch.feed(1000.0, GOOD) is not None
    over = 1000.0 + max(for_s, SETTLE_S)
    assert watch.look(over - 0.1) is not None
    assert watch.look(over) is None


def test_silence_is_a_violation_since_the_last_value():
    watch = Watch(Condition("above", LIMIT, stale_s=900.0), 50.0)
    watch.feed(100.0, GOOD)
    watch.feed(500.0, None)
    assert watch.look(999.9) is None
    violation = watch.look(1000.0)
    assert violation.silence
    assert violation.since == 100.0


@pytest.mark.parametrize("value", [BAD, None])
def test_what_rests_does_not_become_silent_and_what_is_violated_stays_so(value):
    watch = Watch(Condition("above", LIMIT, stale_s=900.0), 0.0)
    watch.rest()
    assert watch.look(5000.0) is None
    watch.expect(900.0, 5000.0)
    watch.feed(5001.0, value)
    watch.look(6000.0)
    watch.rest()
    assert watch.look(1e6).value == value
    assert watch.feed(1e6, GOOD) is not None
    assert watch.look(1e6 + SETTLE_S) is None


def test_what_is_expected_again_is_expected_from_then():
    watch = Watch(Condition("above", LIMIT, stale_s=900.0), 0.0)
    watch.rest()
    watch.expect(900.0, 10_000.0)
    assert watch.look(10_899.0) is None
    assert watch.look(10_900.0).silence
