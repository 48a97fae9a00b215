"""What is foretold of a queue is what the real scheduler then does with it, in virtual time."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from bench.runs.columns import Column
from bench.runs.engine.leases import Resource, whole_station
from bench.runs.parameters import QuantityParameter
from bench.runs.planning.items import new_items
from bench.runs.planning.plan import Plan
from bench.runs.procedure import Procedure
from bench.runs.queue.adding import numbered
from bench.runs.queue.changes import Change, items_added
from bench.runs.scheduling.forecast import Wait, forecast
from bench.runs.storage.folder import RunFolder


class Dwell(Procedure):
    """Takes exactly as long as it is told, and touches nothing."""

    name = "dwell"
    columns = (Column("Time", "s"),)
    fixtures: ClassVar[dict[str, str]] = {}
    seconds = QuantityParameter("Seconds", unit="s", default=1)

    def execute(self):
        self.context.sleep(self.seconds)


RESOURCES = [
    Resource("instrument", "meter"),
    Resource("instrument", "furnace"),
    Resource("instrument", "cycler_1"),
    Resource("instrument", "cycler_2"),
    Resource("fixture", "press"),
    whole_station("lab"),
]


def items_of(bench, runs):
    plan = Plan(bench.station.path, bench.station, None, tuple(runs))
    numbers = numbered(new_items(plan, target="simulated"), (0, 0.0), None)
    return items_added(Change(1, "", "added", 0, {"who": "", "items": numbers}))


def dwell(bench, run_id, seconds, resources, **more):
    run = bench.planned(run_id, procedure=Dwell, instruments=(), seconds=seconds)
    return replace(run, resources=frozenset(resources), **more)


def foretold(bench, runs):
    items = items_of(bench, runs)
    seconds = {run.id: run.parameters["seconds"] for run in runs}
    found = forecast(items, {item.key: seconds[item.id] for item in items}, bench.clock.utc())
    return found, {item.id: item.key for item in items}


@pytest.mark.parametrize("seed", range(12))
def test_foretold_starts_are_the_real_ones(bench, seed):
    dice = random.Random(seed)
    weights = [5, 5, 3, 3, 4, 0.4]
    runs = []
    for number in range(dice.randint(4, 9)):
        needs = {*dice.choices(RESOURCES, weights, k=dice.randint(0, 3))}
        late = bench.clock.utc() + timedelta(seconds=dice.uniform(0, 60))
        runs.append(
            dwell(
                bench,
                f"r{number}",
                dice.choice([0.0, 5.0, 10.0, 20.0, dice.uniform(1, 40)]),
                needs,
                priority=dice.choice([0, 0, 0, 3, -2]),
                after=tuple(dice.sample([run.id for run in runs], k=min(len(runs), dice.choice([0, 0, 1])))),
                not_before=late.isoformat() if dice.random() < 0.2 else None,
            )
        )
    found, keys = foretold(bench, runs)
    outcomes = bench.run(*runs)
    assert [outcome.status for outcome in outcomes] == ["done"] * len(runs)
    for outcome in outcomes:
        clock = RunFolder.open(outcome.folder).info["clock"]
        span = found.spans[keys[outcome.id]]
        assert (span.start_s, span.end_s) == pytest.approx((clock["start_s"], clock["end_s"]), abs=1e-5)
    assert found.never == {}
    assert found.duration_s == pytest.approx(bench.clock.now(), abs=1e-5)


def test_it_says_what_was_waited_for_and_why(bench):
    meter, furnace = RESOURCES[:2]
    late = (bench.clock.utc() + timedelta(seconds=100)).isoformat()
    found, keys = foretold(
        bench,
        [
            dwell(bench, "a", 10, [meter]),
            dwell(bench, "both", 5, [meter, furnace]),
            dwell(bench, "small", 1, [furnace]),
            dwell(bench, "later", 1, [], after=("small",)),
            dwell(bench, "late", 1, [meter], not_before=late),
        ],
    )
    spans = {name: found.spans[key] for name, key in keys.items()}
    assert spans["a"].waits == ()
    assert spans["both"].waits == (Wait(keys["a"], "instrument meter"),)
    assert (spans["small"].start_s, spans["small"].waits) == (
        15.0,
        (Wait(keys["both"], "instrument furnace"),),
    )
    assert spans["later"].waits == (Wait(keys["small"], "comes after it"),)
    assert (spans["late"].start_s, spans["late"].waits) == (100.0, ())
    assert spans["late"].waits_until == datetime.fromisoformat(late)


def test_what_a_person_holds_has_no_start_nor_has_what_comes_after_it(bench):
    found, keys = foretold(
        bench,
        [dwell(bench, "held", 1, [], held="look first"), dwell(bench, "after", 1, [], after=("held",))],
    )
    assert found.spans == {}
    assert found.never == {
        keys["held"]: "its release by a person: look first",
        keys["after"]: "run #1 held",
    }


def test_a_thousand_runs_on_one_fixture_are_foretold_at_once(bench):
    runs = [dwell(bench, f"r{number}", 3600.0, [RESOURCES[4]]) for number in range(1000)]
    items = items_of(bench, runs)
    found = forecast(items, dict.fromkeys(range(1, 1001), 3600.0), datetime(2026, 1, 1, tzinfo=UTC))
    assert found.duration_s == 3600.0 * 1000
    assert [len(found.spans[key].waits) for key in (1, 2, 1000)] == [0, 1, 1]
