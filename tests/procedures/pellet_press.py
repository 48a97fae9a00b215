"""A press with a source meter on it, as simple as possible: no bytes, no clock, every call remembered."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from bench.core.clock import VirtualClock
from bench.core.errors import LimitError
from bench.core.limits import Limits
from bench.core.readings import Reading, SourceMeterReading
from bench.core.roles import Accuracy, Identity, SafeReport
from bench.runs.engine.operators import SimulatedOperator
from procedures.transport.pellet.procedure import PelletConductivity

OPEN_ohm = 1e12


@dataclass
class Specimen:
    """V = ohm*I + emf, or any `curve`; reaches it with the time constant after each change."""

    ohm: float
    emf_V: float = 0.0
    time_constant_s: float = 0.0
    curve: Callable[[float], float] | None = None

    def settled_V(self, current_A: float) -> float:
        return self.curve(current_A) if self.curve else self.ohm * current_A + self.emf_V


@dataclass
class Meter:
    """Sources into `specimen`. `limits` is what a station may have set; `log` holds (what, value)."""

    specimen: Specimen = field(default_factory=lambda: Specimen(OPEN_ohm))
    name: str = "meter"
    load: str = "passive"
    limits: Limits = field(default_factory=Limits)
    noise: float = 1e-6
    published: bool = True
    log: list = field(default_factory=list)
    on: bool = False
    level: float = 0.0
    delay_s: float = 0.0
    _rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(4))
    _sources: str = "A"
    _ranges: tuple[float, float, float] = (1.0, 1.0, 1.0)
    _last_V: float = 0.0

    def identity(self) -> Identity:
        return Identity("Nobody", "Meter", "1", "0", "Nobody,Meter,1,0")

    def make_safe(self) -> SafeReport:
        self.level, self.on = 0.0, False
        self.log.append(("make_safe", True))
        return SafeReport(self.name, True, "output off")

    def source_current(self, *, range_A, compliance_V, voltage_range_V=None) -> None:
        self.level, self.on, self._sources = 0.0, False, "A"
        full = voltage_range_V or min(r for r in self.voltage_ranges_V() if r >= compliance_V)
        self._ranges = (range_A, compliance_V, full)
        self.log.append(("source_current", self._ranges))

    def source_voltage(self, *, range_V, compliance_A, current_range_A=None) -> None:
        self.level, self.on, self._sources = 0.0, False, "V"
        self._ranges = (range_V, compliance_A, current_range_A or compliance_A)
        self.log.append(("source_voltage", self._ranges))

    def set_level(self, level: float) -> None:
        self.limits.check("current" if self._sources == "A" else "voltage", level, instrument=self.name)
        if abs(level) > 1.05 * self._ranges[0]:
            raise LimitError("beyond the range", instrument=self.name)
        self.level = level
        self.log.append(("level", level))

    def set_output(self, on: bool) -> None:
        self.on = on
        self.log.append(("output", on))

    def output_is_on(self) -> bool:
        return self.on

    def set_four_wire(self, on: bool) -> None:
        assert not self.on
        self.log.append(("four_wire", on))

    def set_nplc(self, cycles: float) -> None:
        self.log.append(("nplc", cycles))

    def set_source_delay(self, seconds: float) -> None:
        self.delay_s = seconds
        self.log.append(("delay", seconds))

    def line_frequency_Hz(self) -> float:
        return 50.0

    def measure(self) -> SourceMeterReading:
        assert self.on, "measured with the output off"
        if self._sources == "V":
            volt, ampere = self.level, self.level / self.specimen.ohm
            limited = abs(ampere) > self._ranges[1]
            return self._reading(volt, ampere, self._ranges[0], self._ranges[2], limited)
        volt = self.specimen.settled_V(self.level)
        if self.specimen.time_constant_s:
            volt += (self._last_V - volt) * math.exp(-self.delay_s / self.specimen.time_constant_s)
        limit = min(self._ranges[1], 1.05 * self._ranges[2])
        limited = abs(volt) > limit
        volt = math.copysign(min(abs(volt), limit), volt)
        self._last_V = volt
        return self._reading(volt, self.level, self._ranges[2], self._ranges[0], limited)

    def _reading(self, volt, ampere, range_V, range_A, limited) -> SourceMeterReading:
        volt += self.noise * range_V * self._rng.standard_normal()
        return SourceMeterReading(
            Reading(volt, "V", 0.0, range_V, limited), Reading(ampere, "A", 0.0, range_A, limited)
        )

    def current_ranges_A(self) -> tuple[float, ...]:
        return (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)

    def voltage_ranges_V(self) -> tuple[float, ...]:
        return (0.2, 2.0, 20.0, 200.0)

    def accuracy(self, reading: Reading) -> Accuracy | None:
        return Accuracy(1e-4, 1e-4, "test") if self.published else None


def bench_of(sample, pellets: dict[str, Specimen], meter: Meter | None = None, chosen="", **parameters):
    """A procedure ready to execute, its meter, and the list of what the operator was asked."""
    meter = meter or Meter()
    asked = []

    def perform(action, details):
        assert not meter.on, f"somebody is at the press ({action}) with the output on"
        asked.append((action, details.get("specimen")))
        if action == "open":
            meter.specimen = Specimen(OPEN_ohm)
        elif action == "short":
            meter.specimen = pellets.get("short", Specimen(0.5))
        else:
            meter.specimen = pellets[details["specimen"].partition("/")[2]]
        return {}

    procedure = PelletConductivity(pellets=chosen, **parameters)
    procedure.bind(
        meter=meter,
        sample=sample,
        operator=SimulatedOperator(perform),
        clock=VirtualClock(),
        ambient=Reading(296.15, "K", 0.0),
    )
    procedure.emit = lambda *_: None
    procedure.should_stop = lambda: False
    return procedure, meter, asked
