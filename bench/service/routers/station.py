"""/health, /station, /instruments, /fixtures, /samples: what stands on the bench, and who holds it."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

from fastapi import APIRouter

from bench.core import wall
from bench.runs.engine.leases import Resource
from bench.runs.interlocks.board import LastValue
from bench.runs.queue.item import GOING, LIVE
from bench.runs.storage.plain import plain
from bench.runs.storage.request import versions
from bench.samples.json import sample_as_json
from bench.service.models.station import (
    FixtureInfo,
    Health,
    Instrument,
    LastReading,
    Lease,
    LimitInfo,
    SampleSummary,
    StationInfo,
)
from bench.service.room import AskingRole, Here, Room

router = APIRouter(tags=["station"])

_KEY = re.compile(r"run #(\d+) ")


@router.get("/health")
def health(room: Here) -> Health:
    """Whether the bench works, and what needs a person."""
    items = room.desk.items()
    return Health(
        state=room.state,
        station=room.station.name,
        target=room.runner.target,
        version=_version(),
        started=room.started,
        uptime_s=room.uptime_s,
        clock_utc=room.connected.clock.utc().isoformat(timespec="milliseconds"),
        going=sum(item.state in GOING for item in items),
        waiting=sum(item.state in LIVE for item in items),
        steps=sum(len(item.steps) for item in items),
        alarms=room.board.unacknowledged,
        unsafe=sorted(_unsafe(room)),
        ambient=None if (ambient := room.runner.board.room) is None else _reading(room, ambient),
    )


@router.get("/station")
def station(room: Here, role: AskingRole) -> StationInfo:
    """Which station, on what, with which software; and what this token may do."""
    samples = room.settings.samples
    return StationInfo(
        name=room.station.name,
        file=str(room.station.path.resolve()),
        samples_file=None if samples is None else str(samples.resolve()),
        data=str(room.data_dir.resolve()),
        target=room.runner.target,
        simulated=room.connected.simulated,
        speed=room.settings.speed,
        seed=room.runner.seed,
        role=role,
        versions=dict(versions()),
    )


@router.get("/instruments")
def instruments(room: Here) -> list[Instrument]:
    """Every instrument of the station file, with its lease and what was last read from it."""
    unsafe = _unsafe(room)
    return [_instrument(room, name, unsafe) for name in room.station.instruments]


@router.get("/instruments/{name}")
def instrument(name: str, room: Here) -> Instrument:
    """One of them."""
    room.station.instrument(name)  # says which there are
    return _instrument(room, name, _unsafe(room))


@router.get("/fixtures")
def fixtures(room: Here) -> list[FixtureInfo]:
    """What holds samples, and what is wired to it."""
    return [
        FixtureInfo(
            name=name,
            kind=fixture.kind,
            notes=fixture.notes,
            wiring={contact: str(terminal) for contact, terminal in fixture.wiring.items()},
            lease=_lease(room, Resource("fixture", name)),
        )
        for name, fixture in room.station.fixtures.items()
    ]


@router.get("/samples")
def samples(room: Here) -> list[SampleSummary]:
    """The samples as the file declares them now; empty where the service has no samples file."""
    book = room.samples()
    return [
        SampleSummary(
            name=sample.name,
            material=sample.material,
            batch=sample.batch,
            notes=sample.notes,
            declared=plain(sample_as_json(sample)),
        )
        for sample in (book or {}).values()
    ]


def _instrument(room: Room, name: str, unsafe: set[str]) -> Instrument:
    entry = room.station.instrument(name)
    opened: Any = room.connected.opened.get(name)
    values = room.runner.board.of(name)
    return Instrument(
        name=name,
        driver=entry.driver,
        resource=entry.resource,
        has_output=entry.driver_class.has_output,
        load=entry.load,
        limits={
            quantity: LimitInfo(low=limit.low, high=limit.high, unit=limit.unit)
            for layer in entry.limits.layers
            for quantity, limit in layer.items()
        },
        options=plain(dict(entry.options)),
        state="NOT SAFE" if name in unsafe else "not opened yet" if opened is None else "open",
        identity=_identity(room, name, values),
        lease=_lease(room, Resource("instrument", name)),
        readings=[_reading(room, value) for value in values],
    )


def _identity(room: Room, name: str, values: list[LastValue]) -> str | None:
    """How it called itself to the run that used it last. Asks no instrument."""
    used = room.hub.known(values[-1].run_id) if values else None
    if used is None:
        return None
    described = room.tails.folder(used.folder).info.get("instruments", {}).get(name, {})
    identity = described.get("settings", {}).get("identity")
    return " ".join(str(part) for part in identity.values()) if isinstance(identity, dict) else None


def _reading(room: Room, value: LastValue) -> LastReading:
    run = room.hub.known(value.run_id)
    return LastReading(
        quantity=value.quantity,
        value=plain(value.value),
        unit=value.unit,
        run_id=value.run_id if run is None else run.folder,
        age_s=max(0.0, wall.now() - value.seen),
    )


def _lease(room: Room, resource: Resource) -> Lease | None:
    for holder, held in room.runner.leases.held().items():
        if any(resource.conflicts_with(one) for one in held):
            found = _KEY.match(holder)
            return Lease(run=int(found[1]) if found else None, holder=holder)
    return None


def _unsafe(room: Room) -> set[str]:
    """Instruments of runs that could not be left safe, until a person has given the run up."""
    return {
        name
        for item in room.desk.items()
        if item.safe == "failed" and item.state == "interrupted"
        for name in item.instruments
    } | room.unsafe


def _version() -> str:
    try:
        return metadata.version("qms-bench")
    except metadata.PackageNotFoundError:
        return "not installed"
