"""The waiting line: order, fairness, and a cost that does not grow with who else waits."""

import pytest
from hypothesis import given
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


@pytest.mark.parametrize("number", [100, 10_000])
def test_a_choice_looks_at_one_head_a_file_however_many_wait(number):
    floor = Floor(*(waiting(key, NAMES[key % 4]) for key in range(1, number + 1)))
    floor.step()
    asked = []
    floor.line.choose(lambda key, wanted: asked.append(key) or "busy")
    assert len(asked) == 4
