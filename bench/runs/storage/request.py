"""What was asked of a run, by whom and with which software: the first half of run.json."""

from __future__ import annotations

import getpass
import os
import platform
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from bench.runs.columns import Column
from bench.runs.storage.plain import plain

if TYPE_CHECKING:
    from bench.samples import Sample

FORMAT = 1
"""Version of the layout of run.json; a later one must still read this."""

_DISTRIBUTIONS = ("qms-bench", "PyMeasure", "PyVISA", "numpy")


@dataclass(frozen=True)
class RunRequest:
    """Everything that is known before a run begins.

    `id` is the name in the queue file, `procedure` the name of the procedure. `instruments` holds, by the
    name in the station file, what describes it: identity, settings, limits, driver. `world` is the name of
    the world file of a simulated run. `details` is for whatever else should stand in run.json.
    """

    id: str
    procedure: str
    columns: tuple[Column, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sample: Sample | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    fixtures: Mapping[str, str] = field(default_factory=dict)
    instruments: Mapping[str, Any] = field(default_factory=dict)
    simulated: bool = False
    seed: int | None = None
    world: str | None = None
    station: str | None = None
    resume: str = "restart"
    on_host_loss: str = "make_safe"
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it stands in run.json. Raises ValueError for what JSON cannot hold."""
        from bench.samples.json import sample_as_json

        return {
            "format": FORMAT,
            "id": self.id,
            "procedure": self.procedure,
            "parameters": plain(self.parameters, "parameters"),
            "sample": None if self.sample is None else plain(sample_as_json(self.sample), "sample"),
            "roles": plain(self.roles, "roles"),
            "fixtures": plain(self.fixtures, "fixtures"),
            "instruments": plain(self.instruments, "instruments"),
            "columns": [column.as_json() for column in self.columns],
            "simulated": self.simulated,
            "seed": self.seed,
            "world": self.world,
            "station": self.station,
            "resume": self.resume,
            "on_host_loss": self.on_host_loss,
            "details": plain(self.details, "details"),
            "by": {"user": _user(), "host": socket.gethostname()},
            "versions": dict(versions()),
        }


@cache
def versions() -> Mapping[str, str]:
    """The software that runs: Python, the platform, and the packages that a result may depend on."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _DISTRIBUTIONS:
        try:
            found[name.lower()] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name.lower()] = "not installed"
    return found


def person() -> str:
    """Who acts on this computer, for journals: user@host."""
    return f"{_user()}@{socket.gethostname()}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no login name, as in a container
        return f"uid {os.getuid()}" if sys.platform != "win32" else "unknown"


_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


def check_name(name: str, what: str) -> str:
    """`name` if it can be a file name on every system; raises ValueError otherwise."""
    if not _NAME.fullmatch(name) or name.endswith(".") or _RESERVED.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a {what}: use letters, digits, '-', '_' and '.', at most 120")
    return name


def new_run_id(name: str, utc: datetime) -> str:
    """A name for a run folder: sorts by time, safe on every file system, and unique by 24 random bits."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60] or "run"
    return f"{utc:%Y%m%dT%H%M%SZ}-{readable}-{os.urandom(3).hex()}"
