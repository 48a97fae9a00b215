"""A queue file becomes a checked plan, or one error that lists everything wrong, before anything starts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.core.errors import ConfigError, Problem
from bench.core.files import Keys, TomlDocument, did_you_mean, read_toml, validate
from bench.runs.estimate import Estimate
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.planning.queue_tables import QueueFile
from bench.runs.planning.queued_run import Surroundings, plan_run
from bench.samples import SampleBook, load_samples
from bench.station import load_station
from bench.station.model import Station

_BYTES_PER_VALUE = 26
"""The longest repr of a float with its comma (from -2.2250738585072014e-308)."""
_BYTES_PER_RUN = 1 << 20
"""Journal, figures and the rest, with room."""


def load_queue(
    path: Path | str,
    *,
    station_path: Path | str | None = None,
    samples_path: Path | str | None = None,
    data_dir: Path | str | None = None,
) -> Plan:
    """The checked plan of a queue file. Imports the procedures and drivers it needs, opens no instrument.

    `station_path` and `samples_path` win over those in the file. With `data_dir` the disk that will hold it
    must have room for the estimated rows. Raises ConfigError with every problem of the queue, station and
    sample files.
    """
    document = read_toml(path)
    file, problems = validate(QueueFile, document)
    station = _station(document, station_path, problems)
    samples, samples_known = _samples(document, samples_path, problems)
    surroundings = Surroundings(document, station, samples, samples_known)
    problems += _defaults_problems(document, station)
    planned = []
    for index in range(len(_runs(document))):
        run, found = plan_run(surroundings, index)
        problems += found
        planned.append(run)
    problems += _same_ids(document)
    problems += _order(document)
    runs = tuple(run for run in planned if run is not None)
    if data_dir is not None:
        problems += _disk(document, runs, Path(data_dir))
    if file is None or station is None or problems:
        raise ConfigError(_once(document.in_order(problems)))
    return Plan(document.path, station, samples, runs)


def check_queue(
    path: Path | str, *, station_path: Path | str | None = None, data_dir: Path | str | None = None
) -> list[Problem]:
    """Every problem of the file and of what it names; an empty list if it can be run."""
    try:
        load_queue(path, station_path=station_path, data_dir=data_dir)
    except ConfigError as error:
        return list(error.problems)
    return []


def _station(document: TomlDocument, given: Path | str | None, problems: list[Problem]) -> Station | None:
    named = document.get(("station",))
    if given is None and not isinstance(named, str):
        if named is None:
            problems.append(
                document.problem((), "no station is named", 'add station = "station.toml", or use --station')
            )
        return None
    try:
        return load_station(Path(given) if given is not None else document.folder / str(named))
    except ConfigError as error:
        problems += error.problems
        return None


def _samples(
    document: TomlDocument, given: Path | str | None, problems: list[Problem]
) -> tuple[SampleBook | None, bool]:
    """The sample book if there is one, and whether it is known what samples there are."""
    named = document.get(("samples",))
    if given is None and not isinstance(named, str):
        return None, named is None
    try:
        return load_samples(Path(given) if given is not None else document.folder / str(named)), True
    except ConfigError as error:
        problems += error.problems
        return None, False


def _runs(document: TomlDocument) -> list[Any]:
    runs = document.get(("runs",))
    return runs if isinstance(runs, list) else []


def _defaults_problems(document: TomlDocument, station: Station | None) -> Iterator[Problem]:
    """Defaults of a procedure that no run uses are most likely a spelling mistake."""
    used = {run.get("procedure") for run in _runs(document) if isinstance(run, Mapping)}
    for name in document.table("defaults"):
        if name not in used:
            yield document.problem(
                ("defaults", name), f"no run uses procedure '{name}'", "correct or remove it"
            )


def _same_ids(document: TomlDocument) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, run in enumerate(_runs(document)):
        name = run.get("id") if isinstance(run, Mapping) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            keys: Keys = ("runs", index, "id")
            yield document.problem(
                keys, f"'{name}' is also the id of runs[{seen[name]}]", "give each its own"
            )
        else:
            seen[name] = index


def _order(document: TomlDocument) -> Iterator[Problem]:
    """Runs that come after runs there are not, or after each other."""
    runs = [run if isinstance(run, Mapping) else {} for run in _runs(document)]
    after = {
        run["id"]: [name for name in run.get("after", ()) if isinstance(name, str)]
        for run in runs
        if isinstance(run.get("id"), str) and isinstance(run.get("after", []), list)
    }
    for index, run in enumerate(runs):
        for name in after.get(str(run.get("id")), ()):
            keys: Keys = ("runs", index, "after")
            if name not in after:
                yield document.problem(keys, f"there is no run '{name}'", did_you_mean(name, after))
            elif _leads_to(after, name, str(run["id"])):
                yield document.problem(
                    keys, f"'{run['id']}' would come after itself, by '{name}'", "remove one"
                )


def _leads_to(after: Mapping[str, list[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            ahead += after.get(name, ())
    return False


def _disk(document: TomlDocument, runs: tuple[PlannedRun, ...], data_dir: Path) -> Iterator[Problem]:
    place = data_dir.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    needed = sum(_bytes(run) for run in runs)
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        yield document.problem((), f"the data folder {data_dir} cannot be looked at: {error}", "name another")
        return
    if needed > free:
        rows = sum((run.estimate for run in runs), Estimate(0.0, 0)).rows
        yield document.problem(
            (),
            f"{rows} rows need up to {needed / 1e6:.0f} MB; free for {data_dir}: {free / 1e6:.0f} MB",
            "free space, or name another data folder",
        )


def _bytes(run: PlannedRun) -> int:
    return _BYTES_PER_RUN + run.estimate.rows * _BYTES_PER_VALUE * (len(run.procedure.columns) + 1)


def _once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
