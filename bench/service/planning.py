"""From a request to a checked plan: with the station and the samples of the service, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from bench.core.errors import ConfigError, Problem
from bench.core.files import TomlDocument, parse_toml
from bench.runs.planning.queue import plan_document
from bench.runs.planning.queued_run import Surroundings
from bench.service.models.queue import MOST_RUNS, QueueText, RunAsked

if TYPE_CHECKING:
    from bench.runs.planning.plan import Plan
    from bench.samples import SampleBook
    from bench.service.room import Room


def plan_asked(asked: QueueText, room: Room) -> Plan:
    """The plan, checked against what the service was started with. Raises ConfigError with every problem."""
    document = _document(asked, room)
    problems = list(_foreign(document, room))
    samples: SampleBook | None = None
    try:
        samples = room.samples()
    except ConfigError as error:
        problems += error.problems
    known = room.settings.samples is None or samples is not None
    around = Surroundings(document, room.station, samples, samples_known=known)
    return plan_document(around, problems, data_dir=room.data_dir)


def _document(asked: QueueText, room: Room) -> TomlDocument:
    path = room.data_dir / "submitted" / asked.name  # for messages; no such file is read
    if (asked.text is None) == (asked.runs is None):
        raise ConfigError([Problem(asked.name, "give the text of a queue file, or runs", "one of both")])
    if asked.text is not None:
        if asked.defaults:
            raise ConfigError([Problem("defaults", "a text has its own", "leave them out")])
        document = parse_toml(path, asked.text)
        runs = document.get(("runs",))
        if isinstance(runs, list) and len(runs) > MOST_RUNS:
            raise ConfigError([Problem(asked.name, f"more than {MOST_RUNS} runs", "submit them in parts")])
        return document
    runs = [_table(run) for run in asked.runs or ()]
    return TomlDocument(path, {"runs": runs, "defaults": dict(asked.defaults)})


def _table(run: RunAsked) -> dict[str, Any]:
    """As it would stand in a file: without what was left out."""
    return run.model_dump(exclude_unset=True, exclude_none=True)


def _foreign(document: TomlDocument, room: Room) -> Iterator[Problem]:
    """A text may repeat the names of the files that the service works with, and name no other."""
    ours: dict[str, Path | None] = {"station": room.station.path, "samples": room.settings.samples}
    for key, path in ours.items():
        named = document.get((key,))
        if isinstance(named, str) and (path is None or _name(named) != path.name):
            works = "no samples file" if path is None else f"'{path.name}'"
            yield document.problem(
                (key,),
                f"'{named[:100]}' is not what this service works with: {works}",
                f"leave {key} out, or start a service for that file",
            )


def _name(text: str) -> str:
    return PurePosixPath(PureWindowsPath(text).as_posix()).name
