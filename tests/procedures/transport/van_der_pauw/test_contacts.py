"""The verdict about a contact: how often an ohmic one is called something else, and what a bent curve is."""

import numpy as np
import pytest
from scipy.stats import binom

from bench.core.current_balance import missing, tolerated, went_elsewhere
from bench.core.roles import Accuracy
from procedures.transport.van_der_pauw.contact_rule import ContactRule
from procedures.transport.van_der_pauw.contacts import SIGNIFICANCE, contact_line
from procedures.transport.van_der_pauw.permutations import blocking
from simulators.physics.junction import Barrier, Junctions

RULE = ContactRule(11, 0.9999)
LEVELS_A = np.array(RULE.levels_A(1e-6))
OHM = 4e5


def judged(volt):
    return contact_line(LEVELS_A, LEVELS_A, volt, RULE.r2_min)


def test_a_curve_goes_up_in_equal_steps_and_reads_three_currents_twice():
    assert LEVELS_A[:11] == pytest.approx(np.linspace(-1e-6, 1e-6, 11), abs=1e-20)
    assert LEVELS_A[11:] == pytest.approx([1e-6, 0.0, -1e-6], abs=1e-20)


@pytest.mark.parametrize("noise", [0.03, 1.0])
def test_noise_is_called_a_bent_curve_as_rarely_as_is_claimed(noise):
    """So much noise (relative to the largest voltage) that R2 says nothing."""
    rng, draws = np.random.default_rng(1), 4000
    verdicts = [
        judged(OHM * (LEVELS_A + 1e-6 * noise * rng.standard_normal(LEVELS_A.size))).verdict
        for _ in range(draws)
    ]
    assert verdicts.count("ohmic") < 0.01 * draws
    assert verdicts.count("not ohmic") <= binom.ppf(0.999, draws, SIGNIFICANCE)


@pytest.mark.parametrize("saturation_A", [1e-10, 1e-8, 1e-7, 3e-5, 1e-3])
def test_a_barrier_is_found_where_its_curve_bends_by_more_than_the_rule_allows(saturation_A):
    """1 - R2 without noise is the truth; close to the rule nobody knows, so none of these is."""
    bent = Junctions([Barrier(saturation_A, 1e7, 1.1)], 296.0)
    volt = (
        np.array([bent.voltage_and_slope(np.array([ampere]))[0][0] for ampere in LEVELS_A]) + OHM * LEVELS_A
    )
    exact = judged(volt)
    noisy = judged(volt + 1e-6 * np.random.default_rng(2).standard_normal(volt.size))
    assert exact.verdict == noisy.verdict == ("not ohmic" if 1 - exact.r2 > 1e-4 else "ohmic")
    assert (exact.verdict == "not ohmic") == (saturation_A < 1e-6)


def test_offset_and_drift_bend_nothing():
    found = judged(OHM * LEVELS_A + 0.1 + 1e-6 * np.arange(LEVELS_A.size))
    assert found.verdict == "ohmic"
    assert found.ohm == pytest.approx(OHM, rel=1e-4)


def test_what_cannot_be_judged():
    with pytest.raises(ValueError, match="at least 7"):
        contact_line([1.0, 2.0, 2.0], [1.0, 2.0, 2.0], [1.0, 2.0, 2.0], 0.9999)
    with pytest.raises(ValueError, match="twice"):
        contact_line(LEVELS_A[:11], LEVELS_A[:11], LEVELS_A[:11], 0.9999)


@pytest.mark.parametrize(
    ("curves", "contacts"),
    [
        (["1", "2"], ["2"]),
        (["1", "4"], ["1"]),
        (["3"], ["3", "4"]),
        (["1", "2", "3", "4"], ["1", "2", "3", "4"]),
        ([], []),
    ],
)
def test_a_contact_that_does_not_touch_stops_two_curves(curves, contacts):
    assert blocking(curves) == contacts


def test_a_current_is_missed_only_beyond_what_both_instruments_claim():
    source, ammeter = Accuracy(1e-3, 1e-9, "s"), Accuracy(2e-3, 1e-10, "a")
    assert missing(1e-6, 0.9e-6) == pytest.approx(0.1)
    assert tolerated(1e-6, source, ammeter) == pytest.approx(1e-3 + 2e-3 + 1.1e-3 + 1e-3)
    assert tolerated(1e-6, source, ammeter, reversed_=True) == pytest.approx(4e-3)
    for sign in (1, -1):
        assert not went_elsewhere(sign * 1e-6, sign * 0.9955e-6, source, ammeter)
        assert went_elsewhere(sign * 1e-6, sign * 0.994e-6, source, ammeter)
        assert went_elsewhere(sign * 1e-6, sign * 1.006e-6, source, ammeter)
    assert not went_elsewhere(1e-6, 0.985e-6, None, None)
