"""Analyses the stored rows once more, and compares what comes out with result.json and its tables."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.runs.analysing import analysed, stored_procedure
from bench.runs.storage.files import StorageError, refused
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import versions
from bench.runs.storage.resultfile import NAME, write_analysis

OTHER_SOFTWARE = 1e-9
"""Relative difference that is put down to another version of Python or numpy. With the same versions the
analysis must give the very same numbers."""
_MOST = 20


@dataclass
class Compared:
    """`skipped` says why nothing was compared; `differences` are empty where the result follows."""

    skipped: str = ""
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compare_result(folder: RunFolder, procedures: Mapping[str, str]) -> Compared:
    """Raises StorageError where the folder cannot be read."""
    if not (folder.path / NAME).exists():
        return Compared(differences=[f"{NAME} is missing, though the run is done"])
    try:
        procedure = stored_procedure(folder, procedures)
    except BenchError as error:
        return Compared(skipped=f"its procedure cannot be loaded: {error.what}")
    except Exception as error:  # whatever its constructor raises for parameters of an earlier version
        return Compared(skipped=f"its procedure cannot be made: {type(error).__name__}: {error}")
    if procedure is None or (folder.status != "done" and procedure.analyse_when != "recorded"):
        why = f"the run is {folder.status}" if procedure else "a procedure of stock pymeasure has no analysis"
        return Compared(skipped=why)
    try:
        analysis = analysed(procedure, folder.record())
    except StorageError:
        raise
    except Exception as error:
        return Compared(differences=[f"the analysis fails now: {type(error).__name__}: {error}"])
    with tempfile.TemporaryDirectory() as name:
        again = Path(name)
        write_analysis(again, analysis, {})
        return _compared(folder, again)


def _compared(folder: RunFolder, again: Path) -> Compared:
    before = _document(folder.path / NAME)
    now = _document(again / NAME)
    changed = _changed_versions(folder)
    slack = OTHER_SOFTWARE if changed else 0.0
    found = Compared()
    for part in ("results", "budgets"):
        found.differences += _differences(before.get(part), now.get(part), part, slack)
    tables, tables_now = before.get("tables", {}), now.get("tables", {})
    if tables != tables_now:
        found.differences.append(f"tables: {sorted(tables)} then, {sorted(tables_now)} now")
    elif not changed:
        found.differences += [
            f"table '{name}': the file is not what the analysis writes"
            for name, file in tables.items()
            if _bytes(folder.path / file) != _bytes(again / file)
        ]
    found.differences = found.differences[:_MOST]
    found.notes = [f"{len(now['results'])} results, {len(tables)} tables, each number the same"]
    if changed:
        found.notes = [
            f"within {OTHER_SOFTWARE:g} of the results; tables not compared, the software differs: "
            + ", ".join(changed)
        ]
    return found


def _changed_versions(folder: RunFolder) -> list[str]:
    """What of the software that numbers depend on is another than when the run was made."""
    then, now = folder.info.get("versions", {}), versions()
    return [
        f"{name} {then.get(name)} then, {now.get(name)} now"
        for name in ("python", "numpy", "qms-bench")
        if then.get(name) != now.get(name)
    ]


def _differences(before: Any, now: Any, place: str, slack: float) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*before, *now)):
            if (key in before) != (key in now):
                yield f"{place}.{key} is only there {'in the file' if key in before else 'now'}"
            else:
                yield from _differences(before[key], now[key], f"{place}.{key}", slack)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for index, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _differences(one, other, f"{place}[{index}]", slack)
    elif not _same(before, now, slack):
        yield f"{place}: {before!r} in the file, {now!r} from the rows"


def _same(before: Any, now: Any, slack: float) -> bool:
    if slack and isinstance(before, float) and isinstance(now, float):
        return math.isclose(before, now, rel_tol=slack)
    return bool(before == now) and isinstance(before, bool) == isinstance(now, bool)


def _document(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(_bytes(path))
    except ValueError as error:
        raise StorageError(f"{path} is damaged: {error}", path=path) from None
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refused(error, path, "reading") from error
