"""Drivers, a world and a procedure of a lab that exists in tests only; `LOG` tells what was called."""

from __future__ import annotations

from typing import ClassVar

from bench.core.errors import CommunicationError, IdentityError, SafeStateError
from bench.core.readings import Reading
from bench.core.roles import Identity, SafeReport
from bench.runs.columns import Column

LOG: list[tuple[str, str]] = []
ROOM_K = 294.5


class Base:
    identity_pattern: ClassVar = r"FAKE,BASE,"
    limit_units: ClassVar = {}
    has_output: ClassVar = False
    option_names: ClassVar = frozenset()

    def __init__(self, resource, *, name, clock, lock, limits, load, visa_library="", **options):
        self.resource, self.name, self.clock, self.lock = resource, name, clock, lock
        self.limits, self.load, self.visa_library, self.options = limits, load, visa_library, options

    @classmethod
    def open(cls, resource, **everything):
        LOG.append(("open", everything["name"]))
        if everything.get("mode") == "no-link":
            raise CommunicationError("nothing answers", remedy="switch it on")
        if everything.get("mode") == "bug":
            raise ZeroDivisionError("a mistake in the driver")
        return cls(resource, **everything)

    def connect(self):
        LOG.append(("connect", self.name))
        if self.options.get("mode") == "stranger":
            raise IdentityError("'ACME,1' answers where a meter is expected", instrument=self.name)

    def close(self):
        LOG.append(("close", self.name))
        if self.options.get("mode") == "no-close":
            raise OSError("the link is gone")

    def identity(self):
        return Identity("FAKE", "BASE", "1", "1.0", "FAKE,BASE,1,1.0")

    def make_safe(self):
        LOG.append(("make_safe", self.name))
        if self.options.get("mode") == "unsafe":
            raise SafeStateError("the output does not go off", instrument=self.name)
        return SafeReport(self.name, True, "output off")


class Meter(Base):
    identity_pattern: ClassVar = r"FAKE,METER,"
    limit_units: ClassVar = {"current": "A", "voltage": "V"}
    has_output: ClassVar = True
    option_names: ClassVar = frozenset({"mode", "channel"})

    @classmethod
    def option_problems(cls, options):
        if not isinstance(options.get("channel", 1), int):
            yield "channel", f"{options['channel']!r} is no channel", "a whole number"

    def voltage(self):
        return Reading(1.0, "V", self.clock.now())


class FakeThermometer(Base):
    identity_pattern: ClassVar = r"FAKE,THERMO"
    option_names: ClassVar = frozenset({"mode"})

    def temperature(self):
        return Reading(ROOM_K, "K", self.clock.now())


class Needy(Base):
    has_output: ClassVar = True
    option_names: ClassVar = frozenset({"channel", "mode"})

    def __init__(self, resource, *, channel, **everything):
        super().__init__(resource, **everything)
        self.channel = channel


class Hollow:
    identity_pattern = ""


def not_a_class():
    return None


class Procedure:
    name = "fake-procedure"


class FakeWorld:
    library_path = "nowhere"

    def __init__(self, *arguments):
        self.arguments = arguments
        self.visa_library = object()

    def close(self):
        LOG.append(("close", "world"))


def build(station, folder, clock, seed):
    return FakeWorld(station, folder, clock, seed)


def build_refusing(station, folder, clock, seed):
    raise ValueError("the truth has no pellet")


class VesselLog:
    name = "vessel-log"
    columns = (
        Column("Time", "s"),
        Column("Vessel temperature", "degC"),
        Column("Voltage", "V"),
        Column("Phase", kind="text"),
    )


class StockLog:
    DATA_COLUMNS: ClassVar = ["Time (s)", "Pressure (bar)"]
