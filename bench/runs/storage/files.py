"""What every file of a run stands on: the storage error, atomic replacement, and making a name durable."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from pathlib import Path

from bench.core import wall
from bench.core.errors import BenchError

_WINDOWS_TRIES = 20


class StorageError(BenchError):
    """A file of a run could not be written or read as it should; `path` says which one.

    `errno` is the system's number where the system refused (ENOSPC, EROFS, EIO ...), else None.
    """

    def __init__(
        self,
        what: str,
        *,
        path: Path,
        errno: int | None = None,
        state: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.path = path
        self.errno = errno
        super().__init__(what, state=state, remedy=remedy)


_REMEDIES = {
    errno.ENOSPC: "free space on the disk that holds it, then go on or run again",
    errno.EFBIG: "the file has reached the largest size that the system or its limits (ulimit -f) allow",
    errno.EROFS: "the disk is mounted read-only: mount it writable or choose another data folder",
    errno.EACCES: "give this user the right to write there or choose another data folder",
    errno.EPERM: "give this user the right to write there or choose another data folder",
    errno.EIO: "the disk or the link to it fails: copy the data elsewhere and check the disk",
    errno.ENOTDIR: "a part of the path is a file where a folder is needed: choose another data folder",
    errno.EEXIST: "choose another name or remove what is there",
}
if hasattr(errno, "EDQUOT"):
    _REMEDIES[errno.EDQUOT] = "the quota of this user is used up: free space, then go on or run again"


def refused(error: OSError, path: Path, doing: str, state: str | None = None) -> StorageError:
    """The StorageError for what the system refused while `doing` ("appending a row to")."""
    remedy = _REMEDIES.get(error.errno or 0, "check the disk and the data folder")
    reason = error.strerror or str(error)
    return StorageError(
        f"{doing} {path} failed: {reason}", path=path, errno=error.errno, state=state, remedy=remedy
    )


def write_atomic(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Replace `path` by `data`: at every instant, also after a power cut, the old or the new is there, whole.

    Written beside it, fsynced, renamed over it, then the folder is fsynced so that the name is durable too
    (rename(2) and fsync(2) of Linux; on Windows a folder cannot be fsynced). `mode` is who may read and write
    it, less the umask. Raises StorageError; the old file is then untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    try:
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode
        )
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _rename(temporary, path)
        sync_directory(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise refused(
            error, path, "writing", "the earlier version of the file, if any, is untouched"
        ) from error


def _rename(temporary: Path, path: Path) -> None:
    if sys.platform == "win32":  # refuses while a reader or a virus scanner has the old file open
        for _ in range(_WINDOWS_TRIES):
            with contextlib.suppress(PermissionError):
                temporary.replace(path)
                return
            wall.sleep(0.05)
    temporary.replace(path)


def write_all(descriptor: int, data: bytes) -> None:
    """os.write until all is written; raises OSError (then a part may have been written)."""
    written = os.write(descriptor, data)
    while written < len(data):
        step = os.write(descriptor, memoryview(data)[written:])
        if step == 0:
            raise OSError(errno.EIO, "the system took no more bytes")
        written += step


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    if sys.platform == "win32":  # a folder has no descriptor there; NTFS journals its names itself
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def whole_length(data: bytes) -> int:
    """How many bytes of a file of lines are whole lines.

    What follows the last line end was cut off while it was written; a power cut may moreover leave zeros
    where data should be, because some file systems make the new length durable before the bytes.
    """
    return data.rstrip(b"\0").rfind(b"\n") + 1
