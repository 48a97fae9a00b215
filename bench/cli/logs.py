"""The log file beside the data: what happened in which process, with tracebacks."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

NAME = "bench.log"
LARGEST_BYTES = 10_000_000
"""At the next start a log larger than this becomes `bench.log.1`."""

_current: Path | None = None


def current() -> Path | None:
    """The log file of this process, None where none could be opened."""
    return _current


def keep_off_the_terminal() -> None:
    """Without a log file, records vanish instead of landing on stderr: what people must read is printed."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def start(data: Path, *, debug: bool = False) -> Path | None:
    """Log to `data`/bench.log from now on. A folder that cannot be written costs the log, not the command."""
    global _current  # noqa: PLW0603 - one log a process
    path = data / NAME
    try:
        data.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError, PermissionError):  # Windows: another process has it open
            if path.stat().st_size > LARGEST_BYTES:
                path.replace(path.with_name(f"{NAME}.1"))
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return None
    handler.setFormatter(
        _WallTime("%(asctime)s %(process)d %(threadName)s %(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    stop()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    _current = path
    return path


def stop() -> None:
    """Close the log of this process, if there is one."""
    global _current  # noqa: PLW0603
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler.formatter, _WallTime):
            root.removeHandler(handler)
            handler.close()
            root.setLevel(logging.WARNING)  # as Python starts with
    _current = None


class _WallTime(logging.Formatter):
    """Stamps lines with the PC's time: a record's own follows the bench clock in simulation."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """ISO 8601, UTC, milliseconds."""
        from bench.core import wall

        return wall.utc().isoformat(timespec="milliseconds")
