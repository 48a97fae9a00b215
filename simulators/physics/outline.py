"""Shapes of a film and where its contacts are on the edge: a disc or a rectangular bar, as one half-plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scipy.special import ellipj, ellipk, ellipkm1

from simulators.physics.sheet import half_plane


class Outline(Protocol):
    """A shape without holes, with contacts at places along its edge, counter-clockwise."""

    @property
    def places(self) -> Sequence[float]:
        """Where the contacts are meant to be, in the units of the shape."""
        ...

    def angles_rad(self, places: Sequence[float]) -> tuple[float, ...]:
        """Contacts at these places, mapped conformally onto the rim of a disc."""
        ...


@dataclass(frozen=True, slots=True)
class Disc:
    """Places are angles around the rim, in rad."""

    places: Sequence[float]

    def angles_rad(self, places: Sequence[float]) -> tuple[float, ...]:
        """See Outline."""
        return tuple(places)


@dataclass(frozen=True, slots=True)
class Bar:
    """A Hall bar. Places are metres along the edge from the lower left corner: bottom, right, top, left.

    The elliptic sine maps the rectangle onto the half-plane, x = sn(2K z/length), with K'/K = 2 width/length
    (Abramowitz and Stegun 16.20, 17.3).
    """

    length_m: float
    width_m: float
    places: Sequence[float]

    @property
    def edge_m(self) -> float:
        """Once around."""
        return 2 * (self.length_m + self.width_m)

    def angles_rad(self, places: Sequence[float]) -> tuple[float, ...]:
        """See Outline."""
        return tuple(self._angle_rad(place % self.edge_m) for place in places)

    def _angle_rad(self, place_m: float) -> float:
        parameter, complement = self._parameters()
        quarter = float(ellipkm1(complement)) if complement < parameter else float(ellipk(parameter))
        scale = 2 * quarter / self.length_m
        corners = (self.length_m, self.length_m + self.width_m, 2 * self.length_m + self.width_m)
        if place_m <= corners[0]:
            return 2 * math.atan(_sine(scale * place_m - quarter, parameter))
        if place_m <= corners[1]:
            return 2 * math.atan2(1.0, _delta(scale * (place_m - corners[0]), complement))
        if place_m <= corners[2]:
            sine = _sine(quarter - scale * (place_m - corners[1]), parameter)
            return 2 * math.atan2(1.0, math.sqrt(parameter) * sine)
        return 2 * math.atan2(-1.0, _delta(scale * (self.edge_m - place_m), complement))

    def _parameters(self) -> tuple[float, float]:
        """M and 1 - m, the smaller one from its nome, so that neither loses digits."""
        ratio = 2 * self.width_m / self.length_m
        if ratio >= 1:
            small = _parameter(math.exp(-math.pi * ratio))
            return small, 1 - small
        small = _parameter(math.exp(-math.pi / ratio))
        return 1 - small, small


def contacts_on(outline: Outline, shifts: Sequence[float]) -> tuple[float, ...]:
    """Positions on the edge of the half-plane of contacts that sit beside their places by these shifts.

    Raises ValueError where two contacts coincide.
    """
    places = [place + shift for place, shift in zip(outline.places, shifts, strict=True)]
    return half_plane(outline.angles_rad(places))


def _parameter(nome: float) -> float:
    """M = (theta_2/theta_3)^4 for a nome up to e^-pi, where four terms are all digits."""
    second = 2 * nome**0.25 * (1 + nome**2 + nome**6 + nome**12)
    third = 1 + 2 * (nome + nome**4 + nome**9 + nome**16)
    return float((second / third) ** 4)


def _sine(u: float, parameter: float) -> float:
    return float(ellipj(u, parameter)[0])


def _delta(u: float, parameter: float) -> float:
    return float(ellipj(u, parameter)[2])
