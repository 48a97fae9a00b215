"""Hall probes of Lake Shore gaussmeters, and what a reading looks like, as data.

Types as `TYPE?` answers them (Model 425 manual p. 57) and the ranges of each (HST 35 G to 350 kG, HSE 3.5 G
to 35 kG, UHS 35 mG to 35 G, from another driver that was tried on a 455); 50 to 52 are the same behind a
programmable cable.
"""

from __future__ import annotations

import math
from typing import NamedTuple

MU_0 = 4e-7 * math.pi
UNITS = {1: 1e4, 2: 1.0, 3: 1e4, 4: 1 / MU_0}
"""By the number that UNIT takes (G, T, Oe, A/m): how many of it are a tesla (Oe and A/m in air)."""
OVERRANGE = 1.05
"""A range reads up to so much of its name: from memory."""


class Probe(NamedTuple):
    """Full scales in tesla, ascending: range 1 is the most sensitive."""

    number: int
    ranges_T: tuple[float, ...]


PROBES = {
    "HSE": Probe(40, (3.5e-4, 3.5e-3, 3.5e-2, 0.35, 3.5)),
    "HST": Probe(41, (3.5e-3, 3.5e-2, 0.35, 3.5, 35.0)),
    "UHS": Probe(42, (3.5e-6, 3.5e-5, 3.5e-4, 3.5e-3)),
}


class Accuracy(NamedTuple):
    """|error| <= relative * field + part * full scale, DC."""

    relative: float
    part: float


ACCURACY = {
    "475": Accuracy(5e-4, 5e-5),
    "455": Accuracy(7.5e-4, 5e-5),
    "425": Accuracy(2e-3, 5e-4),
}
"""From memory, without the probe's own: the published tables were not at hand."""


def shown(value: float) -> str:
    """As `RDGFIELD?` sends it: `±nnn.nnnE±nn` (Model 475 manual p. 6-38), in steps of a thousand."""
    exponent = 0 if value == 0 else 3 * math.floor(math.log10(abs(value)) / 3)
    return f"{value / 10.0**exponent:+08.3f}E{exponent:+03d}"
