"""A lock on an open file that the system itself gives back when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bench.core import wall

_POLL_S = 0.005

if sys.platform == "win32":
    import msvcrt

    _FAR = 0x7FFF0000  # beyond any journal: Windows locks are mandatory, and readers must stay free

    def _take(descriptor: int, shared: bool) -> None:
        del shared  # Windows knows only exclusive ones here
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int, shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def take(descriptor: int) -> bool:
    """Lock the open file until it is closed; False if another descriptor, here or elsewhere, holds it."""
    try:
        _take(descriptor, shared=False)
    except OSError:
        return False
    return True


@contextmanager
def held(path: Path, patience_s: float) -> Iterator[None]:
    """Hold the lock of the file at `path`, made if need be. Raises TimeoutError, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        until = wall.now() + patience_s
        while not take(descriptor):
            if wall.now() >= until:
                raise TimeoutError(f"{path} has been held by another process for {patience_s:g} s")
            wall.sleep(_POLL_S)
        yield
    finally:
        os.close(descriptor)


def is_taken(path: Path) -> bool:
    """Whether somebody holds the lock of the file at `path`; False if there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        _take(descriptor, shared=True)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


class Held(Protocol):
    """A lock of this process."""

    def leave_to_parent(self) -> None:
        """Close the copy that a forked child has; the parent's stays taken."""
        ...


_held: weakref.WeakSet[Held] = weakref.WeakSet()


def keep_from_children(lock: Held) -> None:
    """Have a forked child close its copies, or the lock would outlive this process."""
    _held.add(lock)


def _in_child() -> None:
    for lock in tuple(_held):
        lock.leave_to_parent()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_in_child)
