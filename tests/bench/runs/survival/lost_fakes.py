"""A station of fake devices that keep their state, and a queue that only remembers what it was told."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError, SafeStateError
from bench.core.roles import Identity, SafeReport
from bench.runs.engine.guarding import GuardReport
from bench.runs.survival.lost import LostRun
from bench.station import AmbientDeclared, InstrumentEntry, Station, connect

STATION = Path("station.toml")


@dataclass
class Device:
    """`gone`: how often it does not answer yet; `hangs_s`: how long opening it takes.

    `guards`: what its guard report says, None for an error.
    """

    on: bool = True
    made_safe: int = 0
    gone: int = 0
    stuck: bool = False
    hangs_s: float = 0.0
    guards: bool | None = False
    opened: list = field(default_factory=list)


class FakeSource:
    identity_pattern = "FAKE"
    limit_units: ClassVar = {}
    has_output = True
    option_names: ClassVar = frozenset()

    def __init__(self, name, device, clock):
        self.name, self.device, self.clock = name, device, clock

    @classmethod
    def open(cls, resource, *, name, clock, lock, limits, load, visa_library="", **options):
        return cls(name, visa_library[name], clock)

    def connect(self):
        self.device.opened.append(self)
        if self.device.hangs_s:
            self.clock.sleep(self.device.hangs_s)
        if self.device.gone:
            self.device.gone -= 1
            raise CommunicationError("no reply", instrument=self.name)

    def close(self):
        self.device.opened.remove(self)

    def identity(self):
        return Identity("FAKE", "S1", "1", "0", "FAKE,S1,1,0")

    def make_safe(self):
        if self.device.stuck:
            raise SafeStateError("the output reads back as on", instrument=self.name)
        self.device.on = False
        self.device.made_safe += 1
        return SafeReport(self.name, True, "output off")


class FakeFurnace(FakeSource):
    def guard_report(self):
        if self.device.guards is None:
            raise CommunicationError("no reply", instrument=self.name)
        return GuardReport(self.name, self.device.guards, {"end": "08:00"})


class FakeBench:
    """A meter, and two furnaces that can guard themselves, on virtual time."""

    def __init__(self):
        self.clock = VirtualClock()
        drivers = {"meter": FakeSource, "furnace": FakeFurnace, "oven": FakeFurnace}
        self.devices = {name: Device() for name in drivers}
        self.station = Station(
            name="lab",
            path=STATION,
            ambient=AmbientDeclared(296.0, 1.0),
            instruments={
                name: InstrumentEntry(name, name, driver, f"GPIB0::{address}::INSTR")
                for address, (name, driver) in enumerate(drivers.items(), 1)
            },
            fixtures={},
            procedures={},
            simulation=None,
            data={},
        )
        self.connected = self.connect()
        self.unreachable = 0
        self.records = []

    def connect(self):
        return connect(self.station, self.clock, visa_library=self.devices)

    @contextmanager
    def reopened(self, record):
        """Stands for bench.runs.survival.reopening.reopened."""
        self.records.append(record)
        if record.target == "simulated":
            raise AssertionError("nobody asks for a simulated station")
        if self.unreachable:
            self.unreachable -= 1
            raise CommunicationError("the switch in the rack is off")
        station = self.connect()
        try:
            yield station
        finally:
            station.close()


class FakeQueue:
    """Items as plain names; `told` is what was noted."""

    def __init__(self, *items):
        self.items = {item.key: item for item in items}
        self.told = []
        self.closed = False

    def list(self, *, states=None, batch=None, limit=None):
        return tuple(item for item in self.items.values() if states is None or item.state in states)

    def note_state(self, key, state, *, who="bench", why="", waiting_for="", **facts):
        self.told.append((key, state, who, why, facts))
        self.items[key].state = state
        self.items[key].safe = facts["safe"]

    def close(self):
        self.closed = True


def item(key, *instruments, state="running", folder=None, on_host_loss="make_safe", safe=None, **place):
    return SimpleNamespace(
        key=key,
        id=f"run-{key}",
        state=state,
        instruments=instruments,
        run_id=None if folder is None else folder.rpartition("/")[2],
        folder=folder,
        on_host_loss=on_host_loss,
        resume="restart",
        safe=safe,
        **{"station": str(STATION.absolute()), "target": "hardware", **place},
    )


def lost(key, *instruments, folder=None, on_host_loss="make_safe"):
    return LostRun(key, f"run-{key}", f"run-{key}", folder, instruments, on_host_loss, "restart")
