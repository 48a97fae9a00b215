"""Worlds of station files: `pyvisa.ResourceManager("station.toml@bench")` starts one and finds it again.

A world runs, like a real bench, until the process ends or somebody stops it; closing a resource manager does
not switch the instruments off.
"""

from __future__ import annotations

import importlib
import os
import threading
import tomllib
from pathlib import Path
from typing import Any, Protocol

from bench.core.clock import Clock, RealClock, VirtualClock

CLOCK_VARIABLE = "BENCH_CLOCK"
SEED_VARIABLE = "BENCH_SEED"


class RunningWorld(Protocol):
    """What this module needs of a world."""

    @property
    def visa_library(self) -> Any:
        """The library with its instruments."""
        ...

    def close(self) -> None:
        """Switch it off."""
        ...


_running: dict[Path, RunningWorld] = {}
_guard = threading.RLock()


def library_of(station: str) -> Any:
    """The VISA library of a station file's world, started if it does not run yet.

    Clock and seed come from the environment: BENCH_CLOCK is `real` (default) or `virtual`, BENCH_SEED an
    integer (default 0). Raises FileNotFoundError or ValueError with what is wrong in the file.
    """
    path = Path(station).resolve()
    with _guard:
        world = _running.get(path)
        if world is None:
            world = _running[path] = _start(path)
        return world.visa_library


def adopt(station: str | Path, world: RunningWorld) -> None:
    """Publish a world built elsewhere as the one of this station file; raises ValueError if one runs."""
    path = Path(station).resolve()
    with _guard:
        if path in _running:
            raise ValueError(f"{path}: its world runs already in this process")
        _running[path] = world


def running() -> dict[Path, RunningWorld]:
    """The worlds that run in this process, by station file."""
    with _guard:
        return dict(_running)


def stop(station: str | Path) -> None:
    """Close the world of a station file and forget it; nothing happens if none runs."""
    with _guard:
        world = _running.pop(Path(station).resolve(), None)
    if world is not None:
        world.close()


def _start(path: Path) -> RunningWorld:
    description = _read(path)
    build = importlib.import_module("simulators.world").build
    world: RunningWorld = build(description, path.parent, _clock(), _seed())
    return world


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            description = tomllib.load(file)
    except FileNotFoundError:
        raise FileNotFoundError(f"@bench: there is no station file {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"@bench: station file {path} is not valid TOML: {error}") from error
    if not isinstance(description.get("simulation"), dict):
        raise ValueError(
            f"@bench: station file {path} has no [simulation] table, so it describes hardware only; "
            "add one that names the world file"
        )
    return description


def _clock() -> Clock:
    choice = os.environ.get(CLOCK_VARIABLE, "real")
    if choice == "real":
        return RealClock()
    if choice == "virtual":
        return VirtualClock()
    raise ValueError(f"{CLOCK_VARIABLE}={choice!r}: say real or virtual")


def _seed() -> int:
    text = os.environ.get(SEED_VARIABLE, "0")
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{SEED_VARIABLE}={text!r}: say a whole number") from None
