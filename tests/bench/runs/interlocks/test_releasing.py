"""A person who has looked releases what a run left violated; nobody talks away what is still measured."""

import pytest
from interlock_bench import heat, items, level, on_furnace, room, span

from bench.core.errors import BenchError
from bench.runs.interlocks.status import NotReleasedError, UnknownInterlockError
from bench.runs.queue.log import QueueLog
from bench.runs.queue.queue import RunQueue
from bench.runs.queue.store import Mark

HIGH = "interlock high: Level of meter is above 3.5 V (4 V) since 2026-01-01 00:00:04 UTC"


def standing(bench):
    return [(one.rule.name, one.standing, one.value) for one in bench.runner.interlocks.statuses()]


def three(bench):
    """One that violates, one that goes on meanwhile, one that is barred until the first is released."""
    return (
        bench.planned("a", points=10),
        on_furnace(bench, "f", points=60),
        bench.planned("b", points=2),
    )


def tried(bench, name, found, note=lambda text: None):
    """Release, and keep what came of it."""
    try:
        found.append(bench.runner.interlocks.release(name, note))
    except BenchError as error:
        found.append(error)


def test_what_nobody_measures_is_latched_until_it_is_released_and_noted(make_bench):
    other = level("warn", of="furnace", above="1 kV", name="w")
    bench = make_bench(interlocks=[level("abort", for_s=1.0), other])
    seen, noted, found = [standing(bench)], [], []
    for seconds in (3.5, 20.0):
        bench.at(seconds, lambda: seen.append(standing(bench)))
    bench.at(21.0, lambda: tried(bench, "high", found, noted.append))
    bench.at(22.0, lambda: seen.append(standing(bench)))
    bench.run(*three(bench))
    assert [one[0][1:] for one in seen] == [
        ("idle", None),
        ("watching", 3.0),
        ("latched", 5.0),
        ("watching", None),
    ]
    assert seen[1][1] == ("w", "watching", 3.0)
    assert noted == [HIGH]
    assert found[0].standing == "idle"


def test_what_cannot_be_noted_is_not_released(make_bench):
    def full(text):
        raise BenchError("the disk is full")

    bench, found = make_bench(interlocks=[level("abort")]), []
    bench.at(20.0, lambda: tried(bench, "high", found, full))
    outcomes = bench.run(*three(bench))
    assert str(found[0]) == "the disk is full."
    assert outcomes[2].status == "waiting"


def test_a_room_that_is_hot_still_is_not_released_and_its_value_is_said(make_bench):
    bench, found = make_bench(interlocks=[room("abort")]), []
    heat(bench, 500.0, 305.0)
    heat(bench, 800.0, 304.0)
    heat(bench, 5000.0, 296.0)
    bench.at(2000.0, lambda: tried(bench, "hot-room", found))
    _, second = bench.run(bench.planned("a", points=9000), bench.planned("b"))
    (error,) = found
    assert isinstance(error, NotReleasedError)
    assert error.what.startswith(
        "interlock hot-room is violated still, now 304 K, 30.85 degC: interlock hot-room"
    )
    assert "ambient is above 30 degC (305 K, 31.85 degC) since" in error.what
    assert "1 min" in error.remedy
    assert span(second)[0] > 5000.0


def test_a_run_that_still_measures_it_speaks_for_itself(make_bench):
    bench, found = make_bench(interlocks=[level("pause")]), []
    bench.at(50.0, lambda: tried(bench, "high", found))
    bench.at(60.0, bench.control.resume)
    bench.run(bench.planned("a", points=10))
    assert isinstance(found[0], NotReleasedError)
    assert "now 4 V" in found[0].what


@pytest.mark.parametrize(("name", "said"), [("hihg", "high"), ("high", "nothing to release")])
def test_what_is_not_there_or_not_latched_is_said(make_bench, name, said):
    bench = make_bench(interlocks=[level("abort")])
    with pytest.raises((UnknownInterlockError, NotReleasedError), match=said):
        bench.runner.interlocks.release(name)


def test_asked_by_another_process_it_is_answered_in_the_journal_of_the_queue(make_bench):
    bench = make_bench(interlocks=[level("abort")])

    def ask():
        other = RunQueue(bench.data)
        for rule in ("high", "low"):
            other.note_interlock("release asked", rule, who="AB", why="contact mended")
        other.close()

    bench.at(20.0, ask)
    outcomes = bench.run(*three(bench))
    assert outcomes[2].status != "waiting"
    lines = [one for one in QueueLog(bench.data).read(Mark())[0] if one.kind.startswith("interlock")]
    asked, _, released, refused = lines
    assert (released.kind, released.facts["answers"]) == ("interlock released", asked.seq)
    assert [released.facts[name] for name in ("who", "why", "rule", "text")] == [
        "AB",
        "contact mended",
        "high",
        HIGH,
    ]
    assert (refused.kind, refused.facts["rule"]) == ("interlock not released", "low")
    assert "there is no interlock 'low'" in refused.facts["why"]
    assert items(bench), "whoever reads the journal understands it still"
