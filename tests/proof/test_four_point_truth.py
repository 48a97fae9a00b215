"""Four probes and one source meter on a film of the world, against the sheet that is really there."""

import pytest
from proof_bench import EXAMPLES, measure
from scipy.stats import binom

from bench.core.uncertainty import COVERAGE
from simulators.physics.carriers import Resistivity
from simulators.specimens.films import Films, true_film

QUEUE = EXAMPLES / "queues/four-point.toml"


def true_ohm(world, seed):
    """R_14,23 of the film in the holder, at the temperature it has."""
    film = true_film(world.samples["qms-0p7"].of(Films), seed)
    rho = film.carriers.resistivity(0.0, world.temperature_K)
    z = film.sheet.impedance_ohm(Resistivity(rho.xx, 0.0), film.thickness_m)
    return float(z[1, 0] - z[2, 0] - z[1, 3] + z[2, 3])


@pytest.mark.timeout(300)
def test_twenty_laboratories(tmp_path):
    errors, sheets = [], []
    for seed in range(1, 21):
        outcomes, world = measure(QUEUE, seed, tmp_path / str(seed), "holder")
        (outcome,) = outcomes
        assert outcome.status == "done", outcome.reason
        assert outcome.safe == "verified"
        result = outcome.results["resistance"]
        errors.append((result.value - true_ohm(world, seed)) / result.U)
        sheet = outcome.results["sheet_resistance"]
        sheets.append((sheet.value - world.truth["qms-0p7"]["sheet_resistance"]["value"]) / sheet.U)
    low, high = binom.ppf([5e-4, 1 - 5e-4], 20, COVERAGE)
    assert low <= sum(abs(error) <= 1 for error in errors) <= high, errors
    # the contacts are no square: their places, 1 deg each, are what the declared 3 % stand for
    assert low <= sum(abs(error) <= 1 for error in sheets) <= high, sheets
    assert max(map(abs, errors)) > 0.3
