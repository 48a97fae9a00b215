"""The running laboratory: what the bench, the simulated operator and the tests see of a world."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from bench.core.clock import Clock
from simulators.backends.visa import BenchVisaLibrary
from simulators.description import SampleTruth
from simulators.instruments.catalogue import Model, SimulatedInstrument
from simulators.physics.press import Empty, Press, PressBuild, Shorted
from simulators.specimens import true_pellet
from simulators.wire.port import Port

Fact = dict[str, float | str]


class World:
    """Instruments on lines, specimens in fixtures. Every change happens under one lock, at one instant."""

    def __init__(
        self,
        clock: Clock,
        seed: int,
        samples: Mapping[str, SampleTruth],
        presses: Mapping[str, Press],
        builds: Mapping[str, PressBuild],
    ) -> None:
        self.visa_library = BenchVisaLibrary.create()
        self.ports: dict[str, Port] = {}
        self._clock = clock
        self._seed = seed
        self._samples = samples
        self._presses = presses
        self._builds = builds
        self._devices: dict[str, SimulatedInstrument] = {}
        self._lock = threading.RLock()  # nobody waits for the clock while holding it

    @property
    def library_path(self) -> str:
        """`pyvisa.ResourceManager(f"{library_path}@bench")` gives the same library as `visa_library`."""
        return str(self.visa_library.library_path)

    def plug_in(
        self, name: str, resource: str, device: SimulatedInstrument, model: Model, latency_s: float
    ) -> None:
        """Connect an instrument; raises ValueError if its resource name is unusable or taken."""
        line = model.line if resource.upper().startswith("ASRL") else None
        port = Port(
            device,
            self._clock,
            name=name,
            output_terminator=model.output_terminator,
            latency_s=latency_s,
            seconds_per_byte=line.seconds_per_byte if line else 0.0,
            lock=self._lock,
        )
        self.visa_library.attach(resource, port, line)
        self.ports[name] = port
        self._devices[name] = device

    def perform(self, action: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """The simulated operator does something now.

        "mount" {fixture, specimen: "SAMPLE/PELLET"}, "unmount" {fixture}, "open" {fixture}: pistons apart,
        "short" {fixture}: a copper disc instead of a pellet. Returns {fixture, content}. Raises ValueError
        for an unknown action, fixture or specimen.
        """
        actions: Mapping[str, Callable[[Press, Mapping[str, Any]], None]] = {
            "mount": self._mount,
            "unmount": self._empty,
            "open": self._empty,
            "short": self._short,
        }
        if action not in actions:
            raise ValueError(f"the simulated operator cannot {action!r} (known: {', '.join(actions)})")
        fixture = str(details.get("fixture", ""))
        if fixture not in self._presses:
            known = ", ".join(self._presses) or "none"
            raise ValueError(f"{action}: there is no fixture {fixture!r} (known: {known})")
        with self._lock:
            press = self._presses[fixture]
            actions[action](press, details)
            return {"fixture": fixture, "content": press.label}

    def truth(self) -> dict[str, dict[str, Fact]]:
        """What a perfect experiment would find, per sample.

        conductivity: at the mean ambient temperature of the world. contact_resistance: both contacts together
        for the die's nominal area, with the pistons: all inside the sense points that does not grow with
        height. temperature_coefficient: d ln(sigma)/dT at the mean ambient temperature. relative_drift: of
        the resistance with the time since mounting, only where the world file gives one.
        """
        piston_ohm = next((build.piston_ohm for build in self._builds.values()), 0.0)
        found: dict[str, dict[str, Fact]] = {
            name: {
                "conductivity": {"value": sample.law.reference_S_per_m, "unit": "S/m"},
                "contact_resistance": {
                    "value": 2 * sample.contact_resistivity_ohm_m2.value / sample.area_m2.value + piston_ohm,
                    "unit": "ohm",
                },
                "temperature_coefficient": {
                    "value": sample.law.temperature_coefficient_per_K,
                    "unit": "1/K",
                },
            }
            for name, sample in self._samples.items()
        }
        for name, sample in self._samples.items():
            if sample.resistance_drift_per_s.value:
                per_h = 3600 * sample.resistance_drift_per_s.value
                found[name]["relative_drift"] = {"value": per_h, "unit": "1/h"}
        return found

    def inspect(self) -> dict[str, Any]:
        """A look inside, for tests: the state of each instrument, what is in each fixture and flows there."""
        with self._lock:
            now = self._clock.now()
            return {
                "instruments": {name: device.inspect() for name, device in self._devices.items()},
                "fixtures": {name: _look(press, now) for name, press in self._presses.items()},
            }

    def close(self) -> None:
        """Switch it off: every instrument is gone from its line."""
        for port in self.ports.values():
            port.disconnect()

    def _mount(self, press: Press, details: Mapping[str, Any]) -> None:
        specimen = str(details.get("specimen", ""))
        name, _, pellet = specimen.partition("/")
        sample = self._samples.get(name)
        if sample is None or pellet not in sample.pellets:
            known = (
                ", ".join(f"{one}/{id_}" for one, s in self._samples.items() for id_ in s.pellets) or "none"
            )
            raise ValueError(f"mount: there is no specimen {specimen!r} (known: {known})")
        press.place(true_pellet(sample, pellet, self._seed), specimen, self._clock.now())

    def _short(self, press: Press, details: Mapping[str, Any]) -> None:
        press.place(Shorted(), "short", self._clock.now())

    def _empty(self, press: Press, details: Mapping[str, Any]) -> None:
        press.place(Empty(), "open", self._clock.now())


def _look(press: Press, now: float) -> dict[str, Any]:
    point = press.operating_point(now)
    return {
        "content": press.label,
        "temperature_K": press.temperature_K(now),
        "current_A": point.current_A,
        "voltage_V": point.sense_V,
        "limited": point.limited,
    }
