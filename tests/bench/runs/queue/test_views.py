"""Two views, one truth: the table in the catalogue and a replay of the journal never differ."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from queue_fakes import new

from bench.core.errors import BenchError
from bench.runs.queue.memory import MemoryStore
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.catalogue import FILE as CATALOGUE

KEYS = st.integers(1, 6)
OPERATIONS = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 3), st.integers(-2, 2)),
    st.tuples(st.sampled_from(["hold", "release", "cancel", "rerun", "duplicate", "take_up"]), KEYS),
    st.tuples(st.just("move"), KEYS, KEYS),
    st.tuples(st.just("priority"), KEYS, st.integers(-3, 3)),
    st.tuples(
        st.just("state"),
        KEYS,
        st.sampled_from(["waiting", "running", "paused", "interrupted", "done", "failed", "refused"]),
    ),
    st.tuples(st.just("ask"), KEYS),
    st.tuples(st.just("reopen")),
)


def carry_out(queue, operation):
    match operation:
        case ("add", number, priority):
            queue.add([new(f"r{n}", priority=priority) for n in range(number)], who="AB")
        case ("move", key, before):
            queue.move(key, who="AB", before=before)
        case ("priority", key, priority):
            queue.set_priority(key, priority, who="AB")
        case ("state", key, state):
            queue.note_state(key, state, waiting_for="x" if state == "waiting" else "")
        case ("ask", key):
            queue.ask_operator(key, instruction="Mount it.", action="mount", details={}, confirms=[])
        case (name, key):
            getattr(queue, name)(key, who="AB")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=st.lists(OPERATIONS, min_size=1, max_size=25))
def test_catalogue_and_replay_agree_after_any_operations(operations, tmp_path_factory):
    folder = tmp_path_factory.mktemp("queue")
    queue = RunQueue(folder)
    try:
        for operation in operations:
            if operation == ("reopen",):
                queue.close()
                queue = RunQueue(folder)
                continue
            before = queue.list()
            try:
                carry_out(queue, operation)
            except BenchError:
                assert queue.list() == before  # refused means: nothing was changed
        replayed = RunQueue(folder, store=MemoryStore())
        assert queue.list() == replayed.list()
        assert queue.verify() == []
        keys = [item.key for item in queue.list()]
        assert len(keys) == len(set(keys))
        for states in (["queued", "waiting"], ["running", "paused"], ["done"]):
            assert queue.list(states=states, limit=2) == replayed.list(states=states, limit=2)
    finally:
        queue.close()


@pytest.mark.parametrize("harm", ["deleted", "garbage", "of another journal"])
def test_a_catalogue_that_is_lost_is_built_anew_from_the_journal(folder, open_queue, harm, tmp_path):
    queue = open_queue()
    queue.add([new("a"), new("b")], who="AB")
    queue.note_state(1, "running")
    expected = queue.list()
    queue.close()
    if harm == "of another journal":
        other = RunQueue(tmp_path / "other")
        other.add([new(f"x{n}") for n in range(9)], who="AB")
        other.close()
        (tmp_path / "other" / CATALOGUE).replace(folder / CATALOGUE)
    elif harm == "garbage":
        (folder / CATALOGUE).write_bytes(b"no database" * 99)
    else:
        (folder / CATALOGUE).unlink()
    again = open_queue()
    assert again.list() == expected
    again.note_state(1, "done")
    assert open_queue(in_memory=True).get(1).state == "done"


def test_a_view_that_was_open_learns_what_others_wrote_and_calls_it_news(queue, open_queue):
    other = open_queue(in_memory=True)
    queue.add([new("a")], who="AB")
    assert queue.catch_up() == ()  # its own lines are no news
    other.hold(1, who="CD", why="wait")
    (news,) = queue.catch_up()
    assert (news.kind, news.key, news.facts["who"]) == ("held", 1, "CD")
    assert queue.get(1).held == "wait"
    assert queue.catch_up() == ()
