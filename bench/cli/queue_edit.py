"""What `bench queue edit` changes in a queued run, checked as a queue file is."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from bench.runs.queue.item import Item


def changed(
    item: Item,
    settings: Sequence[str],
    *,
    sample: str | None,
    priority: int | None,
    not_before: str | None,
) -> dict[str, Any]:
    """The fields to change. Raises ConfigError with everything that is wrong with the changed run."""
    changes: dict[str, Any] = {}
    if priority is not None:
        changes["priority"] = priority
    if not_before is not None:
        changes["not_before"] = None if not_before == "none" else _time(not_before)
    if settings or sample is not None:
        changes |= _spec(item, settings, sample)
    if not changes:
        raise typer.BadParameter("say what to change", param_hint="--set, --sample, --priority, --not-before")
    return changes


def _spec(item: Item, settings: Sequence[str], sample: str | None) -> dict[str, Any]:
    from bench.core.errors import ConfigError
    from bench.runs.planning.items import plan_item
    from bench.samples import load_samples
    from bench.station import load_station

    spec = dict(item.spec)
    spec["parameters"] = {**spec.get("parameters", {}), **dict(_setting(text) for text in settings)}
    if sample is not None:
        spec["sample"] = sample
    station = load_station(Path(item.station))
    samples = None if item.samples is None else load_samples(Path(item.samples))
    run, problems = plan_item(replace(item, spec=spec), station, samples)
    if run is None:
        raise ConfigError(problems)
    return {
        "spec": spec,
        "resources": [
            {"kind": one.kind, "name": one.name, "channel": one.channel} for one in sorted(run.resources)
        ],
        "instruments": list(run.instruments),
        "duration_s": run.estimate.duration_s,
        "rows": run.estimate.rows,
    }


def _setting(text: str) -> tuple[str, Any]:
    """NAME=VALUE; the value as in a queue file, where text may go without its quotes."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--set")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()


def _time(text: str) -> str:
    from bench.runs.planning.queue_tables import utc_text

    try:
        return utc_text(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r}: {error}; write it with its zone, such as 2026-01-31T08:00:00Z",
            param_hint="--not-before",
        ) from None
