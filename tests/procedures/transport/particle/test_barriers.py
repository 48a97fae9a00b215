"""Back-to-back barriers: closed form, limits, and a fit that gives back what went in."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from procedures.transport.particle.barriers import BackToBack, BOLTZMANN_V_per_K, fit_barriers
from procedures.transport.particle.shape import shape_of
from simulators.physics.particle import Barriers

T_K = 296.15
V_T = BOLTZMANN_V_per_K * T_K
CURRENTS = st.floats(1e-12, 1e-3)


def sinh_form(v, one, two):
    x = v / (2 * V_T)
    return 2 * one * two * math.sinh(x) / (one * math.exp(x) + two * math.exp(-x))


@given(CURRENTS, CURRENTS, st.floats(-0.5, 0.5))
def test_without_a_resistance_it_is_the_closed_form(one, two, volt):
    model = BackToBack(one, two, 0.0, T_K)
    expected = sinh_form(volt, one, two)
    assert model.current_A(np.array([volt]))[0] == pytest.approx(
        expected, rel=1e-6, abs=1e-12 * max(one, two)
    )
    # and what the simulated particle does, which was written apart
    assert Barriers(one, two).current_A(volt, T_K) == pytest.approx(expected, rel=1e-9, abs=1e-25)


def test_it_saturates_at_the_reversed_contact_and_is_ohmic_around_zero():
    model = BackToBack(1e-9, 3e-9, 0.0, T_K)
    assert model.current_A(np.array([2.0, -2.0])) == pytest.approx([3e-9, -1e-9], rel=1e-9)
    assert model.zero_bias_S == pytest.approx(1e-9 * 3e-9 / (4e-9 * V_T))
    small = model.current_A(np.array([1e-5, -1e-5]))
    assert (small[0] - small[1]) / 2e-5 == pytest.approx(model.zero_bias_S, rel=1e-6)
    assert model.contact_share == 1.0


def test_a_wide_window_underestimates_the_conductance_at_zero():
    model = BackToBack(1.5e-9, 1.5e-9, 0.0, T_K)

    def slope(window):
        volts = np.linspace(-window, window, 201)
        amperes = model.current_A(volts)
        return float(volts @ amperes / (volts @ volts)) / model.zero_bias_S

    assert slope(0.01) == pytest.approx(1.0, abs=0.01)
    assert slope(0.1) < 0.75


@pytest.mark.parametrize("ohm", [1e3, 5e6])
def test_the_fit_gives_back_the_model(ohm):
    truth = BackToBack(1e-9, 2e-9, ohm, T_K)
    volts = np.linspace(-0.2, 0.2, 41)
    found = fit_barriers(volts, truth.current_A(volts), T_K)
    assert found is not None
    assert found.model.zero_bias_S == pytest.approx(truth.zero_bias_S, rel=1e-4)
    assert found.model.second_A == pytest.approx(2e-9, rel=0.02)
    assert fit_barriers(volts[:5], volts[:5], T_K) is None


UP = np.concatenate([np.ones(41, bool), np.zeros(41, bool)])
VOLTS = np.concatenate([np.linspace(-0.1, 0.1, 41), np.linspace(0.1, -0.1, 41)])


def classify(curve, seed=1, noise=1e-3, rising=UP, volts=VOLTS):
    amperes = curve(volts)
    amperes = amperes + noise * np.abs(amperes).max() * np.random.default_rng(seed).standard_normal(
        volts.size
    )
    return shape_of(volts, amperes, rising, T_K, 0.02)


def test_kinds_are_told_apart():
    assert classify(lambda v: 1e-7 * v).kind == "ohmic"
    barriers = classify(BackToBack(1e-9, 1e-9, 1e5, T_K).current_A)
    assert barriers.kind == "back-to-back barriers"
    assert barriers.barriers.zero_bias_S == pytest.approx(1e-9 / (2 * V_T), rel=0.02)
    assert barriers.barriers.contact_share > 0.95
    assert barriers.chord_ratio < 0.7
    assert classify(lambda v: 1e-7 * v * (1 + 20 * v**2)).kind == "superlinear"
    diode = classify(lambda v: 1e-9 * np.expm1(v / V_T))
    assert diode.kind in ("rectifying", "back-to-back barriers")
    assert abs(diode.asymmetry) > 0.3
    assert shape_of(VOLTS[:6], VOLTS[:6], UP[:6], T_K, 0.02).kind == "not told"


def test_hysteresis_is_seen():
    def loop(v):
        return 1e-7 * v + 1e-9 * np.where(UP, 1.0, -1.0)

    assert classify(loop).hysteretic
    assert classify(loop).hysteresis == pytest.approx(0.2, rel=0.1)
    assert classify(lambda v: 1e-7 * v * np.where(UP, 1.05, 0.95)).hysteretic  # pinched at zero
    assert not classify(lambda v: 1e-7 * v).hysteretic


def test_noise_alone_is_rarely_anything_but_ohmic():
    kinds = [classify(lambda v: 1e-7 * v, seed, 0.01).kind for seed in range(200)]
    # two tests at 1 % each
    assert 200 - kinds.count("ohmic") <= binom.ppf(0.9999, 200, 0.02)
