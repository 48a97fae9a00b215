"""From a request to a checked plan: with the station and the samples of the service, and no others.

A request becomes the queue file that a person would have written, in a folder of its own, so that it is
checked by the very same rules and every mistake has its place.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from bench.core.errors import ConfigError, Problem
from bench.core.files import TomlDocument, read_toml
from bench.runs.planning.queue import load_queue
from bench.service.models.queue import MOST_RUNS, QueueText, RunAsked

if TYPE_CHECKING:
    from bench.runs.planning.plan import Plan
    from bench.service.room import Room

_LINE = re.compile(r" \(line \d+\)$")


def plan_asked(asked: QueueText, room: Room) -> Plan:
    """The plan, checked against what the service was started with. Raises ConfigError with every problem."""
    text = _text(asked)
    with tempfile.TemporaryDirectory(prefix="bench-asked-") as folder:
        path = Path(folder) / asked.name
        path.write_text(text, "utf-8", errors="surrogatepass")
        document = read_toml(path)
        foreign = [*_foreign(document, room), *_too_many(document)]
        if foreign:  # no path that came with a request is ever opened
            raise ConfigError(foreign)
        try:
            return load_queue(
                path,
                station_path=room.station.path,
                samples_path=room.settings.samples,
                data_dir=room.data_dir,
            )
        except ConfigError as error:
            raise ConfigError(error.problems if asked.text else map(_without_line, error.problems)) from None


def _text(asked: QueueText) -> str:
    if (asked.text is None) == (asked.runs is None):
        raise ConfigError([Problem(asked.name, "give the text of a queue file, or runs", "one of both")])
    if asked.text is None:
        return _toml([_table(run) for run in asked.runs or ()], asked.defaults)
    if asked.defaults:
        raise ConfigError([Problem("defaults", "a text has its own", "leave them out")])
    return asked.text


def _table(run: RunAsked) -> dict[str, Any]:
    """As it would stand in a file: without what was left out."""
    return run.model_dump(exclude_unset=True, exclude_none=True)


def _toml(runs: list[dict[str, Any]], defaults: Mapping[str, Any]) -> str:
    lines = [f"defaults = {_value(defaults)}"] if defaults else []
    return "\n".join([*lines, f"runs = {_value(runs)}", ""])


def _value(value: Any) -> str:
    """A value that came as JSON, in TOML on one line; what is null is left out, for TOML has none."""
    if isinstance(value, Mapping):
        pairs = (f"{_value(str(key))} = {_value(one)}" for key, one in value.items() if one is not None)
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value if one is not None) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _without_line(problem: Problem) -> Problem:
    """Who sent runs has seen no line."""
    return replace(problem, place=_LINE.sub("", problem.place))


def _too_many(document: TomlDocument) -> Iterator[Problem]:
    runs = document.get(("runs",))
    if isinstance(runs, list) and len(runs) > MOST_RUNS:
        yield document.problem((), f"more than {MOST_RUNS} runs", "submit them in parts")


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
