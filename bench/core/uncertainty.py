"""Results with uncertainty, after the GUM (JCGM 100:2008): components, budget, expanded uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

COVERAGE = 0.9545
"""Coverage probability that every U claims; k = 2.00 for many degrees of freedom (GUM annex G)."""


@dataclass(frozen=True, slots=True)
class Component:
    """One line of an uncertainty budget.

    `u` is the standard uncertainty of the input in `unit`, `contribution` = |sensitivity|*u in the unit of
    the result. Type "A" comes from statistics with `dof` degrees of freedom, "B" from anything else.
    """

    name: str
    u: float
    unit: str
    contribution: float
    kind: Literal["A", "B"]
    dof: float = math.inf
    distribution: str = "normal"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A measured quantity, or the honest absence of one (`value` None and a flag that says why)."""

    value: float | None
    unit: str
    u: float | None = None
    k: float | None = None
    U: float | None = None
    dof: float | None = None
    flags: tuple[str, ...] = ()
    budget: tuple[Component, ...] = field(default=(), compare=False)

    def as_json(self) -> dict[str, Any]:
        """RESULT as programs read it; infinite degrees of freedom are null, never Infinity."""
        dof = self.dof if self.dof is not None and math.isfinite(self.dof) else None
        return {
            "value": self.value,
            "unit": self.unit,
            "u": self.u,
            "k": self.k,
            "U": self.U,
            "dof": dof,
            "flags": list(self.flags),
        }


def unresolved(unit: str, *flags: str) -> Result:
    """A result the method cannot give, with the reasons."""
    return Result(value=None, unit=unit, flags=flags)


def combine(value: float, unit: str, components: Iterable[Component], flags: Iterable[str] = ()) -> Result:
    """Combine independent components: u = root of the sum of squares (GUM 5.1.2), nu_eff by
    Welch-Satterthwaite (GUM G.4.1), k from Student's t at COVERAGE (GUM G.3). Correlated inputs have to be
    merged into one component before they come here.
    """
    budget = tuple(components)
    u = math.sqrt(math.fsum(component.contribution**2 for component in budget))
    dof = effective_dof(u, budget)
    k = coverage_factor(dof)
    return Result(value, unit, u, k, k * u, dof, tuple(flags), budget)


def effective_dof(u: float, components: Iterable[Component]) -> float:
    """Welch-Satterthwaite; infinite where only type B components or none contribute."""
    denominator = math.fsum((c.contribution**4) / c.dof for c in components if math.isfinite(c.dof))
    return u**4 / denominator if denominator > 0 else math.inf


def coverage_factor(dof: float) -> float:
    """Two-sided Student t factor at COVERAGE; `dof` is truncated to an integer below (GUM G.4.1 note 1)."""
    from scipy.special import ndtri, stdtrit

    p = 0.5 + COVERAGE / 2
    if not math.isfinite(dof):
        return float(ndtri(p))
    return float(stdtrit(max(1.0, math.floor(dof)), p))
