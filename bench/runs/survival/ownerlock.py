"""The lock of a data folder, which ends with its process, and the refusal that names who has it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from bench.core import wall
from bench.core.errors import BenchError
from bench.runs.storage import filelock
from bench.runs.storage.files import StorageError, refused
from bench.runs.survival.record import OwnerRecord, owner_of

LOCK = "owner.lock"
GUARD_COMMAND = "bench guard"
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_POLL_S = 0.05
_AT_LEAST_S = 0.2
"""Somebody who only looks whether the lock is taken holds it for an instant."""


class BenchBusyError(BenchError):
    """The data folder belongs to another process; `owner` is what is known of it."""

    def __init__(self, data_dir: Path, owner: OwnerRecord | None) -> None:
        self.owner = owner
        super().__init__(
            f"another bench works on {data_dir} ({_named(data_dir, owner)})",
            state="nothing was started here, no instrument was touched",
            remedy=_remedy(owner),
        )


def about_to_let_go(owner: OwnerRecord) -> bool:
    """Whether its end is only a matter of time: a guard, or what a killed bench left behind."""
    return (
        owner.command.startswith(GUARD_COMMAND)
        or owner.ended is not None
        or (owner.of_this_computer and owner.process.state() == "gone")
    )


def is_owned(data_dir: Path) -> bool:
    """Whether a living process owns the folder at this moment."""
    return filelock.is_taken(data_dir / LOCK)


class OwnerLock:
    """The lock alone. The system takes it back at the end of the process; no child inherits it."""

    def __init__(self, data_dir: Path, descriptor: int) -> None:
        self.data_dir = data_dir
        self._descriptor = descriptor
        filelock.keep_from_children(self)

    @classmethod
    def take(
        cls,
        data_dir: Path,
        *,
        wait_s: float = 0.0,
        name: str = LOCK,
        worth_waiting: Callable[[OwnerRecord], bool] = about_to_let_go,
    ) -> OwnerLock:
        """Take it, creating the folder. An owner that is `worth_waiting` for gets `wait_s` real seconds.

        By default that is a guard, or one that has ended but for the lock; a bench at work is not waited for.
        Raises BenchBusyError, StorageError.
        """
        descriptor = _opened(data_dir, name)
        try:
            begun = wall.now()
            while not filelock.take(descriptor):
                passed = wall.now() - begun
                if passed >= _AT_LEAST_S:
                    owner = known_owner(data_dir)
                    if passed >= wait_s or (owner is not None and not worth_waiting(owner)):
                        raise BenchBusyError(data_dir, owner)
                wall.sleep(_POLL_S)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(data_dir, descriptor)

    @property
    def descriptor(self) -> int:
        """Of the open lock file; -1 when it was given back."""
        return self._descriptor

    def release(self) -> None:
        """Give it back; twice is allowed."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def leave_to_parent(self) -> None:
        """In a forked child."""
        self.release()


def _opened(data_dir: Path, name: str) -> int:
    path = data_dir / name
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, data_dir, "creating") from error
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o666)
    except OSError as error:  # a disk that turned read-only, or another user's file: locking needs no writing
        try:
            return os.open(path, os.O_RDONLY | _FLAGS)
        except OSError:
            raise refused(error, path, "opening") from error


def known_owner(data_dir: Path) -> OwnerRecord | None:
    """As `owner_of`, None also for a record that cannot be read."""
    try:
        return owner_of(data_dir)
    except StorageError:
        return None


def _named(data_dir: Path, owner: OwnerRecord | None) -> str:
    if owner is None:
        return f"{_user_of(data_dir / LOCK)}; the rest cannot be read by this user"
    return str(owner) + ("" if owner.heartbeat is None else f", last heartbeat {owner.heartbeat}")


def _user_of(path: Path) -> str:
    try:
        return f"its files belong to user {path.owner()}"
    except (OSError, KeyError, NotImplementedError):
        return "who it is is not known"


def _remedy(owner: OwnerRecord | None) -> str:
    if owner is not None and owner.command.startswith(GUARD_COMMAND):
        return "it makes safe what another bench left: wait until it has ended, then start again"
    end = "end it there" if owner is None else f"end it there (Ctrl+C, or `kill {owner.pid}`)"
    return f"wait until it has ended, or {end}; for other instruments, use another data folder (--data)"
