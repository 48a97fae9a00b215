"""Does the current that was sent come back? A source and an ammeter in its return, compared.

What the ammeter misses has left the loop on the way: a leak to ground, a contact that does not touch, a relay
to somewhere else. Then nobody knows what flowed through the specimen.
"""

from __future__ import annotations

from bench.core.roles import Accuracy

UNKNOWN = 0.01
"""Relative limit of error of an instrument that states none: our choice."""
MARGIN = 1e-3
"""Relative, on top of what both instruments claim: their noise, and what every cable leaks. Our choice."""


def missing(set_A: float, measured_A: float) -> float:
    """The part of the current that does not come back; negative where more does. `set_A` is not zero."""
    return 1 - measured_A / set_A


def tolerated(set_A: float, *stated: Accuracy | None, reversed_: bool = False) -> float:
    """The largest part that may be missing (or too much), by what source and ammeter state.

    `reversed_`: of the half difference of two polarities, in which offsets cancel.
    """
    relative = sum(UNKNOWN if one is None else one.relative for one in stated)
    offset_A = 0.0 if reversed_ else sum(one.offset for one in stated if one is not None)
    return relative + offset_A / abs(set_A) + MARGIN


def went_elsewhere(set_A: float, measured_A: float, *stated: Accuracy | None) -> bool:
    """Whether one reading of the ammeter says that the current took another way."""
    return abs(missing(set_A, measured_A)) > tolerated(set_A, *stated)
