"""Leases: together or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.runs.engine.leases import LeaseConflictError, LeaseTable, Resource, whole_station

METER = Resource("instrument", "meter")
SMU = Resource("instrument", "smu")
PRESS = Resource("fixture", "press")


def test_all_or_nothing_and_the_message_names_the_holder():
    table = LeaseTable()
    table.take("first", [METER, PRESS])
    with pytest.raises(LeaseConflictError, match=r"fixture press \(run 'first'"):
        table.take("second", [SMU, PRESS])
    assert table.held() == {"first": frozenset({METER, PRESS})}
    table.release("first")
    assert table.take("second", [SMU, PRESS]) == {SMU, PRESS}


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (SMU, SMU, True),
        (METER, SMU, False),
        (METER, Resource("fixture", "meter"), False),
        (whole_station("lab"), PRESS, True),
        (whole_station("lab"), whole_station("lab"), True),
    ],
)
def test_what_conflicts(one, other, conflict):
    assert one.conflicts_with(other) is conflict
    assert other.conflicts_with(one) is conflict


def test_a_run_takes_once_and_gives_back_also_after_an_error():
    table = LeaseTable()
    with table.taken("run", [METER]), pytest.raises(LeaseConflictError, match="already holds"):
        table.take("run", [PRESS])
    assert table.held() == {}

    def fail():
        with table.taken("run", [METER]):
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail()
    assert table.held() == {}


RESOURCES = st.sets(st.sampled_from([METER, SMU, PRESS, whole_station("lab")]), max_size=3)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), RESOURCES), max_size=30))
def test_no_two_runs_ever_hold_what_conflicts(steps):
    table = LeaseTable()
    for take, run, resources in steps:
        if take:
            try:
                table.take(f"run{run}", resources)
            except LeaseConflictError:
                pass
        else:
            table.release(f"run{run}")
        held = list(table.held().items())
        assert not any(
            a.conflicts_with(b)
            for i, (_, first) in enumerate(held)
            for _, second in held[i + 1 :]
            for a in first
            for b in second
        )
