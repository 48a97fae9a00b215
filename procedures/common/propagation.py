"""Uncertainty of quantities that share causes: each keeps its derivative by every source of error.

Two results that both hold the gain of one voltmeter are correlated through it. Combining them by their
derivatives, source by source, is the law of propagation with all covariances (GUM 5.2.2, JCGM 102).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bench.core.uncertainty import Component, Result
from procedures.common.coverage import combine_covering


@dataclass(frozen=True, slots=True)
class Source:
    """One cause of error: `u` is its standard uncertainty in `unit`. Equal sources are one and the same.

    `dof` are its degrees of freedom where it is of type A.
    """

    name: str
    u: float
    unit: str
    kind: Literal["A", "B"] = "B"
    dof: float = math.inf
    distribution: Literal["normal", "rectangular"] = "normal"
    note: str = ""


def limit(name: str, half_width: float, unit: str = "1", note: str = "") -> Source:
    """A rectangular source, known by its limits +-half_width (GUM 4.3.7)."""
    return Source(name, half_width / math.sqrt(3), unit, distribution="rectangular", note=note)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its derivatives by its sources (in `unit` per unit of the source), signs included."""

    value: float
    unit: str
    by: Mapping[Source, float]

    def component_list(self) -> list[Component]:
        """The budget; what contributes nothing is left out."""
        return [
            Component(
                source.name,
                source.u,
                source.unit,
                abs(slope) * source.u,
                source.kind,
                source.dof,
                source.distribution,
                source.note,
            )
            for source, slope in self.by.items()
            if slope and source.u
        ]

    @property
    def u(self) -> float:
        """Combined standard uncertainty."""
        return math.sqrt(math.fsum((slope * source.u) ** 2 for source, slope in self.by.items()))

    def result(self, flags: Iterable[str] = ()) -> Result:
        """With expanded uncertainty."""
        return combine_covering(self.value, self.unit, self.component_list(), flags)

    def with_relative(self, *sources: Source) -> Quantity:
        """With further sources, given relative to the value (unit 1)."""
        return Quantity(self.value, self.unit, add(self.by, dict.fromkeys(sources, self.value)))


def measured(value: float, unit: str, *sources: Source) -> Quantity:
    """A quantity whose sources are errors of itself, in its own unit."""
    return Quantity(value, unit, dict.fromkeys(sources, 1.0))


def product(unit: str, powers: Iterable[tuple[Quantity, float]], factor: float = 1.0) -> Quantity:
    """Factor * x^a * y^b ... to first order. Raises ValueError for a zero, whose power has no derivative."""
    powers = tuple(powers)
    if any(one.value == 0 for one, _ in powers):
        raise ValueError("a product of powers has no relative uncertainty where a factor is zero")
    value = factor * math.prod(one.value**power for one, power in powers)
    by: dict[Source, float] = {}
    for one, power in powers:
        scale = power * value / one.value
        by = add(by, {source: scale * slope for source, slope in one.by.items()})
    return Quantity(value, unit, by)


def linear(unit: str, terms: Iterable[tuple[Quantity, float]]) -> Quantity:
    """a*x + b*y + ..."""
    value = 0.0
    by: dict[Source, float] = {}
    for one, weight in terms:
        value += weight * one.value
        by = add(by, {source: weight * slope for source, slope in one.by.items()})
    return Quantity(value, unit, by)


def add(one: Mapping[Source, float], other: Mapping[Source, float]) -> dict[Source, float]:
    """Derivatives added source by source."""
    total = dict(one)
    for source, slope in other.items():
        total[source] = total.get(source, 0.0) + slope
    return total
