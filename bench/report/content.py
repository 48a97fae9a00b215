"""What a report says about one run, gathered from its folder: plain texts and rows, ready to be laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.core.uncertainty import Component, Result
from bench.report import numbers, pictures
from bench.report.lineage import OriginBlock, origin_block
from bench.runs.estimate import format_duration
from bench.runs.storage import history
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.journal import Entry
from bench.runs.storage.reading import read_table
from bench.runs.storage.tables import RowTable

ROWS_SHOWN = 60
"""Longer tables are cut; the whole one lies in the run folder."""
NOTABLE = ("warning", "error", "note", "abort", "safe", "torn", "attempt", "operator")
"""Kinds of journal lines (or how they begin) that a reader of the report should see."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ResultRow:
    """One result as it is printed, with the lines of its budget."""

    name: str
    value: str
    relative: str
    k: str
    dof: str
    flags: tuple[str, ...]
    budget: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TableBlock:
    """A table of the analysis: headers, rows as printed, and how many rows were left out."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


@dataclass(frozen=True)
class RunContent:
    """Everything about one run that the page shows."""

    run_id: str
    id: str
    procedure: str
    sample_name: str
    status: str
    reason: str
    safe: str
    simulated: bool
    seed: int | None
    times: str
    rows: int
    results: tuple[ResultRow, ...]
    figures: tuple[pictures.Picture, ...]
    tables: tuple[TableBlock, ...]
    origin: OriginBlock | None
    sample: Pairs
    instruments: tuple[tuple[str, Pairs], ...]
    parameters: Pairs
    counts: Pairs
    notable: tuple[tuple[str, str, str], ...]
    checks: tuple[str, ...]
    provenance: Pairs


def content_of(folder: RunFolder) -> RunContent:
    """Read a run folder. Raises StorageError where a file that is there cannot be read."""
    info, end, entries = folder.info, folder.end(), folder.entries()
    sample = info.get("sample") or {}
    return RunContent(
        run_id=folder.path.name,
        id=info.get("id", ""),
        procedure=info.get("procedure", ""),
        sample_name=sample.get("name", ""),
        status=end["status"],
        reason=end["reason"] or "",
        safe=end["safe"] or "",
        simulated=bool(info.get("simulated")),
        seed=info.get("seed"),
        times=_times(info, history.attempt_of(entries)),
        rows=len(folder.table().valid()),
        results=tuple(_result_row(name, result) for name, result in folder.results().items()),
        figures=tuple(pictures.embedded(folder.figures())),
        tables=tuple(_table_block(name, path) for name, path in folder.tables().items()),
        origin=origin_block(folder),
        sample=tuple(flat(sample)),
        instruments=tuple(
            (name, tuple(flat(about if isinstance(about, Mapping) else {"": about})))
            for name, about in (info.get("instruments") or {}).items()
        ),
        parameters=tuple(_parameters(info)),
        counts=tuple((kind, str(count)) for kind, count in Counter(e.kind for e in entries).most_common()),
        notable=tuple(line_of(entry) for entry in entries if entry.kind.startswith(NOTABLE)),
        checks=tuple(folder.verify()),
        provenance=tuple(_provenance(folder)),
    )


def line_of(entry: Entry) -> tuple[str, str, str]:
    """A line of the journal as (when, kind, what)."""
    when = f"{entry.time_s:.1f} s" if entry.time_s is not None else entry.utc[11:19]
    facts = {key: value for key, value in entry.facts.items() if key != "traceback"}  # for the log
    told = "; ".join(f"{key}: {text}" if key else text for key, text in flat(facts))
    return when, entry.kind, " ".join(told.split())


def flat(value: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Nested tables as pairs of a dotted name and a text; empty entries are left out."""
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, Mapping) and item.keys() >= {"value", "u", "unit"}:
            yield name, numbers.declared(item["value"], item["u"], item["unit"])
        elif isinstance(item, Mapping) and item.keys() >= {"low", "high", "unit"}:
            source = f" ({item['source']})" if item.get("source") else ""
            yield name, f"{item['low']:.6g} to {item['high']:.6g} {item['unit']}{source}"
        elif isinstance(item, Mapping):
            yield from flat(item, f"{name}.")
        elif isinstance(item, list) and item and isinstance(item[0], Mapping):
            for index, part in enumerate(item):
                place = "." if len(item) == 1 and "id" not in part else f".{part.get('id', index + 1)}."
                yield from flat(part, f"{name}{place}")
        elif isinstance(item, list):
            yield name, ", ".join(_text(part) for part in item)
        elif item is not None and item != "":
            yield name, _text(item)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _parameters(info: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    units = (info.get("details") or {}).get("parameter_units") or {}
    for name, text in flat(info.get("parameters") or {}):
        yield name, f"{text} {units.get(name) or ''}".strip()


def _result_row(name: str, result: Result) -> ResultRow:
    entry = result.as_json()
    relative = ""
    if result.value is not None and result.U is not None:
        relative = numbers.relative(result.U, result.value)
    return ResultRow(
        name=name.replace("_", " "),
        value=numbers.result(entry),
        relative=relative,
        k="" if result.k is None else f"{result.k:.2f}",
        dof="" if result.dof is None else (f"{entry['dof']:.0f}" if entry["dof"] is not None else "∞"),
        flags=result.flags,
        budget=tuple(_budget_line(part, result) for part in result.budget),
    )


def _budget_line(part: Component, result: Result) -> tuple[str, ...]:
    share = (part.contribution / result.u) ** 2 if result.u else 0.0
    dof = "∞" if part.dof == float("inf") else f"{part.dof:.0f}"
    return (
        part.name,
        f"{numbers.number(part.u, 2)} {numbers.printed_unit(part.unit)}".strip(),
        f"{numbers.number(part.contribution, 2)} {numbers.printed_unit(result.unit)}".strip(),
        f"{100 * share:.1f} %",
        part.kind,
        part.distribution,
        dof,
        part.note,
    )


def _table_block(name: str, path: Path) -> TableBlock:
    table: RowTable = read_table(path)
    rows = [tuple("" if cell is None else _text(cell) for cell in row.values()) for row in table.rows()]
    headers = tuple(column.header for column in table.columns)
    return TableBlock(
        name.replace("_", " "), headers, tuple(rows[:ROWS_SHOWN]), max(0, len(rows) - ROWS_SHOWN)
    )


def _times(info: Mapping[str, Any], attempts: int) -> str:
    """The clock is noted anew by each attempt, so after a cut its span is that of the last one."""
    started = str(info.get("started") or "")[:19].replace("T", " ")
    clock = info.get("clock") or {}
    text = f"{started} UTC" if started else "never started"
    if clock.get("end_s") is not None:
        took = format_duration(clock["end_s"] - clock["start_s"])
        of = f"the last of {attempts} attempts took " if attempts > 1 else ""
        text += f", {of}{took}{' of simulated time' if info.get('simulated') else ''}"
    elif info.get("ended"):
        seconds = datetime.fromisoformat(info["ended"]) - datetime.fromisoformat(info["started"])
        text += f", {format_duration(seconds.total_seconds())}"
    return text


def _provenance(folder: RunFolder) -> Iterable[tuple[str, str]]:
    info = folder.info
    yield "run", folder.path.name
    for key in ("station", "world", "seed", "by", "roles", "fixtures", "versions", "details"):
        value = info.get(key)
        if isinstance(value, Mapping):
            value = {name: item for name, item in value.items() if name != "parameter_units"}
        if value is not None:
            yield from flat({key: value})
    for name, key in (("sha256 of data.csv", "sha256"), ("rows in data.csv", "rows")):
        if info.get(key) is not None:
            yield name, str(info[key])
    journal = info.get("journal")
    if isinstance(journal, Mapping):
        yield "journal", f"{journal['lines']} lines, chain ends in {journal['sha256']}"


def try_content_of(folder: RunFolder) -> RunContent | StorageError:
    """For a page about many runs: a damaged folder is an entry of its own, not the end of the page."""
    try:
        return content_of(folder)
    except StorageError as error:
        return error
