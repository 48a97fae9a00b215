"""What the eight voltages say about themselves: reversal, reciprocity, homogeneity (ASTM F76, NIST)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procedures.transport.van_der_pauw.permutations import RESISTIVITY, SIDES, setting
from procedures.transport.van_der_pauw.sheet import Sheet, sheet_resistance

REVERSAL_TOLERANCE = 0.05
RECIPROCITY_TOLERANCE = 0.05
"""NIST (Hall measurement pages): within 5 %, preferably 3 %."""
HOMOGENEITY_TOLERANCE = 0.10
"""ASTM F76: the two resistivities agree within 10 %, or the specimen or its contacts are not good enough."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The four resistances around the rim from eight of them, `ohm[k]` = R_(k+1), current reversal averaged.

    `reversal[k]` is how far the two of a pair differ, relative to their mean: source, EMF or contacts that
    depend on the direction of the current. `reciprocity` are the differences of R_1, R_3 and of R_2, R_4,
    relative to their means: without field they are equal in any specimen whatever its shape (Onsager), so a
    difference is leakage, drift, a bad contact or a wrong wire. `first` and `second` are the sheets of F76
    (Q_A from R_1, R_2; Q_B from R_3, R_4).

    With four contacts F76's homogeneity test compares what reciprocity makes equal: it finds bad contacts,
    not an inhomogeneous film.
    """

    ohm: tuple[float, float, float, float]
    reversal: tuple[float, float, float, float]
    reciprocity: tuple[float, float]
    first: Sheet
    second: Sheet

    @property
    def mean_ohm(self) -> float:
        """Sheet resistance: the mean of both of F76."""
        return (self.first.ohm + self.second.ohm) / 2

    @property
    def inhomogeneity(self) -> float:
        """|rho_A - rho_B|/rho of F76."""
        return abs(self.first.ohm - self.second.ohm) / self.mean_ohm

    @property
    def by_side(self) -> tuple[float, float, float, float]:
        """Derivatives of `mean_ohm` by the four resistances."""
        return (
            self.first.by_first / 2,
            self.first.by_second / 2,
            self.second.by_first / 2,
            self.second.by_second / 2,
        )

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that were not passed."""
        found = []
        if max(self.reversal) > REVERSAL_TOLERANCE:
            found.append("reversal")
        if max(self.reciprocity) > RECIPROCITY_TOLERANCE:
            found.append("reciprocity")
        if self.inhomogeneity > HOMOGENEITY_TOLERANCE:
            found.append("homogeneity")
        return tuple(found)


def sides(resistance_ohm: Mapping[str, float]) -> Sides:
    """From V_ij,kl/I of the eight settings by their names ("21,34": ...).

    Raises KeyError for a missing one, ValueError where a resistance around the rim is not above zero: then
    the contacts are not numbered around the rim, or one does not touch.
    """
    missing = [one.name for one in RESISTIVITY if one.name not in resistance_ohm]
    if missing:
        raise KeyError(f"no resistance for {', '.join(missing)}")
    forward = [resistance_ohm[name] for name in SIDES]
    backward = [resistance_ohm[setting(name).reversed.name] for name in SIDES]
    ohm = [(there - back) / 2 for there, back in zip(forward, backward, strict=True)]
    if min(ohm) <= 0:
        text = ", ".join(f"{name}: {value:.4g} ohm" for name, value in zip(SIDES, ohm, strict=True))
        raise ValueError(f"a resistance around the rim is not above zero ({text})")
    one, two, three, four = ohm
    uneven = [abs(f + b) / (2 * r) for f, b, r in zip(forward, backward, ohm, strict=True)]
    return Sides(
        ohm=(one, two, three, four),
        reversal=(uneven[0], uneven[1], uneven[2], uneven[3]),
        reciprocity=(_apart(one, three), _apart(two, four)),
        first=sheet_resistance(one, two),
        second=sheet_resistance(three, four),
    )


def _apart(one: float, other: float) -> float:
    return 2 * abs(one - other) / (one + other)
