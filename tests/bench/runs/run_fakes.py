"""Fake devices behind fake drivers, small procedures, and a bench made of them, for the tests of runs."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError, IdentityError, SafeStateError
from bench.core.readings import Reading
from bench.core.roles import Identity, Instrument, SafeReport
from bench.core.uncertainty import Result
from bench.runs.columns import Column
from bench.runs.engine.control import QueueControl
from bench.runs.engine.events import RunEvents
from bench.runs.engine.guarding import GuardReport
from bench.runs.engine.leases import Resource
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter, QuantityParameter, SampleParameter
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.procedure import Procedure
from bench.runs.record import Analysis, Table
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import AmbientInstrument, Fixture, InstrumentEntry, Station, Terminal, connect


class Source(Instrument, Protocol):
    """What the test procedures ask for."""

    def set_output(self, on: bool) -> None: ...

    def read(self) -> float: ...


@dataclass
class Device:
    """What stands on the table: it keeps its state when a connection is closed."""

    on: bool = False
    level: float = 0.0
    made_safe: list = field(default_factory=list)
    stuck: bool = False
    gone: bool = False
    other: bool = False
    hang_s: float = 0.0
    guards: bool = False
    kelvin: float | None = 296.0


class FakeDriver:
    identity_pattern = "FAKE"
    limit_units: ClassVar = {"current": "A"}
    has_output = True
    option_names: ClassVar = frozenset()
    model_limits: ClassVar = {}

    def __init__(self, name, clock, device):
        self.name, self.clock, self.device = name, clock, device
        self.load = "passive"

    @classmethod
    def open(cls, resource, *, name, clock, lock, limits, load, visa_library="", **options):
        return cls(name, clock, visa_library[name])

    def connect(self):
        self._link()
        if self.device.other:
            raise IdentityError("'OTHER' answers", instrument=self.name)

    def close(self):
        pass

    def identity(self):
        return Identity("FAKE", "S1", "1", "0", "FAKE,S1,1,0")

    def settings(self):
        return {"output": self.device.on}

    def make_safe(self):
        self._link()
        if self.device.hang_s:
            self.clock.sleep(self.device.hang_s)
        if self.device.stuck:
            raise SafeStateError(
                "the output reads back as on", instrument=self.name, state="treat it as live"
            )
        self.device.on = False
        self.device.made_safe.append(self.clock.now())
        return SafeReport(self.name, True, "output off")

    def _link(self):
        if self.device.gone:
            raise CommunicationError("no reply", instrument=self.name)


class FakeSource(FakeDriver):
    def set_output(self, on):
        self._link()
        self.device.on = on

    def read(self):
        self._link()
        self.clock.sleep(0.1)
        self.device.level += 1.0
        return self.device.level


class FakeFurnace(FakeSource):
    def guard_report(self):
        return GuardReport(self.name, self.device.guards, {"end": "08:00"})


class FakeThermometer(FakeDriver):
    has_output = False

    def temperature(self):
        self._link()
        kelvin = self.device.kelvin
        return Reading(kelvin, "K", self.clock.now(), overload=kelvin is None)


DRIVERS = {"source": FakeSource, "furnace": FakeFurnace, "thermometer": FakeThermometer}


class FakeWorld:
    library_path = "/somewhere/station.toml"

    def __init__(self, devices):
        self.visa_library = devices
        self.done = []

    def perform(self, action, details):
        if action == "impossible":
            raise ValueError("unknown action 'impossible'")
        self.done.append((action, dict(details)))
        return {"slot": 1}

    def truth(self):
        return {}

    def inspect(self):
        return {}

    def close(self):
        pass


class Sweep(Procedure):
    """Switches on, reads some values, and analyses their mean. Tests hook into its phases."""

    name = "sweep"
    roles: ClassVar = {"meter": Source}
    fixtures: ClassVar = {"press": "pellet_press"}
    columns = (Column("Time", "s"), Column("Level", "V"), Column("Phase", kind="text"))

    current = QuantityParameter(
        "Current", unit="A", default="1 mA", maximum="1 A", limited_by=("meter", "current")
    )
    points = IntegerParameter("Points", default=5)
    dwell = QuantityParameter("Dwell", unit="s", default=1)
    sample = SampleParameter(optional=True)

    hooks: ClassVar = {}

    def _hook(self, where):
        act = type(self).hooks.get(where)
        if act is not None:
            act(self)

    def estimate(self, sample):
        return Estimate(self.points * self.dwell, self.points)

    def startup(self):
        self._hook("startup")
        self.meter = self.context.instrument("meter")

    def execute(self):
        self.meter.set_output(True)
        self._hook("execute")
        for number in range(self.points):
            self.context.sleep(self.dwell)
            self.context.measure({"Level": self.meter.read(), "Phase": "up"})
            self.context.progress((number + 1) / self.points)
        self.context.fact("points", self.points)

    def shutdown(self):
        self._hook("shutdown")

    def analyse(self, record):
        self._hook("analyse")
        mean = float(record.column("Level").mean())
        return Analysis(
            {"level": Result(mean, "V", 0.1, 2.0, 0.2)},
            {"all": Table((Column("Level", "V"),), tuple((row["Level"],) for row in record.rows))},
        )

    def draw(self, record, analysis):
        self._hook("draw")
        return {}


class Bench:
    """A station of fakes on a clock, with everything a queue of runs needs."""

    def __init__(self, folder, clock=None, simulated=True, interlocks=(), **more):
        self.clock = clock if clock is not None else VirtualClock()
        self.devices = {"meter": Device(), "furnace": Device(), "ambient": Device()}
        self.station = Station(
            name="lab",
            path=Path("station.toml"),
            ambient=AmbientInstrument("ambient", 0.2),
            instruments={
                name: InstrumentEntry(name, driver, DRIVERS[driver], f"GPIB0::{address}::INSTR")
                for address, (name, driver) in enumerate(
                    {"meter": "source", "furnace": "furnace", "ambient": "thermometer"}.items(), 1
                )
            },
            fixtures={"press": Fixture("press", "pellet_press", {"high": Terminal("meter", "high")})},
            procedures={},
            simulation={"file": "world.toml"},
            data={},
            interlocks={rule.name: rule for rule in interlocks},
        )
        self.world = FakeWorld(self.devices)
        self.connected = connect(
            self.station,
            self.clock,
            world=self.world if simulated else None,
            visa_library=self.devices,
        )
        self.seen = []
        self.control = QueueControl()
        self.data = folder
        self.runner = Runner(
            self.connected, folder, events=RunEvents(self.seen.append), control=self.control, **more
        )

    def planned(self, run_id="r1", procedure=Sweep, instruments=("meter",), **parameters):
        return PlannedRun(
            id=run_id,
            procedure=procedure,
            parameters=parameters,
            sample=None,
            roles=dict(zip(procedure.every_role(), instruments, strict=False)),
            fixtures=dict.fromkeys(procedure.fixtures, "press"),
            instruments=tuple(instruments),
            resources=frozenset(
                [Resource("fixture", "press"), *(Resource("instrument", name) for name in instruments)]
            ),
            estimate=Estimate(5.0, 5),
        )

    def run(self, *runs):
        plan = Plan(Path("queue.toml"), self.station, None, runs or (self.planned(),))
        return self.runner.run(plan).runs

    def at(self, seconds, act):
        """Do something at this many seconds of clock time."""

        def later():
            self.clock.sleep(seconds)
            act()

        return self.clock.spawn(later, name=f"at {seconds} s")

    def kinds(self, outcome):
        return [entry.kind for entry in RunFolder.open(outcome.folder).entries()]

    def facts(self, outcome, kind):
        return [entry.facts for entry in RunFolder.open(outcome.folder).entries() if entry.kind == kind]


def info(outcome):
    return json.loads((outcome.folder / "run.json").read_text())
