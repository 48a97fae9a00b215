"""Reads a recording back; whatever is wrong with it is told with the number of the line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.core.traffic.exchange import Exchange, Header


class RecordingError(BenchError):
    """A recording cannot be read, or does not go on as the driver does."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording; `exchanges` begin in line FIRST_LINE of the file."""

    path: Path
    header: Header
    exchanges: tuple[Exchange, ...]

    FIRST_LINE = 2

    def numbered(self) -> Iterator[tuple[int, Exchange]]:
        """Each exchange with its line in the file."""
        return enumerate(self.exchanges, self.FIRST_LINE)


def read_recording(path: Path) -> Recording:
    """The recording in this file. Raises RecordingError naming file and line.

    A last line without its end, as a power cut leaves it, is left out.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(
            f"{path} cannot be read: {error}", remedy="give the file that was recorded"
        ) from error
    lines = text.split("\n")[:-1]
    if not lines:
        raise RecordingError(f"{path} holds no complete line", remedy="record again")
    header = _parsed(path, 1, lines[0], Header.from_json)
    exchanges = tuple(
        _parsed(path, number, line, Exchange.from_json)
        for number, line in enumerate(lines[1:], Recording.FIRST_LINE)
    )
    return Recording(path, header, exchanges)


def _parsed(path: Path, number: int, line: str, parse: Any) -> Any:
    try:
        found = json.loads(line)
        if not isinstance(found, dict):
            raise ValueError("is not an object")
        return parse(found)
    except (ValueError, KeyError, TypeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise RecordingError(
            f"{path.name}, line {number}: {what}",
            remedy="a recording is what `bench run --record` or `bench doctor --hardware --report` wrote",
        ) from error
