"""The waiting line: order, fairness, and a cost that does not grow with who else waits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.runs.engine.leases import LeaseTable, Resource, whole_station
from bench.runs.scheduling.line import Waiting, WaitingLine

NAMES = "abcd"


def needs(text):
    if text == "*":
        return frozenset([whole_station("lab")])
    return frozenset(Resource("instrument", name) for name in text)


def waiting(key, text, priority=0, position=None):
    return Waiting(key, (-priority, float(key if position is None else position), key), needs(text))


class Floor:
    """Leases and a line; `step` starts who may start."""

    def __init__(self, *all_waiting):
        self.leases, self.line, self.begun = LeaseTable(), WaitingLine(), []
        self.needs = {}
        for one in all_waiting:
            self.join(one)

    def join(self, one):
        self.needs[one.key] = one.needs
        self.line.put(one)

    def step(self):
        blocked = {}
        while True:
            choice = self.line.choose(lambda key, wanted: self.leases.conflict(str(key), wanted))
            blocked = choice.blocked
            if choice.start is None:
                return blocked
            self.leases.take(str(choice.start), self.needs[choice.start])  # raises where it was not free
            self.line.remove(choice.start)
            self.begun.append(choice.start)

    def end(self, key):
        self.leases.release(str(key))


def test_what_shares_nothing_starts_at_once():
    floor = Floor(waiting(1, "a"), waiting(2, "b"), waiting(3, "c"))
    assert floor.step() == {}
    assert floor.begun == [1, 2, 3]


def test_what_shares_something_waits_and_is_told_for_whom():
    floor = Floor(waiting(1, "ab"), waiting(2, "b"), waiting(3, "c"))
    assert floor.step() == {2: "instrument b, held by 1"}
    assert floor.begun == [1, 3]
    floor.end(1)
    floor.step()
    assert floor.begun == [1, 3, 2]


def test_priority_goes_before_position_and_position_before_number():
    floor = Floor(waiting(1, "a"), waiting(2, "a", priority=5), waiting(3, "a", position=0.5))
    for _ in range(3):
        floor.step()
        floor.end(floor.begun[-1])
    assert floor.begun == [2, 3, 1]


def test_one_that_needs_much_is_not_starved_by_many_that_need_little():
    floor = Floor(waiting(1, "a"), waiting(2, "ab"), waiting(3, "b"), waiting(4, "b"))
    assert floor.step() == {
        2: "instrument a, held by 1",
        3: "instrument b, which run #2 is to have first",
    }
    assert floor.begun == [1]
    floor.end(1)
    floor.step()
    assert floor.begun == [1, 2]


def test_the_whole_station_waits_for_all_and_all_wait_for_it():
    floor = Floor(waiting(1, "a"), waiting(2, "*"), waiting(3, "c"))
    floor.step()
    floor.end(1)
    floor.step()
    assert floor.begun == [1, 2]
    floor.end(2)
    floor.step()
    assert floor.begun == [1, 2, 3]


def test_who_leaves_or_moves_is_not_started_twice_or_at_the_old_place():
    floor = Floor(waiting(1, "a"), waiting(2, "a"), waiting(3, "a"))
    floor.line.put(waiting(3, "a", position=0.1))
    floor.line.remove(1)
    floor.line.put(waiting(3, "a", position=0.1))
    for _ in range(3):
        floor.step()
        floor.end(floor.begun[-1])
    assert floor.begun == [3, 2]
    assert len(floor.line) == 0


@settings(deadline=None)  # a busy computer is no error
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "ab", "bc", "abcd", "d", "*"]), st.integers(0, 2)),
        min_size=1,
        max_size=25,
    ),
    st.randoms(use_true_random=False),
)
def test_everybody_has_a_turn_and_equals_keep_their_order(asked, random):
    """Runs end in any order; conflicts would raise in LeaseTable.take."""
    floor = Floor(*(waiting(key, text, priority) for key, (text, priority) in enumerate(asked, 1)))
    ended = set()
    while len(ended) < len(asked):
        floor.step()
        going = [key for key in floor.begun if key not in ended]
        assert going, "nobody goes on, and somebody waits"
        key = random.choice(going)
        ended.add(key)
        floor.end(key)
    for group in {(text, priority) for text, priority in asked}:
        same = [key for key, one in enumerate(asked, 1) if one == group]
        assert [key for key in floor.begun if key in same] == same


NEEDS = ["a", "b", "c", "ab", "bc", "abcd", "d", "*"]


@settings(deadline=None)  # a busy computer is no error
@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(NEEDS), st.integers(0, 2)),  # somebody comes
            st.integers(0, 10),  # one of those who go on ends
        ),
        max_size=60,
    )
)
def test_nobody_is_overtaken_by_one_who_takes_what_they_need(load):
    """Also under a load that never ends: whoever starts takes nothing from anybody who is before it.

    So a run waits for those that go on when it comes and those that are before it in the order, for no other.
    """
    floor, going, came = Floor(), [], 0

    def step():
        before = len(floor.begun)
        waiting = dict(floor.line._waiting)
        floor.step()
        for key in floor.begun[before:]:
            mine = waiting.pop(key)
            for other in waiting.values():
                if other.order < mine.order:
                    assert not any(a.conflicts_with(b) for a in mine.needs for b in other.needs)
            going.append(key)

    for event in load:
        if isinstance(event, tuple):
            came += 1
            floor.join(waiting(came, *event))
        elif going:
            floor.end(going.pop(event % len(going)))
        step()
    for _ in range(came):
        if going:
            floor.end(going.pop(0))
        step()
    assert sorted(floor.begun) == list(range(1, came + 1))


@settings(deadline=None)  # a busy computer is no error
@given(
    st.lists(st.sampled_from(["a", "b", "c", "ab", "bc"]), min_size=1, max_size=12),
    st.sampled_from(["*", "abcd", "ab"]),
)
def test_one_that_needs_much_starts_however_many_keep_coming(before, large):
    """After each end two more come that need little: the large one waits for those before it, no longer."""
    floor = Floor(*(waiting(key, text) for key, text in enumerate(before, 1)))
    floor.step()
    mine = len(before) + 1
    floor.join(waiting(mine, large))
    came = mine
    for _ in range(len(before)):
        going = [key for key in floor.begun if key in {int(name) for name in floor.leases.held()}]
        if mine in floor.begun or not going:
            break
        floor.end(going[0])
        for text in "ab":
            came += 1
            floor.join(waiting(came, text))
        floor.step()
    assert mine in floor.begun


@pytest.mark.parametrize("number", [100, 10_000])
def test_a_choice_looks_at_one_head_a_file_however_many_wait(number):
    floor = Floor(*(waiting(key, NAMES[key % 4]) for key in range(1, number + 1)))
    floor.step()
    asked = []
    floor.line.choose(lambda key, wanted: asked.append(key) or "busy")
    assert len(asked) == 4
