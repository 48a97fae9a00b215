"""Locks on the ports of a station: benches with different data folders still share its instruments.

One file a port in a folder of the user, locked while a bench, or the guard after it, may open that port, with
who that is in it. It is removed at an end in order: one that nobody holds tells of a bench that was lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from bench.core import wall
from bench.core.errors import BenchError
from bench.runs.storage import filelock
from bench.runs.storage.files import refused
from bench.runs.survival.ownerlock import GUARD_COMMAND, is_owned, known_owner
from bench.runs.survival.record import OwnerRecord, Target
from bench.station.model import Station
from bench.station.resources import port

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_POLL_S = 0.05
_AT_LEAST_S = 0.5
"""Somebody who finds a port unsettled holds it for an instant only."""


class PortBusyError(BenchError):
    """Another process may use a port of this station, or was lost while it did."""


class Port(NamedTuple):
    """What must have one user at a time: its `key`, and what a person calls it."""

    key: str
    name: str


def ports_of(station: Station, target: Target, world: str | None) -> tuple[Port, ...]:
    """Of hardware each port, always in the same order; a served world as a whole."""
    if target == "simulated":
        return ()
    if target == "served":
        key = world or ""  # with its token: another world may have the same address later
        return (Port(key, f"the served world {key.rpartition('/')[0]}"),)
    return tuple(
        Port(key, key) for key in sorted({port(one.resource) for one in station.instruments.values()})
    )


def folder() -> Path:
    """Where the lock files are: of this user, on this computer, and there after a restart."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home())
    else:
        base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "qms-bench" / "ports"


@dataclass(frozen=True)
class _Holder:
    """Who holds, or held, a port; empty texts where that cannot be read."""

    data_dir: str = ""
    who: str = ""
    command: str = ""

    @property
    def unsettled(self) -> bool:
        """Whether its folder is there and does not say that it ended with everything safe."""
        if not self.data_dir:
            return False
        data_dir = Path(self.data_dir)
        owner = known_owner(data_dir)
        return owner is not None and (is_owned(data_dir) or not owner.clean)


class PortLocks:
    """All ports of one station; give them back with `release`, or use it as a context manager.

    `clean` says that nothing is left on them that anybody would have to settle.
    """

    def __init__(self, locks: Sequence[tuple[Path, int]]) -> None:
        self._locks = list(locks)
        self.clean = True
        filelock.keep_from_children(self)

    @classmethod
    def take(
        cls,
        ports: Sequence[Port],
        owner: OwnerRecord,
        data_dir: Path,
        *,
        wait_s: float = 0.0,
        making_safe: bool = False,
    ) -> PortLocks:
        """All of them or none, for `owner` of `data_dir`.

        A guard, also one that is only about to act, gets `wait_s` real seconds to finish. `making_safe`: a
        lost bench is no obstacle, what it left is what this is for. Raises PortBusyError, StorageError.
        """
        mine = _Holder(str(data_dir.absolute()), str(owner), owner.command)
        begun = wall.now()
        while True:
            locks = cls(())
            try:
                obstacle = locks._attempt(ports, mine, making_safe=making_safe)
            except BaseException:
                locks.release(clean=False)
                raise
            if obstacle is None:
                return locks
            locks.release(clean=False)
            passed = wall.now() - begun
            if passed >= _AT_LEAST_S and (passed >= wait_s or not obstacle.passes):
                raise obstacle.error()
            wall.sleep(_POLL_S)

    def _attempt(self, ports: Sequence[Port], mine: _Holder, *, making_safe: bool) -> _Obstacle | None:
        for one in ports:
            path = _path(one.key)
            descriptor = _locked(path)
            if descriptor is None:
                return _Obstacle(one.name, _read(path), held=True)
            self._locks.append((path, descriptor))
            holder = _read(path)
            if not making_safe and holder.data_dir != mine.data_dir and holder.unsettled:
                return _Obstacle(one.name, holder, held=False)
        text = json.dumps(vars(mine)).encode()
        for path, descriptor in self._locks:
            try:
                os.ftruncate(descriptor, 0)
                os.lseek(descriptor, 0, os.SEEK_SET)
                os.write(descriptor, text)
            except OSError as error:
                raise refused(error, path, "writing") from error
        return None

    def release(self, *, clean: bool | None = None) -> None:
        """Give them back; twice is allowed. What is not `clean` is left on record for who comes next."""
        locks, self._locks = self._locks, []
        for path, descriptor in locks:
            if self.clean if clean is None else clean:
                with contextlib.suppress(OSError):  # Windows keeps a file that is open: it is emptied instead
                    os.ftruncate(descriptor, 0)
                    path.unlink()
            os.close(descriptor)

    def leave_to_parent(self) -> None:
        """In a forked child."""
        self.release(clean=False)

    def __enter__(self) -> PortLocks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release(clean=self.clean and kind is None)


@dataclass(frozen=True)
class _Obstacle:
    """Why a port cannot be had: somebody holds it, or was lost with it."""

    port: str
    holder: _Holder
    held: bool

    @property
    def passes(self) -> bool:
        """Whether its end is only a matter of time."""
        return not self.held or self.holder.command.startswith(GUARD_COMMAND) or not self.holder.who

    def error(self) -> PortBusyError:
        """What the person is told."""
        what, data = self.port, self.holder.data_dir
        if self.held:
            who = f"{self.holder.who}; data folder {data}" if data else "who it is is not known"
            return PortBusyError(
                f"another bench uses {what} ({who})",
                state="nothing was started here, no instrument was touched",
                remedy="wait until it has ended, or end it there: two programs on one port garble each other",
            )
        return PortBusyError(
            f"a bench was lost while it used {what} ({self.holder.who}), and nobody knows that what it left "
            "on is safe",
            state="nothing was started here, no instrument was touched; treat outputs as live",
            remedy=f"bench guard --once --data {data}; or see that they are off and remove {data}/owner.json",
        )


def _path(key: str) -> Path:
    return folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.lock"


def _locked(path: Path) -> int | None:
    """The open lock file; None if somebody else has it, or has just removed it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, _FLAGS, 0o600)
    except OSError as error:
        raise refused(error, path, "opening") from error
    if filelock.take(descriptor):
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
    os.close(descriptor)
    return None


def _read(path: Path) -> _Holder:
    try:
        return _Holder(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return _Holder()
