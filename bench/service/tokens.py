"""The two tokens of a data folder and where its service listens: files that only this user can read."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, TypeVar

from bench.runs.storage.files import StorageError, refused, write_atomic
from bench.service.models.files import ENDPOINT, TOKENS

Role = Literal["view", "operate"]


_PRIVATE = 0o600
_BYTES = 32

T = TypeVar("T", bound="Tokens | Endpoint")


@dataclass(frozen=True)
class Tokens:
    """`view` may look, `operate` may do everything."""

    view: str
    operate: str

    def __repr__(self) -> str:
        return "Tokens(view=..., operate=...)"

    def role_of(self, token: str) -> Role | None:
        """What this token may do; None for no token of ours. In the same time for a wrong one."""
        given = token.encode("utf-8", "surrogateescape")
        operates = hmac.compare_digest(given, self.operate.encode())
        views = hmac.compare_digest(given, self.view.encode())
        return "operate" if operates else "view" if views else None


@dataclass(frozen=True)
class Endpoint:
    """Where the service of a data folder listens, and in which process."""

    url: str
    pid: int
    started: str


def tokens_of(data_dir: Path) -> Tokens:
    """The tokens of the folder, made at the first call. Raises StorageError.

    A file that others may read is refused on systems where that can be told: its tokens may be known.
    """
    path = data_dir / TOKENS
    known = _read(path, Tokens)
    if known is not None:
        _refuse_if_open(path)
        return known
    made = Tokens(secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES))
    _write(path, made)
    return made


def endpoint_of(data_dir: Path) -> Endpoint | None:
    """Where a service said it listens; it may be gone. Raises StorageError."""
    return _read(data_dir / ENDPOINT, Endpoint)


def announce(data_dir: Path, endpoint: Endpoint) -> None:
    """Say where the service listens. Raises StorageError."""
    _write(data_dir / ENDPOINT, endpoint)


def withdraw(data_dir: Path, endpoint: Endpoint) -> None:
    """It listens no more; what a later one announced stays."""
    with contextlib.suppress(StorageError, OSError):
        if endpoint_of(data_dir) == endpoint:
            (data_dir / ENDPOINT).unlink()


def _write(path: Path, value: Tokens | Endpoint) -> None:
    write_atomic(path, json.dumps(asdict(value), indent=1).encode() + b"\n", mode=_PRIVATE)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        entries = json.loads(path.read_bytes())
        found = kind(**{field.name: entries[field.name] for field in fields(kind)})
        if not all(isinstance(value, str | int) and value for value in vars(found).values()):
            raise ValueError("a value is missing")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(error, path, "reading") from error
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{path} is damaged: {error!r}", path=path, remedy="remove it: it is made anew at the next start"
        ) from error
    return found


def _refuse_if_open(path: Path) -> None:
    if os.name != "posix":
        return
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise refused(error, path, "reading") from error
    if mode & 0o077:
        raise StorageError(
            f"{path} can be read by other users, who may know the tokens by now",
            path=path,
            state="the service was not started",
            remedy="remove it, so that new tokens are made",
        )
