"""What a person may do to a queued run, and what the state of the run forbids."""

import pytest
from queue_fakes import new

from bench.runs.queue.queue import QueueError


def ids(queue):
    return [item.id for item in queue.list()]


@pytest.fixture
def three(queue):
    queue.add([new("a"), new("b"), new("c")], who="AB", why="for Friday")
    return queue


def test_runs_are_queued_together_with_numbers_who_and_why(three):
    assert [(item.key, item.id, item.state, item.by) for item in three.list()] == [
        (1, "a", "queued", "AB"),
        (2, "b", "queued", "AB"),
        (3, "c", "queued", "AB"),
    ]
    (added,) = three.history(2)
    assert (added.kind, added.facts["why"]) == ("added", "for Friday")


def test_numbers_are_never_used_again(three):
    three.cancel(3, who="AB")
    (item,) = three.add([new("c")], who="AB")
    assert item.key == 4


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ({"first": True}, ["c", "a", "b"]),
        ({"before": 2}, ["a", "c", "b"]),
        ({"after": 1}, ["a", "c", "b"]),
        ({"last": True}, ["a", "b", "c"]),
    ],
)
def test_a_run_is_moved(three, where, order):
    three.move(3, who="AB", **where)
    assert ids(three) == order


def test_moving_between_two_neighbours_works_for_ever(three):
    """Halves of a gap run out after some 50 moves; then the line is numbered anew."""
    for turn in range(120):
        three.move(2 if turn % 2 else 3, who="AB", after=1)
    assert ids(three) == ["a", "b", "c"]


def test_one_place_has_to_be_said(three):
    with pytest.raises(QueueError, match="one place"):
        three.move(1, who="AB", first=True, last=True)
    with pytest.raises(QueueError, match="does not wait"):
        three.move(1, who="AB", before=77)


def test_priority_wins_over_place(three):
    three.set_priority(3, 5, who="AB")
    assert ids(three) == ["c", "a", "b"]


def test_only_what_waits_can_be_changed(three):
    three.note_state(1, "running")
    for change in (
        lambda: three.hold(1, who="AB"),
        lambda: three.edit(1, {"priority": 2}, who="AB"),
        lambda: three.move(1, who="AB", last=True),
    ):
        with pytest.raises(QueueError, match="#1 is running"):
            change()


def test_what_nobody_may_change_is_refused(three):
    with pytest.raises(QueueError, match="station"):
        three.edit(1, {"station": "/elsewhere.toml"}, who="AB")


def test_edit_replaces_and_wakes_a_waiting_run(three):
    three.note_state(2, "waiting", waiting_for="fixture press")
    item = three.edit(2, {"spec": {"id": "b", "parameters": {"points": 9}}}, who="AB", why="more points")
    assert (item.state, item.waiting_for, item.spec["parameters"]["points"]) == ("queued", "", 9)


def test_hold_and_release(three):
    assert three.hold(2, who="AB", why="look at the pellet").held == "look at the pellet"
    assert three.release(2, who="AB").held == ""
    with pytest.raises(QueueError, match="not held"):
        three.release(2, who="AB")


def test_cancel_takes_out_what_waits_and_asks_what_goes_on(three):
    assert three.cancel(1, who="AB", why="wrong pellet").state == "aborted"
    assert three.get(1).reason == "cancelled by AB: wrong pellet"
    three.note_state(2, "running")
    assert three.cancel(2, who="AB").state == "running"
    assert three.history(2)[-1].facts["request"] == "abort"


def test_a_request_needs_a_run_that_goes_on(three):
    with pytest.raises(QueueError, match="that goes on"):
        three.request(1, "pause", who="AB")
    with pytest.raises(QueueError, match="cannot be asked"):
        three.request(1, "explode", who="AB")


def test_rerun_is_a_new_run_and_gives_an_interrupted_one_up(three):
    with pytest.raises(QueueError, match="cannot be run again yet"):
        three.rerun(1, who="AB")
    three.note_state(1, "running")
    three.note_state(1, "interrupted", safe="verified")
    again = three.rerun(1, who="AB")
    assert (again.key, again.id, again.state, again.attempt) == (4, "a", "queued", 0)
    assert three.get(1).state == "aborted"


def test_a_duplicate_waits_for_nobody_and_is_not_held(queue):
    queue.add([new("a"), new("b", after=("a",), held="x")], who="AB")
    copy = queue.duplicate(2, who="AB")
    assert (copy.after, copy.held, copy.spec) == ((), "", queue.get(2).spec)


def test_an_interrupted_run_is_taken_up_by_a_person(three):
    with pytest.raises(QueueError, match="only an interrupted run"):
        three.take_up(1, who="AB")
    three.note_state(1, "running")
    three.note_state(1, "interrupted")
    assert three.take_up(1, who="AB").state == "queued"


@pytest.mark.parametrize("last", ["done", "failed", "aborted", "refused"])
def test_an_ended_run_stays_ended(three, last):
    if last == "refused":
        three.note_state(1, "refused")
    else:
        three.note_state(1, "running")
        three.note_state(1, last)
    with pytest.raises(QueueError, match="cannot become"):
        three.note_state(1, "running")


def test_after_names_runs_of_the_same_submission_or_the_queue(queue):
    queue.add([new("a")], who="AB")
    b, c = queue.add([new("b", after=("a",)), new("c", after=("b", "#1"))], who="AB")
    assert (b.after, c.after) == ((1,), (2, 1))


def test_a_circle_is_refused_and_nothing_is_queued(queue):
    with pytest.raises(QueueError, match="circle"):
        queue.add([new("a", after=("b",)), new("b", after=("a",))], who="AB")
    assert queue.list() == ()
    queue.add([new("a"), new("b", after=("a",))], who="AB")
    with pytest.raises(QueueError, match="after itself"):
        queue.edit(1, {"after": [2]}, who="AB")


def test_an_id_that_several_have_needs_its_number(queue):
    queue.add([new("a")], who="AB")
    queue.add([new("a")], who="AB")
    with pytest.raises(QueueError, match=r"#1 .*#2"):
        queue.find("a")
    assert queue.find("#2").key == 2
    queue.cancel(1, who="AB")
    assert queue.find("a").key == 2
    with pytest.raises(QueueError, match="no run 'x'"):
        queue.find("x")


def test_a_step_for_a_person_is_open_until_somebody_closes_it(three):
    three.note_state(1, "running")
    asked = {
        "instruction": "Mount it.",
        "action": "mount",
        "details": {"fixture": "press"},
        "confirms": ["dry"],
    }
    first = three.ask_operator(1, **asked)
    second = three.ask_operator(1, **asked)
    assert [step.step for step in three.open_steps()] == [first, second]
    three.answer_operator(1, first, by="AB", answers={"note": "ok"})
    with pytest.raises(QueueError, match="does not wait"):
        three.decline_operator(1, first, by="AB", reason="late")
    three.note_state(1, "interrupted")
    assert three.open_steps() == ()
