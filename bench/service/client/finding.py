"""Where the service of a data folder is, and the token for it: read anew at each connection."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.service.client.errors import ServiceGoneError
from bench.service.models.files import ENDPOINT, TOKENS

Role = Literal["view", "operate"]


@dataclass(frozen=True)
class Where:
    """A service: its address and a token. `pid` is its process, 0 where that is not known."""

    url: str
    token: str
    pid: int = 0

    def __repr__(self) -> str:
        return f"Where({self.url!r}, token=...)"


Finder = Callable[[], Where]
"""Asked at each connection: a service that was started again may listen elsewhere."""


def find_service(data: Path, role: Role = "operate") -> Where | None:
    """Where the service of this data folder said it listens; None if none has. It may be gone since."""
    endpoint, tokens = _read(data / ENDPOINT), _read(data / TOKENS)
    if endpoint is None or tokens is None:
        return None
    try:
        return Where(str(endpoint["url"]), str(tokens[role]), int(endpoint["pid"]))
    except (KeyError, TypeError, ValueError):
        return None


def finder_of(data: Path, role: Role) -> Finder:
    """Looks into the data folder each time. What it returns raises ServiceGoneError where there is none."""

    def find() -> Where:
        found = find_service(data, role)
        if found is None:
            raise ServiceGoneError(str(data), "no service works on this data folder")
        return found

    return find


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
