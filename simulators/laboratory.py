"""The running laboratory: what the bench, the simulated operator and the tests see of a world."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from bench.core.clock import Clock
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.fixtures.kind import Fixture
from simulators.instruments.model import Model, OnBus, SharedLine, SimulatedInstrument
from simulators.specimens.kind import Fact
from simulators.specimens.sample import SampleTruth
from simulators.units import Unit
from simulators.wire.port import Port


class World:
    """Instruments on lines, specimens in fixtures. Every change happens under one lock, at one instant."""

    def __init__(
        self,
        clock: Clock,
        seed: int,
        samples: Mapping[str, SampleTruth],
        fixtures: Mapping[str, Fixture],
        builds: Sequence[object],
    ) -> None:
        self.visa_library = BenchVisaLibrary.create()
        self.ports: dict[str, Port] = {}
        self.fixtures = fixtures
        self._clock = clock
        self._seed = seed
        self._samples = samples
        self._builds = builds
        self._devices: dict[str, SimulatedInstrument | OnBus] = {}
        self._channels: dict[str, tuple[str, str]] = {}
        self._lines: dict[str, tuple[SharedLine, Port]] = {}
        self._lock = threading.RLock()  # nobody waits for the clock while holding it

    @property
    def library_path(self) -> str:
        """`pyvisa.ResourceManager(f"{library_path}@bench")` gives the same library as `visa_library`."""
        return str(self.visa_library.library_path)

    def plug_in(
        self, unit: Unit, resource: str, device: SimulatedInstrument | OnBus, model: Model, latency_s: float
    ) -> None:
        """Connect an instrument; raises ValueError if its resource name is unusable or taken.

        Units on a bus that have one resource share its line; the others have one each. Entries that are
        channels of one instrument share its port.
        """
        name = unit.name
        if isinstance(device, OnBus):
            self._hang_on(name, resource, device, model, latency_s)
        else:
            line = _line(resource, model)
            self.ports[name] = Port(
                device,
                self._clock,
                name=name,
                input_terminator=model.input_terminator,
                output_terminator=model.output_terminator,
                latency_s=latency_s,
                seconds_per_byte=line.seconds_per_byte if line else 0.0,
                lock=self._lock,
            )
            self.visa_library.attach(resource, self.ports[name], line)
        self._devices[name] = device
        for entry, channel in unit.channels.items():
            self.ports[entry] = self.ports[name]
            self._channels[entry] = name, channel

    def _hang_on(self, name: str, resource: str, device: OnBus, model: Model, latency_s: float) -> None:
        own = device.bus(self._clock)
        if resource not in self._lines:
            line = _line(resource, model)
            seconds_per_byte = line.seconds_per_byte if line else 0.0
            port = Port(
                own,
                self._clock,
                name=name,
                input_terminator=model.input_terminator,
                output_terminator=model.output_terminator,
                latency_s=latency_s,
                seconds_per_byte=seconds_per_byte,
                lock=self._lock,
                framing=None if device.framing is None else device.framing(seconds_per_byte),
            )
            self.visa_library.attach(resource, port, line)
            self._lines[resource] = own, port
        bus, port = self._lines[resource]
        if type(bus) is not type(own):
            raise ValueError(f"{resource} is a line of {port.name!r}, which speaks another protocol")
        bus.add(device.address, device.unit)
        self.ports[name] = port

    def perform(self, action: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """The simulated operator does something now, with the fixture that the details name.

        What can be done is up to the fixture (simulators/fixtures); "mount" {fixture, specimen: "SAMPLE/ID"}
        and "unmount" {fixture} always can. Returns {fixture, content}. Raises ValueError for an unknown
        action, fixture or specimen.
        """
        known = {name for fixture in self.fixtures.values() for name in fixture.actions}
        if self.fixtures and action not in known:
            raise ValueError(f"the simulated operator cannot {action!r} (known: {', '.join(sorted(known))})")
        name = str(details.get("fixture", ""))
        if name not in self.fixtures:
            there_are = ", ".join(self.fixtures) or "none"
            raise ValueError(f"{action}: there is no fixture {name!r} (known: {there_are})")
        fixture = self.fixtures[name]
        if action not in fixture.actions:
            raise ValueError(
                f"the simulated operator cannot {action!r} {name!r} (known: {', '.join(fixture.actions)})"
            )
        with self._lock:
            fixture.actions[action](details, self._clock.now())
            return {"fixture": name, "content": fixture.label}

    def truth(self) -> dict[str, dict[str, Fact]]:
        """What a perfect experiment would find, per sample; names and meaning: simulators/specimens."""
        return {name: sample.facts(self._builds, self._seed) for name, sample in self._samples.items()}

    def inspect(self) -> dict[str, Any]:
        """A look inside, for tests: the state of each instrument, what is in each fixture and flows there."""
        with self._lock:
            now = self._clock.now()
            return {
                "instruments": {entry: self._look(*which) for entry, which in self._channels.items()},
                "fixtures": {name: fixture.inspect(now) for name, fixture in self.fixtures.items()},
            }

    def _look(self, name: str, channel: str) -> dict[str, Any]:
        """The instrument, and where an entry is one of its channels, that one's state in front."""
        state = self._devices[name].inspect()
        return {**state, **state["channels"][channel]} if channel else state

    def close(self) -> None:
        """Switch it off: every instrument is gone from its line."""
        for port in self.ports.values():
            port.disconnect()


def _line(resource: str, model: Model) -> SerialLine | None:
    return model.line if resource.upper().startswith("ASRL") else None
