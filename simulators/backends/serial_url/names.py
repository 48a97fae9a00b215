"""Which port of which running world a `bench://` URL means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from simulators.backends import stations
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa_session import PortDevice
from simulators.wire.port import Port

EXAMPLE = "bench://NAME or bench://NAME?station=STATION.toml"


def find(url: str) -> tuple[Port, SerialLine | None]:
    """The instrument's port and how its serial line is set up (None: not wired to a serial line).

    `bench://NAME` is the instrument of this name in a world that runs in this process; with
    `?station=STATION.toml` in the world of that file, which is started if need be. Raises ValueError.
    """
    name, station = _parsed(url)
    if station is not None:
        stations.library_of(station)  # starts it
    worlds = {path: world for path, world in stations.running().items() if _is_meant(path, station)}
    found = [world for world in worlds.values() if name in _ports(world)]
    if not found:
        known = sorted({one for world in worlds.values() for one in _ports(world)})
        raise ValueError(
            f"no simulated instrument {name!r} in the worlds of this process "
            f"(known: {', '.join(known) or 'none; no world runs'})"
        )
    if len(found) > 1:
        raise ValueError(
            f"{len(found)} running worlds have an instrument {name!r}; add ?station=STATION.toml"
        )
    port = _ports(found[0])[name]
    return port, _line(found[0].visa_library, port)


def _parsed(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    options = parse_qs(parts.query, keep_blank_values=True)
    name = unquote(parts.netloc)
    station = options.pop("station", [None])
    if parts.scheme != "bench" or not name or parts.path.strip("/") or options or len(station) != 1:
        raise ValueError(f"{url!r} should be {EXAMPLE}")
    return name, station[0]


def _is_meant(path: Path, station: str | None) -> bool:
    return station is None or Path(station).resolve() == path


def _ports(world: Any) -> Mapping[str, Port]:
    ports: Mapping[str, Port] = getattr(world, "ports", {})
    return ports


def _line(library: Any, port: Port) -> SerialLine | None:
    for resource in library.devices.list_resources():
        device = library.devices[resource]
        if isinstance(device, PortDevice) and device.port is port:
            return device.line
    return None
