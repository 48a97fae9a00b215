"""Where a network with rectifying contacts comes to rest: Newton on its linear equivalents, damped.

Near any operating point a barrier is a resistance and an EMF (its tangent), so that each step is an answer of
the linear network. What is left of the contacts' equations after a step,

    f(i_t) - f(i) - t f'(i) (i_new - i)  +  (1 - t) * what was left before,

is all that is left at all, because everything else is linear. Barriers and network are passive: the slope of
the whole has no zero, so a step that is short enough always leaves less, and there is one solution only.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from simulators.physics.network import Array, Network, Response, Sample

Feed = Callable[[Response], float]
"""The source current of a linear answer: a constant, or what brings the voltage that is held."""

_STEPS = 200
_HALVINGS = 60
_LEFT_V = 1e-12
"""A thousandth of what the best voltmeter shows."""
_ROUNDING = 1e-14
"""Relative, of the voltages that add up to nothing."""


def resting(network: Network, sample: Sample, fed: int, feed: Feed) -> Sample:
    """The linear sample that behaves as this one does where it comes to rest; itself without barriers.

    Raises ArithmeticError if it does not come to rest, which is a defect of this file.
    """
    junctions = sample.bent
    if junctions is None:
        return sample
    contact_A = np.zeros(len(sample.contact_ohm))
    voltage_V, slope_ohm = junctions.voltage_and_slope(contact_A)
    left_V = np.full(len(contact_A), math.inf)
    for _ in range(_STEPS):
        tangent = _tangent(sample, contact_A, voltage_V, slope_ohm)
        response = network.respond(tangent, fed)
        change_A = response.contact_off_A + feed(response) * response.contact_per_A - contact_A
        if not np.isfinite(change_A).all():
            return tangent  # a voltage source into a short: no current that could be told
        before_V, expected_V, from_A = voltage_V, slope_ohm * change_A, contact_A
        for halving in range(_HALVINGS):
            part = 0.5**halving
            contact_A = from_A + part * change_A
            voltage_V, slope_ohm = junctions.voltage_and_slope(contact_A)
            bent_V = voltage_V - before_V - part * expected_V
            if not np.isfinite(left_V).all():  # the start was no answer of the network: all of the step
                left_V = bent_V
                break
            remains_V = bent_V + (1 - part) * left_V
            if np.linalg.norm(remains_V) < np.linalg.norm(left_V):
                left_V = remains_V
                break
        across_V = np.abs(voltage_V).max() + slope_ohm.max() * np.abs(contact_A).max()
        if np.abs(left_V).max() <= _LEFT_V + _ROUNDING * across_V:
            return _tangent(sample, contact_A, voltage_V, slope_ohm)
    raise ArithmeticError(f"rectifying contacts: {np.abs(left_V).max():g} V left after {_STEPS} steps")


def _tangent(sample: Sample, contact_A: Array, voltage_V: Array, slope_ohm: Array) -> Sample:
    return Sample(
        sample.impedance_ohm,
        sample.contact_ohm + slope_ohm,
        sample.emf_V + voltage_V - slope_ohm * contact_A,
    )
