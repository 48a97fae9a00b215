"""The guard: watches the owner of a data folder, and makes safe what a lost one leaves behind."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bench.core import wall
from bench.runs.storage.files import StorageError
from bench.runs.survival.guard_log import GuardLog
from bench.runs.survival.heartbeat import Pulse
from bench.runs.survival.ownership import BenchBusyError, OwnerLock, is_owned
from bench.runs.survival.process import ProcessState
from bench.runs.survival.record import OwnerRecord, owner_of
from bench.runs.survival.start import PATIENCE_S, start_guard
from bench.runs.survival.takeover import OpenQueue, Takeover, queue_in

if TYPE_CHECKING:
    from bench.runs.survival.settle import Settled

__all__ = ["PATIENCE_S", "Watched", "start_guard", "watch"]

LOCK = "guard.lock"
HANDOVER_S = 5.0
"""Real seconds that a second guard waits for the first, which may be about to end."""
REMIND_S = 60.0
_READ_TRIES = 4

How = Literal["nobody", "clean end", "alive", "silent", "settled", "stopped", "already guarded"]


@dataclass(frozen=True)
class Watched:
    """How the watch ended.

    "nobody": no bench works there; "clean end": it ended in order; "settled": it was lost, and `settled` says
    what became of its runs; "alive": it works (asked once); "silent": something is wrong that the guard must
    not act on, see `problem` (asked once); "stopped": the guard was told to end; "already guarded".
    """

    how: How
    settled: tuple[Settled, ...] = ()
    problem: str = ""

    @property
    def safe(self) -> bool:
        """False if an instrument could not be made safe."""
        return all(one.safe != "failed" for one in self.settled)


def watch(
    data_dir: Path,
    *,
    patience_s: float = PATIENCE_S,
    once: bool = False,
    stop: threading.Event | None = None,
    say: Callable[[str], None] = lambda text: None,
    open_queue: OpenQueue = queue_in,
) -> Watched:
    """Watch over the owner of `data_dir` until it has ended, and settle what it left if it was lost.

    A heart that has not beaten for `patience_s` real seconds makes the guard look closer. Only when the
    process is gone, by pid and start, are its ports opened; one that is stopped or hangs is reported, again
    each minute. `once`: look, act or report, and return. `stop` ends the watch, but never the making safe.
    `say` gets what a person should read. Raises StorageError if the folder cannot be locked.
    """
    event = stop if stop is not None else threading.Event()
    try:
        wait_s = 0.0 if once else HANDOVER_S
        lock = OwnerLock.take(data_dir, name=LOCK, wait_s=wait_s, worth_waiting=lambda owner: True)
    except BenchBusyError:
        return Watched("already guarded")
    log = GuardLog(data_dir, say)
    try:
        return _Guard(data_dir, log, patience_s=patience_s, once=once, open_queue=open_queue).watch(event)
    finally:
        log.close()
        lock.release()


_ELSEWHERE = "The last bench on this folder ran on {host}: what became of it can only be seen there."
_UNRECORDED = (
    "Somebody holds the lock of this folder without having written who it is; nothing was touched. "
    "Was owner.json removed?"
)


class _Guard:
    def __init__(
        self,
        data_dir: Path,
        log: GuardLog,
        *,
        patience_s: float,
        once: bool,
        open_queue: OpenQueue,
    ) -> None:
        self._data_dir = data_dir
        self._patience_s = patience_s
        self._once = once
        self._log = log
        self._open_queue = open_queue
        self._poll_s = min(0.5, patience_s / 4)
        self._owner: OwnerRecord | None = None
        self._pulse = Pulse(data_dir, 2 * self._poll_s)
        self._odd_s = 0.0
        """For how long lock and record have not agreed."""
        self._ended_s = 0.0
        self._complaint: tuple[str, float] | None = None

    def watch(self, stop: threading.Event) -> Watched:
        while True:
            found = self._look()
            if found is not None:
                return found
            if wall.wait(stop, self._poll_s):
                return Watched("stopped")

    def _look(self) -> Watched | None:
        try:
            owner = _record_in(self._data_dir)
        except StorageError as error:
            return self._complain(f"Who owns {self._data_dir} cannot be read: {error}")
        owned = is_owned(self._data_dir)
        working = owner is not None and owner.ended is None
        self._odd_s = 0.0 if owned == working else self._odd_s + self._poll_s
        if owner is not None and working:
            if not owner.is_same_as(self._owner):
                self._begin(owner)
            return self._judge(owner, owned)
        if owned:  # the next one is about to write its record
            return None if self._odd_s < self._patience_s else self._complain(_UNRECORDED)
        if owner is None:
            return Watched("nobody")
        return Watched("clean end") if owner.clean else self._finish_for(owner)

    def _begin(self, owner: OwnerRecord) -> None:
        self._owner = owner
        self._pulse = Pulse(self._data_dir, 2 * self._poll_s)
        self._complaint = None
        self._log.note("watching", f"Watching over {owner}.", aloud=False, pid=owner.pid, since=owner.since)

    def _judge(self, owner: OwnerRecord, owned: bool) -> Watched | None:
        silent_s = self._pulse.look()
        state: ProcessState = "alive"
        if not owned or silent_s >= self._patience_s:
            if not owner.of_this_computer:
                return self._complain(_ELSEWHERE.format(host=owner.host))
            state = owner.process.state()
        if not owned and state == "gone":
            return self._take_over(owner)
        if max(silent_s, self._odd_s) >= self._patience_s:
            return self._complain(_trouble(owner, state, owned))
        if self._complaint is not None and owned and not silent_s:
            self._complaint = None
            self._log.note("beats again", f"The bench works again ({owner}).", pid=owner.pid)
        return Watched("alive") if self._once and owned and self._pulse.beats else None

    def _finish_for(self, owner: OwnerRecord) -> Watched | None:
        """It let go by itself, but not in order: it may still be closing its ports."""
        if not owner.of_this_computer:
            return self._complain(_ELSEWHERE.format(host=owner.host))
        closed = owner.process.state() == "gone" or self._ended_s >= self._patience_s
        self._ended_s += self._poll_s
        return self._take_over(owner) if closed else None

    def _take_over(self, gone: OwnerRecord) -> Watched | None:
        try:
            lock = OwnerLock.take(self._data_dir)
        except BenchBusyError:
            return None  # another bench was quicker, and settles what it finds
        try:
            now = owner_of(self._data_dir)
        except StorageError:
            now = gone
        if not gone.is_same_as(now) or (now is not None and now.ended != gone.ended):
            lock.release()
            return None
        settled = Takeover(gone, self._log, open_queue=self._open_queue).carry_out(lock)
        return Watched("settled", settled)

    def _complain(self, text: str) -> Watched | None:
        """Loudly, and again each minute: nothing else can be done without harm."""
        now = wall.now()
        if self._complaint is None or self._complaint[0] != text or now - self._complaint[1] >= REMIND_S:
            self._complaint = (text, now)
            self._log.note("silent", text)
        return Watched("silent", problem=text) if self._once else None


def _record_in(data_dir: Path) -> OwnerRecord | None:
    for _ in range(_READ_TRIES - 1):  # Windows refuses for an instant while it is replaced
        with contextlib.suppress(StorageError):
            return owner_of(data_dir)
        wall.sleep(0.05)
    return owner_of(data_dir)


def _trouble(owner: OwnerRecord, state: ProcessState, owned: bool) -> str:
    what = {
        "alive": "it exists and hangs, or the disk takes no more heartbeats",
        "stopped": "it is stopped and may go on at any moment",
        "gone": "it is gone, but its lock is held: by a process it started, or in another container",
    }[state]
    if not owned and state != "gone":
        what = f"it exists, though {owner.command!r} no longer holds its lock: was the lock file removed?"
    return (
        f"THE BENCH IS SILENT ({owner}): {what}. Its instruments were NOT touched, because only one process "
        f"may use a port; their outputs may be on. End it (`kill -9 {owner.pid}`), and they are made safe."
    )
