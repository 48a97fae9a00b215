"""Does U cover as often as it says? Thousands of draws of the measurement, every error as stated."""

from dataclasses import replace

import numpy as np
import pytest
from pellet_mc import Case, Errors, draw

from bench.core.uncertainty import COVERAGE
from procedures.transport.pellet import flags
from procedures.transport.pellet.analysis import transport_results

METHOD = 0.008
"""What the method itself may be off: Welch-Satterthwaite, and 1/slope taken to first order."""


def band(draws: int) -> float:
    """The covered share stays within this of a true 95.45 % in 999 of 1000 sets of draws."""
    return METHOD + 3.3 * float(np.sqrt(COVERAGE * (1 - COVERAGE) / draws))


def covered(case: Case, draws: int) -> dict[str, float]:
    rng = np.random.default_rng(20)
    inside = {"conductivity": 0, "contact_resistance": 0, "flagged": 0}
    truth = {"conductivity": case.conductivity, "contact_resistance": case.contact_ohm}
    for _ in range(draws):
        found = transport_results(draw(case, rng), None)
        for name, value in truth.items():
            inside[name] += abs(found[name].value - value) <= found[name].U
        inside["flagged"] += flags.NO_LINE in found["conductivity"].flags
    return {name: count / draws for name, count in inside.items()}


CASES = {
    "heights dominate": Case(Errors()),
    "repeatability dominates": Case(Errors(u_height_m=1e-7, u_ohm=50.0, u_area=0.0)),
    "few degrees of freedom": Case(Errors(u_height_m=1e-7, u_ohm=50.0, u_area=0.0, dof=3)),
    "one gain dominates": Case(Errors(u_height_m=1e-6, gain=5e-3, u_area=1e-5)),
    "two ranges": Case(
        Errors(u_height_m=1e-6, gain=5e-3, u_area=1e-5), ranges_V=(2.0, 2.0, 20.0, 20.0, 20.0)
    ),
    "three heights": Case(Errors(u_height_m=60e-6), heights_m=(1e-3, 1.5e-3, 2e-3)),
    "contacts and temperature": Case(Errors(spread_ohm=300.0, alpha_per_K=0.016, u_K=0.5)),
}


def check(name: str, draws: int) -> None:
    share = covered(CASES[name], draws)
    assert share["conductivity"] == pytest.approx(COVERAGE, abs=band(draws))
    assert share["contact_resistance"] == pytest.approx(COVERAGE, abs=band(draws))
    # good points are called bad in one of a hundred cases
    assert share["flagged"] <= 0.01 + 0.005 + 3.3 * float(np.sqrt(0.01 / draws))


def test_where_heights_dominate_as_in_the_example():
    check("heights dominate", 2000)


@pytest.mark.parametrize("name", [name for name in CASES if name != "heights dominate"])
def test_where_something_else_dominates(name):
    check(name, 500)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", CASES)
def test_more_closely(name):
    check(name, 10_000)


def test_a_declared_bound_covers_as_often_as_it_says():
    rng = np.random.default_rng(21)
    inside, draws = 0, 1000
    for _ in range(draws):
        case = Case(
            Errors(u_height_m=2e-6, u_area=0.001), heights_m=(1e-3,), contact_ohm=1000.0 * rng.uniform()
        )
        found = transport_results(draw(case, rng), 1000.0)["conductivity"]
        inside += abs(found.value - case.conductivity) <= found.U
        assert found.k < 1.75, "k = 2 would cover always"
    assert inside / draws == pytest.approx(COVERAGE, abs=band(draws))


def test_points_off_the_line_are_found():
    rng = np.random.default_rng(22)
    found = 0
    for _ in range(100):
        measured = draw(Case(Errors(u_height_m=5e-6)), rng)
        moved = tuple(
            replace(pellet, ohm=pellet.ohm + 600.0 * rng.standard_normal()) for pellet in measured.pellets
        )
        result = transport_results(replace(measured, pellets=moved), None)["conductivity"]
        found += flags.NO_LINE in result.flags
    assert found > 90
