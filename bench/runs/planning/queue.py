"""A queue file becomes a checked plan, or one error that lists everything wrong, before anything starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.core.errors import ConfigError, Problem
from bench.core.files import TomlDocument, read_toml, validate
from bench.runs.planning import disk
from bench.runs.planning.order import runs_of, same_ids, wrong_order
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.planning.queue_tables import QueueFile
from bench.runs.planning.queued_run import Surroundings, plan_run
from bench.samples import SampleBook, load_samples
from bench.station import load_station
from bench.station.model import Station


@dataclass(frozen=True)
class SurveyedRun:
    """One `[[runs]]`: `id` is its own, or "runs[3]" where it has none that can be read; `run` is None if
    `problems` speak against it.
    """

    id: str
    run: PlannedRun | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Survey:
    """A queue file looked through to its end. `problems` are those of the file, its station and its samples;
    `full` says why its runs do not fit on the disk. Every run is there, also the refused ones.
    """

    document: TomlDocument
    station: Station | None
    samples: SampleBook | None
    runs: tuple[SurveyedRun, ...]
    problems: tuple[Problem, ...]
    full: Problem | None = None

    @property
    def all_problems(self) -> list[Problem]:
        """Everything wrong, in the order of the file, each once."""
        found = [*self.problems, *(problem for run in self.runs for problem in run.problems)]
        if self.full is not None:
            found.append(self.full)
        return list(dict.fromkeys(self.document.in_order(found)))


def survey_queue(
    path: Path | str,
    *,
    station_path: Path | str | None = None,
    samples_path: Path | str | None = None,
    data_dir: Path | str | None = None,
) -> Survey:
    """Look a queue file through, run by run. Imports what it needs, opens no instrument.

    Raises ConfigError only if the file cannot be read at all.
    """
    document = read_toml(path)
    _, problems = validate(QueueFile, document)
    station = _station(document, station_path, problems)
    samples, samples_known = _samples(document, samples_path, problems)
    surroundings = Surroundings(document, station, samples, samples_known)
    problems += _defaults_problems(document, station)
    among = [*same_ids(document), *wrong_order(document)]
    surveyed = []
    for index, raw in enumerate(runs_of(document)):
        run, found = plan_run(surroundings, index)
        found += [problem for other, problem in among if other == index]
        name = raw.get("id") if isinstance(raw, Mapping) else None
        surveyed.append(
            SurveyedRun(
                name if isinstance(name, str) else f"runs[{index}]", run if not found else None, tuple(found)
            )
        )
    full = None
    if data_dir is not None:
        able = [found.run for found in surveyed if found.run is not None]
        needed, rows = sum(map(disk.bytes_of, able)), sum(run.estimate.rows for run in able)
        against = disk.too_much(needed, rows, Path(data_dir))
        full = None if against is None else document.problem((), *against)
    return Survey(document, station, samples, tuple(surveyed), tuple(problems), full)


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
    survey = survey_queue(path, station_path=station_path, samples_path=samples_path, data_dir=data_dir)
    problems = survey.all_problems
    if survey.station is None or problems:
        raise ConfigError(problems)
    runs = tuple(found.run for found in survey.runs if found.run is not None)
    return Plan(survey.document.path, survey.station, survey.samples, runs)


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
        if given is None and not (document.folder / str(named)).exists():
            problems.append(_no_file(document, "station", str(named)))
            return None
        return load_station(Path(given) if given is not None else document.folder / str(named))
    except ConfigError as error:
        problems += error.problems
        return None


def _no_file(document: TomlDocument, key: str, named: str) -> Problem:
    return document.problem(
        (key,), f"there is no file '{named}'", f"the path starts where this file lies: {document.folder}"
    )


def _samples(
    document: TomlDocument, given: Path | str | None, problems: list[Problem]
) -> tuple[SampleBook | None, bool]:
    """The sample book if there is one, and whether it is known what samples there are."""
    named = document.get(("samples",))
    if given is None and not isinstance(named, str):
        return None, named is None
    try:
        if given is None and not (document.folder / str(named)).exists():
            problems.append(_no_file(document, "samples", str(named)))
            return None, False
        return load_samples(Path(given) if given is not None else document.folder / str(named)), True
    except ConfigError as error:
        problems += error.problems
        return None, False


def _defaults_problems(document: TomlDocument, station: Station | None) -> Iterator[Problem]:
    """Defaults of a procedure that no run uses are most likely a spelling mistake."""
    used = {run.get("procedure") for run in runs_of(document) if isinstance(run, Mapping)}
    for name in document.table("defaults"):
        if name not in used:
            yield document.problem(
                ("defaults", name), f"no run uses procedure '{name}'", "correct or remove it"
            )
