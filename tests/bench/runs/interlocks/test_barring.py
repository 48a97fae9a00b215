"""While an interlock is violated no run begins that needs the instruments: it waits, and says for what."""

from dataclasses import replace

import pytest
from interlock_bench import entries, heat, items, level, notices, on_furnace, room, span, states

from bench.runs.engine.events import Notice
from bench.runs.interlocks.interlocks import LONGEST_WAIT_S, LOOK_EVERY_S
from bench.runs.interlocks.rule_state import RuleState


def test_what_a_run_left_too_high_bars_the_next_on_the_same_instrument_only(make_bench):
    bench = make_bench(interlocks=[level("make_safe")])
    bench.devices["furnace"].level = -100.0
    first, second, other = bench.run(
        bench.planned("a", points=10), bench.planned("b"), on_furnace(bench, "c", points=30)
    )
    assert [one.status for one in (first, second, other)] == ["aborted", "waiting", "done"]
    why = "interlock high: Level of meter is above 3.5 V (4 V) since 2026-01-01 00:00:04 UTC"
    assert second.reason == f"it stays in the queue and waits for {why}"
    assert items(bench)[1].waiting_for == why
    assert len(entries(first)) == 1
    assert bench.clock.now() == span(other)[1], "nobody waits for what nobody measures"


def test_a_person_who_has_looked_lets_it_begin(make_bench):
    bench = make_bench(interlocks=[level("abort")])
    bench.at(20.0, lambda: bench.runner.interlocks.release("high"))
    outcomes = bench.run(
        bench.planned("a", points=10), on_furnace(bench, "f", points=60), bench.planned("b", points=2)
    )
    assert [one.status for one in outcomes] == ["aborted", "done", "aborted"]
    assert span(outcomes[2])[0] == pytest.approx(20.0)


def test_a_new_start_of_the_bench_is_one_too(make_bench):
    rules = [level("abort", above="8.5 V")]
    first = make_bench(interlocks=rules)
    first.run(first.planned("a", points=20), first.planned("b", points=3))
    again = make_bench(interlocks=rules)
    assert [one.status for one in again.run(again.planned("c", points=3))] == ["done"]


def test_who_is_barred_reserves_nothing_for_itself(make_bench):
    bench = make_bench(interlocks=[level("abort", instruments=["meter"])])
    both = replace(bench.planned("both"), resources=bench.planned().resources | on_furnace(bench).resources)
    outcomes = bench.run(bench.planned("a", points=10), both, on_furnace(bench, "c", points=2))
    assert [one.status for one in outcomes] == ["aborted", "waiting", "done"]


def test_a_warning_bars_nobody(make_bench):
    bench = make_bench(interlocks=[level("warn")])
    outcomes = bench.run(bench.planned("a", points=10), bench.planned("b", points=10))
    assert [one.status for one in outcomes] == ["done", "done"]


def test_while_the_room_is_hot_nobody_begins_and_the_bench_looks_until_it_is_not(make_bench):
    bench = make_bench(interlocks=[room("abort")])
    heat(bench, 500.0, 305.0)
    heat(bench, 10_000.0, 296.0)
    first, second = bench.run(bench.planned("a", points=9000), bench.planned("b"))
    assert (first.status, second.status) == ("aborted", "done")
    assert 10_000.0 < span(second)[0] < 10_000.0 + 2 * LOOK_EVERY_S + 60.0
    assert [state for state, _ in states(bench, 2)] == ["waiting", "waiting", "running", "done"]
    assert len(notices(bench)) == 1


def test_another_run_that_logs_the_room_tells_that_it_is_right_again(make_bench):
    bench = make_bench(interlocks=[room("abort", instruments=["meter"])])
    heat(bench, 500.0, 305.0)
    heat(bench, 1000.0, 296.0)
    first, furnace, second = bench.run(
        bench.planned("a", points=9000), on_furnace(bench, "f", points=4000), bench.planned("b")
    )
    assert [one.status for one in (first, furnace, second)] == ["aborted", "done", "done"]
    assert span(second)[0] == pytest.approx(1200.0 + 60.0), "a minute within the limit"


def test_a_queue_waits_a_day_for_the_room_and_no_longer(make_bench):
    bench = make_bench(interlocks=[room("abort")])
    bench.devices["ambient"].kelvin = 305.0
    first, second = bench.run(bench.planned("a"), bench.planned("b"))
    assert (first.status, second.status) == ("aborted", "waiting")
    assert bench.clock.now() == pytest.approx(LONGEST_WAIT_S, abs=2 * LOOK_EVERY_S)
    assert "waits for interlock hot-room: ambient is above 30 degC" in second.reason


def test_a_room_that_is_silent_bars_until_the_thermometer_answers_again(make_bench):
    bench = make_bench(interlocks=[room("abort")])
    thermometer = bench.devices["ambient"]
    bench.at(700.0, lambda: setattr(thermometer, "gone", True))
    bench.at(9000.0, lambda: setattr(thermometer, "gone", False))
    first, second = bench.run(bench.planned("a", points=9000), bench.planned("b"))
    assert (first.status, second.status) == ("aborted", "done")
    assert span(first)[1] == pytest.approx(2400.0, abs=2.0)
    assert 9000.0 < span(second)[0] < 9000.0 + 2 * LOOK_EVERY_S + 60.0


def test_a_run_that_fell_silent_bars_the_next_on_its_instrument(make_bench, hooks):
    bench = make_bench(interlocks=[level("make_safe", stale_s=100.0)])
    hooks["execute"] = lambda run: run.context.sleep(5000.0)
    first, second = bench.run(bench.planned("a"), bench.planned("b"))
    assert (first.status, second.status) == ("aborted", "waiting")
    assert "waits for interlock high: no value of Level of meter since" in second.reason


def test_a_new_run_that_publishes_the_quantity_takes_over_from_one_that_ended(make_bench):
    bench = make_bench(interlocks=[level("abort", of="furnace", instruments=["meter"], stale_s=500.0)])
    hot, meter, fine = bench.run(
        on_furnace(bench, "hot", points=5, dwell=50.0),
        bench.planned("m", points=300),
        on_furnace(bench, "fine", points=3),
    )
    assert [one.status for one in (hot, meter, fine)] == ["done", "aborted", "done"]
    assert span(meter)[1] == pytest.approx(200.4), "with the fourth row of the furnace"
    bench.devices["furnace"].level = 0.0
    again = bench.run(on_furnace(bench, "cool", points=3), bench.planned("n", points=2))
    assert [one.status for one in again] == ["done", "done"]


def test_a_stop_ends_the_waiting(make_bench):
    bench = make_bench(interlocks=[room("abort")])
    bench.devices["ambient"].kelvin = 305.0
    bench.at(4000.0, lambda: bench.control.interrupt("Ctrl+C"))
    first, second = bench.run(bench.planned("a"), bench.planned("b"))
    assert (first.status, second.status) == ("aborted", "aborted")
    assert bench.clock.now() < 4000.0 + LOOK_EVERY_S


def test_interlocks_that_fail_abort_what_they_watch_and_let_nobody_begin(make_bench, monkeypatch):
    def fail(self, now, value, run_id=""):
        raise ZeroDivisionError("a mistake")

    bench = make_bench(interlocks=[level("warn")])
    monkeypatch.setattr(RuleState, "heard", fail)
    first, second = bench.run(bench.planned("a", points=10), bench.planned("b"))
    assert (first.status, first.safe, second.status) == ("aborted", "verified", "waiting")
    assert first.reason == "the interlocks failed and protect nothing: ZeroDivisionError: a mistake"
    assert [event.level for event in bench.seen if isinstance(event, Notice)] == ["error"]
