"""A form from a procedure's schema: fields in groups, what is typed in them, and what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.service.models.base import ProblemLine
from bench.service.models.queue import RunAsked
from bench.service.models.station import Instrument, ParameterInfo, ProcedureInfo
from gui.logic.wording import quantity_text, typed_duration

SPECIMEN, DRIVE, TIMING, METHOD, FURTHER = "Specimen", "Levels and limits", "Timing", "Method", "Optional"
GROUPS = (SPECIMEN, DRIVE, TIMING, METHOD, FURTHER)
_PLACE = re.compile(r"runs\[0\]\.(?:parameters\.)?([A-Za-z_]\w*)")
_SPECIMEN_WORDS = ("pellet", "electrode", "cell", "sample")


@dataclass(frozen=True)
class Field:
    """One line of the form. `hint` says what is allowed, `default` is the text of the default."""

    info: ParameterInfo
    group: str
    default: str
    hint: str

    @property
    def name(self) -> str:
        """The key in a queue file."""
        return self.info.name


def fields_of(procedure: ProcedureInfo, instruments: Sequence[Instrument] = ()) -> list[Field]:
    """In the order of the groups, the sample first, and within a group as the procedure lists them."""
    found = [
        Field(info, group_of(info), default_text(info), hint_of(info, procedure, instruments))
        for info in procedure.parameters
    ]
    return sorted(found, key=lambda field: (GROUPS.index(field.group), field.info.kind != "sample"))


def group_of(info: ParameterInfo) -> str:
    """Which group a parameter belongs to, from what the schema says of it."""
    if info.kind == "sample" or info.name.rstrip("s") in _SPECIMEN_WORDS:
        return SPECIMEN
    if info.optional and info.default is None:
        return FURTHER
    if info.unit in ("s", "min", "h"):
        return TIMING
    if info.limited_by or info.kind == "quantity":
        return DRIVE
    return METHOD


def default_text(info: ParameterInfo) -> str:
    """The default as one would type it."""
    value = info.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"{one:.12g}" for one in value)
    if info.kind == "quantity" and isinstance(value, int | float):
        return typed(float(value), info.unit or "")
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def typed(value: float, unit: str) -> str:
    """A quantity as one would type it: "10 mA", "1 d", "296.15 K"."""
    return typed_duration(value) if unit == "s" else quantity_text(value, unit, digits=12).replace("Ω", "ohm")


def hint_of(info: ParameterInfo, procedure: ProcedureInfo, instruments: Sequence[Instrument]) -> str:
    """What may be typed: the range, narrowed by what the station allows whoever plays the role."""
    low, high = info.minimum, info.maximum
    station = ""
    if info.limited_by:
        role, quantity = info.limited_by[0], info.limited_by[1]
        players = procedure.candidates.get(role, [])
        limits = [
            one.limits[quantity] for one in instruments if one.name in players and quantity in one.limits
        ]
        tightest = min((limit.high for limit in limits if limit.high is not None), default=math.inf)
        if high is None or tightest < high:
            high, station = (tightest, " (station)") if math.isfinite(tightest) else (high, "")
    unit = info.unit or ""
    if low is not None and high is not None:
        return f"{typed(low, unit)} … {typed(high, unit)}{station}"
    if high is not None:
        return f"up to {typed(high, unit)}{station}"
    if low is not None:
        return f"from {typed(low, unit)}"
    return f"in {unit}" if unit else ""


def shown(field: Field, texts: Mapping[str, str], fields: Mapping[str, Field]) -> bool:
    """Whether a field matters, given what stands in the others."""
    for other, wanted in field.info.shown_if.items():
        if other not in fields:
            continue
        is_now = value_of(fields[other], texts.get(other, fields[other].default))
        if is_now != wanted and is_now not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def value_of(field: Field, text: str) -> Any:
    """What is typed, as a queue file holds it; None for nothing.

    What makes no sense stays text, and the service says what is wrong with it.
    """
    text, info = text.strip(), field.info
    if not text:
        return None if info.kind != "text" else ""
    if info.kind == "flag":
        return text.casefold() in ("yes", "true", "on", "1")
    if info.kind == "choice":
        return next((one for one in info.choices or [] if str(one) == text), text)
    if info.kind == "vector":
        parts = [_number(part) for part in re.split(r"[,;]\s*|\s+", text.strip("[] "))]
        return parts if all(not isinstance(part, str) for part in parts) else text
    if info.kind in ("quantity", "number", "integer"):
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if math.isfinite(number) else text
    return text


def run_asked(
    procedure: ProcedureInfo, fields: Sequence[Field], texts: Mapping[str, str], *, id_: str, notes: str = ""
) -> RunAsked:
    """The run that the form describes. What stands at its default is left to the procedure."""
    by_name = {field.name: field for field in fields}
    parameters: dict[str, Any] = {}
    sample: str | None = None
    for field in fields:
        text = texts.get(field.name, field.default)
        if field.info.kind == "sample":
            sample = text.strip() or None
        elif text.strip() != field.default and shown(field, texts, by_name):
            value = value_of(field, text)
            if value is not None:
                parameters[field.name] = value
    given: dict[str, Any] = {"id": id_, "procedure": procedure.name, "parameters": parameters}
    if sample is not None:
        given["sample"] = sample
    if notes.strip():
        given["notes"] = notes.strip()
    return RunAsked(**given)


def sort_problems(
    problems: Sequence[ProblemLine], fields: Sequence[Field]
) -> tuple[dict[str, ProblemLine], list[ProblemLine]]:
    """Problems of single fields by name, and those of the run as a whole."""
    names = {field.name for field in fields} | {"id", "notes"}
    of_fields: dict[str, ProblemLine] = {}
    others: list[ProblemLine] = []
    for problem in problems:
        found = _PLACE.search(problem.place)
        if found and found[1] in names and found[1] not in of_fields:
            of_fields[found[1]] = problem
        else:
            others.append(problem)
    return of_fields, others


def free_id(wanted: str, taken: Sequence[str]) -> str:
    """An id of the form that queue files take, that nothing in the queue has: "log", "log-2", ..."""
    base = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:50] or "run"
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
