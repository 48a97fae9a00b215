"""What the guard saw and did: said to who listens, and kept in `guard.jsonl`, a chained journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.runs.storage.files import StorageError
from bench.runs.storage.journal import Journal

FILE = "guard.jsonl"


class GuardLog:
    """Opened with its first line. A disk that takes no line costs the line, never the guard."""

    def __init__(self, data_dir: Path, say: Callable[[str], None]) -> None:
        self._path = data_dir / FILE
        self._say = say
        self._journal: Journal | None = None
        self._broken = False

    def note(self, kind: str, text: str, *, aloud: bool = True, **facts: Any) -> None:
        """A line of the journal; `aloud` also to the person."""
        if aloud:
            self._say(text)
        if self._broken:
            return
        try:
            if self._journal is None:
                self._journal = Journal(self._path)
            self._journal.append(kind, text=text, **facts)
        except (StorageError, ValueError) as error:
            self._broken = True
            self._say(f"The guard goes on without its journal: {error}")

    def close(self) -> None:
        """The last line was written."""
        if self._journal is None:
            return
        try:
            self._journal.close()
        except StorageError as error:
            self._say(f"The last lines of {self._path} may not survive a power cut: {error}")
