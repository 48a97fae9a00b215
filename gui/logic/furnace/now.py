"""Everything that a furnace's tile says, in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.core.soak import Soak
from bench.service.models.queue import QueueItem
from bench.service.models.runs import RunInFull
from gui.logic.furnace.columns import TEMPERATURES, others, warnings
from gui.logic.furnace.programme import HEATING, hour_text, left_text, programmer_sign, segment_text
from gui.logic.furnace.soaking import soak_text
from gui.logic.series import RunSeries
from gui.logic.states import GOES_ON, Sign, run_sign, status_sign
from gui.logic.wording import NOTHING, duration_text, quantity_text

KEPT = "goes on without this PC (kept)"


@dataclass(frozen=True)
class Noted:
    """Something that happened: the instant (UTC, of the bench's clock), its hour in words, and what."""

    utc: str
    hour: str
    text: str


@dataclass(frozen=True)
class FurnaceNow:
    """`temperatures` by column; `others` are name and value; `notes` are the newest first.

    `warning`: what went wrong, and flags that are set; it is not repeated in `notes`.
    """

    sign: Sign
    heading: str
    temperatures: dict[str, str]
    output: str
    others: list[tuple[str, str]]
    segment: str
    left: str
    soak: str
    kept: str
    warning: str
    notes: list[Noted]


def furnace_now(
    run: RunInFull,
    series: RunSeries,
    item: QueueItem | None,
    soak: Soak | None,
    clock_utc: str,
    *,
    simulated: bool,
) -> FurnaceNow:
    """From what was heard of the run. `item` is its place in the queue while it has one that is open."""
    facts, state = run.facts, series.text("State")
    going = item is not None and item.state in GOES_ON
    number = int(_number(series, "Segment") or 0)
    recipe = facts.get("recipe") or {}
    units = {column.name: column.unit for column in run.columns}
    raised = [name for name in warnings(run.columns) if series.last(name) == 1.0]
    why = run.reason if run.status == "failed" and not going else str(facts.get("failure") or "")
    notes = notes_of(facts, simulated=simulated)
    when = next((f"{one.hour}  " for one in notes if one.text == why), "")
    how = f" · {run.status}: {run.reason}" if run.reason and not going and not why else ""
    return FurnaceNow(
        sign=_sign(run, item, facts, state, number),
        heading=f"{run.procedure} · {run.id}" + (f" · run #{item.key}" if item else "") + how,
        temperatures={name: _degrees(_number(series, name)) for name in TEMPERATURES if name in units},
        output=quantity_text(_number(series, "Output"), "%", 3),
        others=[
            (one.name, quantity_text(_number(series, one.name), one.unit, 4))
            for one in others(run.columns, series.has_numbers)
        ],
        segment=segment_text(facts, number) if going else "",
        left=left_text(state, _number(series, "Programme left"), clock_utc, simulated=simulated)
        if going
        else "",
        soak=soak_text(soak, recipe),
        kept=_kept(item, facts, state),
        warning=" · ".join(part for part in (when + why, ", ".join(raised)) if part),
        notes=[one for one in notes if one.text != why],
    )


def notes_of(facts: Mapping[str, Any], *, simulated: bool) -> list[Noted]:
    """Events and gaps of the record, the newest first."""
    found = [(str(one["utc"]), str(one["text"])) for one in facts.get("events") or []]
    for gap in facts.get("gaps") or []:
        again = "found again: " if gap["why"] == "the bench was lost" else ""
        text = f"{again}{duration_text(float(gap['seconds']))} were not recorded, {gap['why']}"
        found.append((str(gap["until"]), text))
    return [
        Noted(utc, hour_text(utc, simulated=simulated), text) for utc, text in sorted(found, reverse=True)
    ]


def _sign(run: RunInFull, item: QueueItem | None, facts: Mapping[str, Any], state: str, number: int) -> Sign:
    if item is None:
        return status_sign(run.status)
    plain = item.state == "running" and not item.steps and item.safe != "failed"
    return programmer_sign(facts, state, number) if plain and state else run_sign(item)


def _kept(item: QueueItem | None, facts: Mapping[str, Any], state: str) -> str:
    """Only where it was verified that the controller can be left alone, and while its programme goes on."""
    if item is None or item.on_host_loss != "keep" or item.safe in ("verified", "failed"):
        return ""
    guard = facts.get("guard") or {}
    return KEPT if guard.get("verified") and state in HEATING else ""


def _number(series: RunSeries, name: str) -> float | None:
    value = series.last(name)
    return None if value is None or math.isnan(value) else value


def _degrees(value: float | None) -> str:
    """To a tenth: a thermocouple is no better, and a number that flickers is not read."""
    return NOTHING if value is None else f"{value:.1f} °C"
