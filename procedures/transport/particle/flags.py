"""The flags a particle result can carry, word for word, so that programs can look for them."""

from __future__ import annotations

from typing import Final

KIND: Final = "contacts"
"""Followed by what the shape of the curve says: "contacts: ohmic"."""
NOT_SEPARATED: Final = "particle and contacts not separated: two tips"
BARRIER_LIMITED: Final = "conductance is that of the contact barriers, not of the particle"
ONE_PARTICLE: Final = "one particle: nothing is known of the spread"
TOO_FEW_POINTS: Final = "too few usable points"
NOT_POSITIVE: Final = "conductance not positive"
NOT_RESOLVED: Final = "conductance not resolved from the leakage"
NOT_SETTLED: Final = "not settled"
HYSTERESIS: Final = "hysteresis"
IN_COMPLIANCE: Final = "points in compliance left out"
NOT_LINEAR: Final = "not a straight line in the window"
NO_OPEN: Final = "leakage not corrected"
NO_SHORT: Final = "series resistance not corrected"
TYPE_A_ONLY: Final = "type A only"
NO_TEMPERATURE: Final = "temperature not known"
NOT_MEASURED: Final = "not measured"


def of_particles(flag: str, particles: tuple[str, ...]) -> str:
    """The flag with the particles it is about: "hysteresis: p1, p3"."""
    return f"{flag}: {', '.join(particles)}" if particles else flag
