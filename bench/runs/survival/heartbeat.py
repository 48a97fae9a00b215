"""The heartbeat of an owner: written every second, and how long somebody who watches has not seen it beat."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from pathlib import Path

from bench.core import wall
from bench.runs.storage.files import refused
from bench.runs.survival.process import ProcessIdentity
from bench.runs.survival.record import HEARTBEAT

BEAT_S = 1.0
_LENGTH = 160
"""Always as long, so that a beat overwrites the last one in place and needs no space on a full disk."""
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Heart:
    """Beats in a thread of its own, until `stop` or the end of the whole process.

    A procedure that hangs does not stop it; a process that is stopped, swapped out or dead does.
    """

    def __init__(self, data_dir: Path) -> None:
        """Begin, with the first beat before this returns. Raises StorageError."""
        self._path = data_dir / HEARTBEAT
        self._who = ProcessIdentity.own()
        self._beats = 0
        try:
            self._descriptor = os.open(self._path, _FLAGS, 0o666)
        except OSError as error:
            raise refused(error, self._path, "opening") from error
        self._stop = threading.Event()
        self._beat()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The last beat was the last one; twice is allowed."""
        self._stop.set()
        self._thread.join()
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _run(self) -> None:
        while not wall.wait(self._stop, BEAT_S):
            self._beat()

    def _beat(self) -> None:
        self._beats += 1
        line = json.dumps({"pid": self._who.pid, "started": self._who.started, "beat": self._beats})
        with contextlib.suppress(OSError):  # whoever watches sees that it stopped; the next may go well
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, line.ljust(_LENGTH - 1).encode() + b"\n")


class Pulse:
    """What somebody who looks now and then knows of a heart.

    Only time that the watcher itself was awake counts, and no date is compared: neither a clock that is set
    nor a computer that slept makes a heart look still.
    """

    def __init__(self, data_dir: Path, longest_step_s: float) -> None:
        """`longest_step_s`: more than this between two looks, and the watcher itself was asleep."""
        self._path = data_dir / HEARTBEAT
        self._longest_step_s = longest_step_s
        self._seen: tuple[int, bytes] | None = None
        self._looked = wall.now()
        self.silent_s = 0.0
        self.beats = 0
        """How many were seen, besides what was there at the first look."""

    def look(self) -> float:
        """For how many seconds it has not beaten, as far as was seen."""
        now = wall.now()
        step, self._looked = now - self._looked, now
        seen = self._read()
        if seen != self._seen:
            self.beats += self._seen is not None
            self._seen, self.silent_s = seen, 0.0
        else:
            self.silent_s += min(step, self._longest_step_s)
        return self.silent_s

    def _read(self) -> tuple[int, bytes] | None:
        try:
            return self._path.stat().st_mtime_ns, self._path.read_bytes()
        except OSError:
            return None
