"""Particles of the example between their tips: over many seeds, U covers the truth as often as it says.

Every seed is another laboratory. Graded are the conductance of the kind, which has the scatter of five
particles in its U, and that of a single one, which has not. The meter's gains are common to all particles of
a laboratory, so that each laboratory counts once for those.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from proof_bench import EXAMPLES, measure
from scipy.stats import binom, chi2

from bench.core.uncertainty import COVERAGE
from procedures.transport.particle import flags
from simulators.specimens.particles import Particles, true_particle

QUEUE = EXAMPLES / "queues/particle-iv.toml"
RARE = 1e-3
"""How often a bench whose U is right would fail such a test, were the seeds not fixed."""
SEEDS = range(1, 21)
pytestmark = pytest.mark.xdist_group("twenty pairs of tips")  # measured once, not once a worker


@dataclass
class Found:
    """Errors in U, `single` of the first particle of each sample; `said` what was flagged, by sample."""

    kind: list[float] = field(default_factory=list)
    single: dict[str, list[float]] = field(default_factory=dict)
    said: dict[str, set[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    total = Found()
    for seed in SEEDS:
        outcomes, world = measure(QUEUE, seed, tmp_path_factory.mktemp(str(seed)))
        for outcome in outcomes:
            assert outcome.status == "done", f"seed {seed}, {outcome.id}: {outcome.reason}"
            assert outcome.safe == "verified"
            truth = world.truth[outcome.sample]["particle_conductance"]["value"]
            result = outcome.results["particle_conductance"]
            total.kind.append((result.value - truth) / result.U)
            total.said.setdefault(outcome.sample, set()).update(result.flags)
            particles = world.samples[outcome.sample].of(Particles)
            ohm = true_particle(particles, "p1", seed).zero_bias_ohm(world.temperature_K)
            one = outcome.results["conductance_p1"]
            total.single.setdefault(outcome.sample, []).append((one.value - 1 / ohm) / one.U)
        assert world.after["instruments"]["meter"]["output"] is False
    return total


def covers_as_claimed(errors):
    inside = sum(abs(error) <= 1 for error in errors)
    low, high = binom.ppf([RARE / 2, 1 - RARE / 2], len(errors), COVERAGE)
    assert low <= inside <= high, f"{inside} of {len(errors)} within U"


@pytest.mark.timeout(600)
def test_the_conductance_of_the_kind_is_covered_at_the_rate_that_U_claims(found):
    assert len(found.kind) == 60
    covers_as_claimed(found.kind)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("sample", ["bare-si", "si-c", "qms-0p7"])
def test_so_is_that_of_a_single_particle(found, sample):
    assert len(found.single[sample]) == 20
    covers_as_claimed(found.single[sample])
    # U is about two standard uncertainties: errors of the size that it says, neither much less nor more
    low, high = chi2.ppf([RARE / 2, 1 - RARE / 2], 20)
    assert low <= sum((2 * error) ** 2 for error in found.single[sample]) <= high


@pytest.mark.timeout(600)
def test_bare_silicon_is_told_to_be_limited_by_its_contacts_and_the_others_are_not(found):
    assert any(flag.startswith(flags.BARRIER_LIMITED) for flag in found.said["bare-si"])
    for sample in ("si-c", "qms-0p7"):
        assert not any(flag.startswith(flags.BARRIER_LIMITED) for flag in found.said[sample])
