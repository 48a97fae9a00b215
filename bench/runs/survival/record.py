"""`owner.json`: who owns, or last owned, a data folder, and where its instruments are."""

from __future__ import annotations

import getpass
import json
import os
import socket
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from bench.core import wall
from bench.runs.storage.files import StorageError, refused, write_atomic
from bench.runs.survival.process import ProcessIdentity, same_boot

Target = Literal["hardware", "simulated", "served"]

FILE = "owner.json"
HEARTBEAT = "heartbeat"
_PRIVATE = 0o600  # the endpoint of a served world holds a token


@dataclass(frozen=True)
class OwnerRecord:
    """A process that owns a data folder, or owned it last.

    `started` and `mark` tell it from a later process of the same pid (see ProcessIdentity). `station` is the
    path of the station file, `world` the endpoint of a served world. `since`, `ended` and `heartbeat` are
    ISO 8601, UTC. `ended` is None while it works, and stays None when it is killed; `clean` says that it
    ended with nothing left to settle.
    """

    pid: int
    started: float
    mark: str
    host: str
    user: str
    command: str
    station: str
    target: Target
    world: str | None
    since: str
    ended: str | None = None
    clean: bool = False
    heartbeat: str | None = None

    @classmethod
    def own(cls, *, station: Path, target: Target, world: str | None, command: str) -> Self:
        """Of this process, from now."""
        mine = ProcessIdentity.own()
        return cls(
            pid=mine.pid,
            started=mine.started,
            mark=mine.mark,
            host=socket.gethostname(),
            user=_user(),
            command=command,
            station=str(station.resolve()),
            target=target,
            world=world,
            since=wall.utc().isoformat(timespec="seconds"),
        )

    @property
    def process(self) -> ProcessIdentity:
        """Which process it is."""
        return ProcessIdentity(self.pid, self.started, self.mark)

    @property
    def of_this_computer(self) -> bool:
        """Whether pid and start mean something here; a folder can be carried to another computer."""
        return self.host == socket.gethostname() or same_boot(self.mark)

    def is_same_as(self, other: OwnerRecord | None) -> bool:
        """Whether both tell of the same process."""
        return other is not None and self.host == other.host and self.process.is_same_as(other.process)

    def concluded(self, *, clean: bool) -> Self:
        """The record at its end."""
        return replace(self, ended=wall.utc().isoformat(timespec="seconds"), clean=clean)

    def __str__(self) -> str:
        return f"pid {self.pid} on {self.host}, user {self.user}, since {self.since}: `{self.command}`"

    def write(self, data_dir: Path) -> None:
        """Into `data_dir`, readable for this user only. Raises StorageError; the old record is then there."""
        entries = {name: value for name, value in asdict(self).items() if name != "heartbeat"}
        text = json.dumps(entries, indent=1, ensure_ascii=True) + "\n"
        write_atomic(data_dir / FILE, text.encode(), mode=_PRIVATE)


def owner_of(data_dir: Path) -> OwnerRecord | None:
    """Who owns the folder or owned it last; None if nobody ever did.

    Whether somebody owns it now is another question: `ownership.is_owned`. Raises StorageError where the
    record cannot be read.
    """
    path = data_dir / FILE
    try:
        entries = json.loads(path.read_bytes())
        known = {field.name for field in fields(OwnerRecord)} - {"heartbeat"}
        record = OwnerRecord(**{name: value for name, value in entries.items() if name in known})
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(error, path, "reading") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise StorageError(
            f"{path} is damaged: {error}",
            path=path,
            state="who owned this data folder is not known",
            remedy="see that the instruments are off, then remove the file",
        ) from error
    return replace(record, heartbeat=_beat_of(data_dir / HEARTBEAT))


def _beat_of(path: Path) -> str | None:
    try:
        changed = path.stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(changed, UTC).isoformat(timespec="milliseconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without an entry for this user
        get_id: Any = getattr(os, "getuid", None)
        return f"uid {get_id()}" if get_id is not None else "unknown"
