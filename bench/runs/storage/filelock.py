"""A lock on an open file that the system itself gives back when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

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
