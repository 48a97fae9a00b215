"""The pellets of the example against the truth behind them: over many seeds, U covers as often as it says.

Every seed is another laboratory: heights, area, contacts, EMF, thermometer and every gain of the meter are
drawn anew. The whole vertical is in it: queue file, driver, bytes, simulated meter, run folder, analysis.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, chi2

from bench.core.clock import VirtualClock
from bench.core.uncertainty import COVERAGE
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.station import connect
from bench.station.world import build_world
from procedures.transport.pellet import flags
from procedures.transport.pellet.procedure import PelletConductivity

QUEUE = Path(__file__).resolve().parents[2] / "examples/qms/queues/pellet.toml"
SAMPLES = ("bare-si", "si-c", "qms-0p1", "qms-0p3", "qms-0p7")
GRADED = ("conductivity", "contact_resistance")
pytestmark = pytest.mark.xdist_group("twenty laboratories")  # measured once, not once a worker
RARE = 1e-3
"""How often a bench whose U is right would fail such a test, were the seeds not fixed."""


@dataclass(frozen=True)
class Outcome:
    """One result of one laboratory: how far it is off, in U and in u."""

    off_in_U: float
    off_in_u: float
    flags: tuple[str, ...]


def measure(seed: int, folder: Path, samples: tuple[str, ...] = SAMPLES) -> dict[str, list[Outcome]]:
    """The example's queue in the laboratory of this seed."""
    plan = load_queue(QUEUE)
    plan = replace(plan, runs=tuple(run for run in plan.runs if run.id in samples))
    clock = VirtualClock()
    world = build_world(plan.station, clock, seed)
    truth = world.truth()
    found: dict[str, list[Outcome]] = {name: [] for name in GRADED}
    with connect(plan.station, clock, world=world) as station:
        for outcome in Runner(station, folder, seed=seed).run(plan).runs:
            assert outcome.status == "done", f"seed {seed}, {outcome.id}: {outcome.reason}"
            assert outcome.safe == "verified"
            for name in GRADED:
                result = outcome.results[name]
                assert result.value is not None, f"seed {seed}, {outcome.id}, {name}: {result.flags}"
                off = result.value - truth[outcome.sample][name]["value"]
                found[name].append(Outcome(off / result.U, off / result.u, result.flags))
    world.close()
    shutil.rmtree(folder)
    return found


def over(seeds: range, folder: Path, samples: tuple[str, ...] = SAMPLES) -> dict[str, list[Outcome]]:
    """All seeds together. Without figures, which nobody looks at here."""
    total: dict[str, list[Outcome]] = {name: [] for name in GRADED}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PelletConductivity, "draw", lambda self, record, analysis: {})
        for seed in seeds:
            for name, outcomes in measure(seed, folder / str(seed), samples).items():
                total[name] += outcomes
    return total


def covers_as_claimed(outcomes: list[Outcome], allowance: float = 0.0) -> None:
    """Neither too few nor too many inside (binomial), and errors as large as u says (chi-squared)."""
    count = len(outcomes)
    inside = sum(abs(one.off_in_U) <= 1 for one in outcomes)
    assert (
        binom.ppf(RARE, count, COVERAGE - allowance)
        <= inside
        <= binom.ppf(1 - RARE, count, COVERAGE + allowance)
    )
    squares = sum(one.off_in_u**2 for one in outcomes)
    low, high = chi2.ppf([RARE, 1 - RARE], count)
    assert low * (1 - 2 * allowance) <= squares <= high * (1 + 2 * allowance)


@pytest.fixture(scope="module")
def twenty_seeds(tmp_path_factory):
    return over(range(1, 21), tmp_path_factory.mktemp("twenty"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", GRADED)
def test_twenty_laboratories_agree_with_their_truth_at_the_rate_that_U_claims(twenty_seeds, name):
    assert len(twenty_seeds[name]) == 100
    covers_as_claimed(twenty_seeds[name])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", GRADED)
def test_results_lean_to_neither_side(twenty_seeds, name):
    off = np.array([one.off_in_u for one in twenty_seeds[name]])
    assert abs(off.mean()) <= 3.3 / np.sqrt(off.size)


@pytest.mark.timeout(300)
def test_good_measurements_are_rarely_flagged(twenty_seeds):
    """The test of the line calls one in a hundred good series bad; nothing else has a cause to speak."""
    said = [
        flag for one in twenty_seeds["conductivity"] for flag in one.flags if flag != flags.NO_TEMPERATURE_U
    ]
    assert set(said) <= {flags.NO_LINE}
    assert len(said) <= binom.ppf(1 - RARE, 100, 0.01)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_thousand_laboratories(sample, tmp_path):
    found = over(range(1, 1001), tmp_path, (sample,))
    for name in GRADED:
        covers_as_claimed(found[name], allowance=0.005)
