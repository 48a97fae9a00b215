"""/procedures: what can be run, with everything that a form needs to know."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from bench.core.errors import BenchError
from bench.runs.parameters import (
    BooleanParameter,
    FloatParameter,
    IntegerParameter,
    ListParameter,
    QuantityParameter,
    SampleParameter,
    VectorParameter,
)
from bench.runs.planning.parameter_check import sample_parameters
from bench.runs.procedure import Procedure
from bench.service.models.station import ParameterInfo, ProcedureInfo
from bench.service.room import Here, Room
from bench.service.telling import column_told
from bench.station import candidates, registry

router = APIRouter(tags=["procedures"])

_KINDS: tuple[tuple[type, str], ...] = (
    (QuantityParameter, "quantity"),
    (SampleParameter, "sample"),
    (BooleanParameter, "flag"),
    (IntegerParameter, "integer"),
    (FloatParameter, "number"),
    (VectorParameter, "vector"),
    (ListParameter, "choice"),
)


@router.get("/procedures")
def procedures(room: Here) -> list[ProcedureInfo]:
    """Every procedure that can be loaded; one that cannot is left out here and tells why by its name."""
    found = []
    for name in registry.procedures(room.station.procedures):
        try:
            found.append(_procedure(room, name))
        except BenchError:
            continue
    return found


@router.get("/procedures/{name}")
def procedure(name: str, room: Here) -> ProcedureInfo:
    """One of them. 404 if there is none, 422 if it cannot be loaded."""
    return _procedure(room, name)


def _procedure(room: Room, name: str) -> ProcedureInfo:
    entries = registry.procedures(room.station.procedures)
    entry = registry.find(entries, "procedure", name)
    found = registry.load_procedure(name, room.station.procedures)
    ours = issubclass(found, Procedure)
    if not ours:
        from bench.runs.compatibility.stock import adopt

        found = adopt(found, name)
    declared = found().parameter_objects()
    return ProcedureInfo(
        name=name,
        title=found.title or name,
        help=inspect.getdoc(found) or "",
        source=entry.source,
        roles={role: protocol.__name__ for role, protocol in found.roles.items()},
        optional_roles={role: protocol.__name__ for role, protocol in found.optional_roles.items()},
        candidates={
            role: candidates(room.station, protocol) for role, protocol in found.every_role().items()
        },
        fixtures=dict(found.fixtures),
        needs_sample=_needs_sample(declared),
        resume=found.resume,
        on_host_loss=found.on_host_loss,
        columns=[column_told(column) for column in found.columns],
        parameters=[_parameter(key, parameter) for key, parameter in declared.items()],
    )


def _needs_sample(declared: Mapping[str, Any]) -> bool:
    names = sample_parameters(declared)
    return bool(names) and not getattr(declared[names[0]], "optional", False)


def _parameter(key: str, parameter: Any) -> ParameterInfo:
    kind = next((name for type_, name in _KINDS if isinstance(parameter, type_)), "text")
    choices = getattr(parameter, "choices", None)
    limited_by = getattr(parameter, "limited_by", None)
    return ParameterInfo(
        name=key,
        title=parameter.name,
        kind=kind,
        unit=getattr(parameter, "units", None) or None,
        default=_plain(parameter.default),
        optional=bool(getattr(parameter, "optional", False)),
        minimum=_bound(getattr(parameter, "minimum", None)),
        maximum=_bound(getattr(parameter, "maximum", None)),
        choices=None if not choices else [_plain(choice) for choice in choices],
        help=parameter.description or "",
        shown_if={name: _plain(value) for name, value in parameter.group_by.items() if not callable(value)},
        limited_by=None if limited_by is None else list(limited_by),
    )


def _plain(value: Any) -> Any:
    """What a form can show."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)


def _bound(value: Any) -> float | None:
    """None for no bound; pymeasure's default for "none" is 1e9 of whatever unit."""
    if not isinstance(value, int | float) or not math.isfinite(value) or abs(value) >= 1e9:
        return None
    return float(value)
