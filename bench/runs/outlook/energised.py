"""What a run may energise, and to which limits: the station's, the model's, and what the run asks for."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from bench.core.limits import Limit
from bench.core.roles import Load
from bench.runs.planning.plan import PlannedRun
from bench.station.model import Station


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter of the run that says how far it goes, in the unit of the limit."""

    parameter: str
    value: float


@dataclass(frozen=True, slots=True)
class LimitOf:
    """All that limits one quantity of one instrument; `layers` are the station's and the model's."""

    quantity: str
    unit: str
    layers: tuple[Limit, ...]
    asked: tuple[Asked, ...]

    @property
    def allowed(self) -> tuple[float, float] | None:
        """(low, high) that all layers allow; None if nobody limits it."""
        if not self.layers:
            return None
        return max(limit.low for limit in self.layers), min(limit.high for limit in self.layers)


@dataclass(frozen=True, slots=True)
class Use:
    """An instrument that a run holds. Without `has_output` it energises nothing."""

    name: str
    driver: str
    resource: str
    roles: tuple[str, ...]
    load: Load
    has_output: bool
    limits: tuple[LimitOf, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "limits": [_limit_json(one) for one in self.limits]}


def _limit_json(limit: LimitOf) -> dict[str, Any]:
    """A bound that is no bound is null: JSON has no infinity."""
    layers = [
        {"source": one.source, "low": _finite(one.low), "high": _finite(one.high)} for one in limit.layers
    ]
    asked = [asdict(one) for one in limit.asked]
    allowed = None if limit.allowed is None else [_finite(bound) for bound in limit.allowed]
    return {
        "quantity": limit.quantity,
        "unit": limit.unit,
        "layers": layers,
        "allowed": allowed,
        "asked": asked,
    }


def _finite(bound: float) -> float | None:
    return bound if math.isfinite(bound) else None


def uses_of(run: PlannedRun, station: Station) -> tuple[Use, ...]:
    """Every instrument of the run."""
    asked = _asked(run)
    return tuple(_use(name, run, station, asked) for name in run.instruments)


def _use(name: str, run: PlannedRun, station: Station, asked: dict[tuple[str, str], list[Asked]]) -> Use:
    entry = station.instrument(name)
    driver: Any = entry.driver_class
    limits = entry.limits.also(getattr(driver, "model_limits", {}))
    known = {quantity: limit.unit for layer in limits.layers for quantity, limit in layer.items()}
    units = getattr(driver, "limit_units", {}) or known  # a model also limits what energises nothing
    return Use(
        name=name,
        driver=entry.driver,
        resource=entry.resource,
        roles=tuple(role for role, player in run.roles.items() if player == name),
        load=entry.load,
        has_output=bool(getattr(driver, "has_output", True)),
        limits=tuple(
            LimitOf(
                quantity,
                unit,
                tuple(layer[quantity] for layer in limits.layers if quantity in layer),
                tuple(asked.get((name, quantity), ())),
            )
            for quantity, unit in units.items()
        ),
    )


def _asked(run: PlannedRun) -> dict[tuple[str, str], list[Asked]]:
    """By instrument and quantity: the parameters that declare what limits them."""
    found: dict[tuple[str, str], list[Asked]] = {}
    made = run.make()
    for name, parameter in made.parameter_objects().items():
        role, quantity = getattr(parameter, "limited_by", None) or ("", "")
        value = getattr(made, name, None)
        if role in run.roles and isinstance(value, int | float):
            found.setdefault((run.roles[role], quantity), []).append(Asked(name, float(value)))
    return found
