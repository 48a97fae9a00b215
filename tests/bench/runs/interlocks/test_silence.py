"""No value for too long counts as violated: a silent run, a paused one, a broken thermometer, nobody."""

from typing import ClassVar

import pytest
from interlock_bench import OnFurnace, entries, heat, level, notices, on_furnace, room, rows, span
from run_fakes import Sweep

from bench.core.clock import VirtualClock
from bench.runs.columns import Column


def test_a_run_that_publishes_nothing_any_more_trips_though_nothing_happens(make_bench, hooks):
    bench = make_bench(interlocks=[level("abort", stale_s=100.0)])
    hooks["execute"] = lambda run: run.context.sleep(5000.0)
    (outcome,) = bench.run()
    assert outcome.status == "aborted"
    assert span(outcome)[1] == pytest.approx(100.0)
    assert "no value of Level of meter since 2026-01-01 00:00:00 UTC (the longest allowed: 1 min 40 s)" in (
        outcome.reason
    )
    facts = entries(outcome)[0].facts
    assert (facts["stale"], facts["value"]) == (True, None)


def test_the_silence_counts_from_the_last_value(make_bench):
    bench = make_bench(interlocks=[level("abort", above="1 kV", stale_s=100.0)])
    bench.at(50.0, bench.control.pause)
    bench.at(1000.0, lambda: None)  # a paused run alone lets no virtual time pass
    (outcome,) = bench.run(bench.planned(points=1000))
    assert outcome.status == "aborted"
    assert rows(outcome) == 45
    assert span(outcome)[1] == pytest.approx(45 * 1.1 + 100.0)


class Gaps(Sweep):
    """Every other row has no value, after the tenth none has."""

    name = "gaps"
    columns = (Column("Time", "s"), Column("Level", "V"), Column("Phase", kind="text"))

    def execute(self):
        for number in range(self.points):
            self.context.sleep(self.dwell)
            value = None if number % 2 or number > 10 else 1.0
            self.context.measure({"Level": value, "Phase": "up"})


def test_a_value_that_is_not_there_is_no_value(make_bench):
    bench = make_bench(interlocks=[level("abort", stale_s=20.0)])
    (outcome,) = bench.run(bench.planned(procedure=Gaps, points=1000))
    assert outcome.status == "aborted"
    assert span(outcome)[1] == pytest.approx(11.0 + 20.0), "the last value came with the eleventh row"


def test_a_thermometer_without_a_value_trips_a_rule_on_the_room(make_bench):
    bench = make_bench(interlocks=[room("abort", stale_s=1500.0)])
    heat(bench, 700.0, None)
    (outcome,) = bench.run(bench.planned(points=9000))
    assert span(outcome)[1] == pytest.approx(600.0 + 1500.0, abs=2.0)
    assert "no value of ambient since 2026-01-01 00:10:00 UTC" in outcome.reason


def test_a_thermometer_that_is_gone_too(make_bench):
    bench = make_bench(interlocks=[room("abort", stale_s=1500.0)])
    bench.at(700.0, lambda: setattr(bench.devices["ambient"], "gone", True))
    (outcome,) = bench.run(bench.planned(points=9000))
    assert span(outcome)[1] == pytest.approx(600.0 + 1500.0, abs=2.0)


def test_the_silence_of_a_shutdown_is_none(make_bench, hooks):
    bench = make_bench(interlocks=[level("make_safe", above="1 kV", stale_s=20.0)])
    hooks["shutdown"] = lambda run: run.context.sleep(100.0)
    (outcome,) = bench.run()
    assert outcome.status == "done"
    assert entries(outcome) == []


def test_a_run_that_needs_to_know_what_nobody_publishes(make_bench):
    rule = level("abort", above="1 kV", of="furnace", instruments=["meter"], stale_s=60.0)
    bench = make_bench(interlocks=[rule])
    (outcome,) = bench.run(bench.planned(points=200))
    assert outcome.status == "aborted"
    assert span(outcome)[1] == pytest.approx(60.0)
    assert "no value of Level of furnace" in outcome.reason


def test_and_does_while_another_run_publishes_it(make_bench):
    rule = level("abort", above="1 kV", of="furnace", instruments=["meter"], stale_s=60.0)
    bench = make_bench(interlocks=[rule])
    meter, furnace = bench.run(bench.planned(points=200), on_furnace(bench, points=100))
    assert furnace.status == "done"
    assert meter.status == "aborted"
    assert span(meter)[1] == pytest.approx(span(furnace)[1] + 60.0)


class InAmpere(OnFurnace):
    """Publishes under the same name what the limit cannot be compared with."""

    name = "in-ampere"
    columns = (Column("Time", "s"), Column("Level", "A"), Column("Phase", kind="text"))
    fixtures: ClassVar[dict[str, str]] = {}


def test_a_value_of_another_dimension_is_no_value(make_bench):
    bench = make_bench(interlocks=[level("abort", stale_s=30.0)])
    (outcome,) = bench.run(bench.planned(procedure=InAmpere, points=100))
    assert span(outcome)[1] == pytest.approx(30.0)
    assert "no value of Level of meter" in outcome.reason


def test_rules_without_a_run_keep_no_clock_going(make_bench):
    bench = make_bench(interlocks=[room("abort", stale_s=60.0), level("abort", stale_s=60.0)])
    assert bench.run(bench.planned(points=1))[0].status == "done"
    assert bench.clock.now() == pytest.approx(1.1)
    assert notices(bench) == []


def test_the_same_history_every_time(tmp_path):
    from run_fakes import Bench

    def history(name):
        with VirtualClock() as clock:
            rules = [
                room("pause", for_s=77.7),
                level("make_safe", above="1.2 kV", stale_s=111.0),
                level("warn"),
            ]
            bench = Bench(tmp_path / name, clock=clock, interlocks=rules)
            heat(bench, 650.0, 305.0)
            bench.at(800.0, bench.control.resume)
            outcomes = bench.run(bench.planned("a", points=3000), on_furnace(bench, "b", points=3000))
            return [
                (one.status, one.reason, [(entry.time_s, entry.facts) for entry in entries(one)])
                for one in outcomes
            ], bench.clock.now()

    assert history("one") == history("two")
