"""One owner a data folder: a lock that ends with the process, a record of who it is, and a heart."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from bench.runs.storage.files import StorageError
from bench.runs.survival.heartbeat import Heart
from bench.runs.survival.ownerlock import GUARD_COMMAND, BenchBusyError, OwnerLock, is_owned, known_owner
from bench.runs.survival.portlock import Port, PortLocks
from bench.runs.survival.record import OwnerRecord, Target, owner_of

__all__ = [
    "GUARD_COMMAND",
    "BenchBusyError",
    "OwnerLock",
    "OwnerRecord",
    "Ownership",
    "Target",
    "is_owned",
    "owner_of",
]


class Ownership:
    """A data folder owned by this process; give it back with `release`, or use it as a context manager.

    `before` is who owned it before, None if nobody; unless that one ended `clean`, something may be left to
    settle. `record` is what the next one reads about this one.
    """

    def __init__(
        self,
        lock: OwnerLock,
        record: OwnerRecord,
        before: OwnerRecord | None,
        *,
        recorded: bool = True,
        ports: PortLocks | None = None,
    ) -> None:
        """Under a lock that was taken; `take` does all of it. The lock is given back if this fails.

        With `recorded` False a disk that takes no record is put up with. Raises StorageError.
        """
        self.record = record
        self.before = before
        self._lock = lock
        self._ports = ports
        self._heart: Heart | None = None
        self._mutex = threading.Lock()
        try:
            try:
                record.write(lock.data_dir)
                self._heart = Heart(lock.data_dir)
            except StorageError:
                if recorded:
                    raise
        except BaseException:
            if ports is not None:
                ports.release()
            lock.release()
            raise

    @classmethod
    def take(
        cls,
        data_dir: Path,
        *,
        station: Path,
        target: Target,
        world: str | None = None,
        command: str,
        wait_s: float = 0.0,
        ports: Sequence[Port] = (),
        making_safe: bool = False,
    ) -> Ownership:
        """Own `data_dir`, created if need be, for the instruments of `station`.

        `world` is the endpoint of a served world. `wait_s` are the real seconds to wait for a guard that is
        still making safe what a killed bench left; a bench at work is not waited for. `ports` and
        `making_safe`: see PortLocks, which keeps benches of other data folders off the same instruments.
        Raises BenchBusyError and PortBusyError, which name the owner, StorageError.
        """
        lock = OwnerLock.take(data_dir, wait_s=wait_s)
        try:
            before = known_owner(data_dir)
            record = OwnerRecord.own(station=station, target=target, world=world, command=command)
            held = PortLocks.take(ports, record, data_dir, wait_s=wait_s, making_safe=making_safe)
        except BaseException:
            lock.release()
            raise
        return cls(lock, record, before, ports=held)

    @property
    def data_dir(self) -> Path:
        """The folder."""
        return self._lock.data_dir

    @property
    def lock(self) -> OwnerLock:
        """What keeps others out."""
        return self._lock

    def release(self, *, clean: bool = True) -> None:
        """End it; twice is allowed. `clean`: nothing is left that anybody would have to settle.

        A record that cannot be written any more counts as not clean, for the guard will look after it.
        """
        with self._mutex:
            if self._lock.descriptor < 0:
                return
            try:
                if self._heart is not None:
                    self._heart.stop()
                self.record = self.record.concluded(clean=clean)
                self.record.write(self.data_dir)
            except StorageError:
                clean = False  # the end of a process must not fail because it cannot be written down
            finally:
                if self._ports is not None:
                    self._ports.release(clean=clean)
                self._lock.release()

    def __enter__(self) -> Ownership:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release(clean=kind is None)
