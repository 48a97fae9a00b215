"""The report of a check-up that a lab can send: JSON for programs, text for people, the traffic beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.core.traffic import Exchange, RecordingWriter
from bench.station.checkup.check import Check, CheckUp, Notebook

ARROWS = {"write": "->", "read": "<-", "clear": "clear"}


def as_json(result: CheckUp) -> dict[str, Any]:
    """Everything, with each exchange as it stands in a recording."""
    header = result.header
    identity = _identity(result)
    return {
        "ok": result.ok,
        "safe": result.unsafe is None,
        "started": result.started,
        "instrument": {**header.as_json(), "identity": identity},
        "checks": [
            {
                "phase": check.phase,
                "check": check.name,
                "verdict": check.verdict,
                "detail": check.detail,
                "remedy": check.remedy or None,
                "attempts": check.attempts,
                "exchanges": [exchange.as_json(header.instrument) for exchange in check.exchanges],
            }
            for check in result.checks
        ],
        "left_changed": {
            name: {"before": repr(before), "after": repr(after)}
            for name, (before, after) in result.left_changed.items()
        },
    }


def as_text(result: CheckUp) -> str:
    """The same to read, with what was sent and received under each check that did not go well at once."""
    header = result.header
    lines = [
        f"Check of {header.instrument}: driver {header.driver} at {header.resource}",
        f"SIMULATED instrument, {result.started}" if header.simulated else f"{result.started}",
        f"identity: {_identity(result) or 'none'}",
        *(f"{name}: {version}" for name, version in header.versions.items()),
        "",
    ]
    for check in result.checks:
        lines += line_of(check)
    lines += ["", summary(result)]
    return "\n".join(lines) + "\n"


def line_of(check: Check) -> list[str]:
    """A check as lines of text."""
    again = f"  (sent {check.attempts} times)" if check.attempts > 1 and check.phase == "reading" else ""
    lines = [f"{check.verdict:<8}{check.phase:<12} {check.name}: {check.detail}{again}"]
    if check.remedy:
        lines.append(f"{'':<8}what to do: {check.remedy}")
    if check.verdict == "failed" or again:
        lines += [f"{'':<10}{_told(exchange)}" for exchange in check.exchanges]
    return lines


def summary(result: CheckUp) -> str:
    """The last line."""
    counts = ", ".join(f"{result.count(verdict)} {verdict}" for verdict in ("ok", "failed", "skipped"))
    safe = "" if result.unsafe is None else f" NOT SAFE: {result.unsafe}"
    return f"{counts}.{safe}"


def write_report(result: CheckUp, notebook: Notebook, path: Path) -> tuple[Path, Path, Path]:
    """Write PATH.json, PATH.txt and PATH.jsonl (the recording). Raises BenchError if that fails."""
    stem = path.with_suffix("") if path.suffix in (".json", ".txt", ".jsonl") else path
    places = tuple(stem.with_name(f"{stem.name}{ending}") for ending in (".json", ".txt", ".jsonl"))
    try:
        places[0].write_text(json.dumps(as_json(result), indent=2, allow_nan=False) + "\n", encoding="utf-8")
        places[1].write_text(as_text(result), encoding="utf-8")
        recording = RecordingWriter(places[2], result.header)
        for exchange in notebook.traffic:
            recording.write(exchange)
        recording.close()
    except OSError as error:
        raise BenchError(
            f"the report cannot be written: {error}",
            state="the check itself was carried out",
            remedy="name a file in a folder that exists and may be written",
        ) from error
    return places[0], places[1], places[2]


def _told(exchange: Exchange) -> str:
    said = exchange.error if exchange.fault is not None else ascii(exchange.data or "")
    return f"{ARROWS[exchange.operation]} {said}" if exchange.operation != "clear" else "clear"


def _identity(result: CheckUp) -> str | None:
    for check in result.checks:
        if check.name == "identity":
            replies = [e.data for e in check.exchanges if e.operation == "read" and e.data is not None]
            return replies[-1] if replies else None
    return None
