"""A Hall rack as simple as possible: role players on the exact sheet, no bytes, every call remembered."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from bench.core.clock import VirtualClock
from bench.core.readings import Reading
from bench.core.roles import (
    Accuracy,
    CurrentSource,
    FieldMeter,
    FieldSource,
    Identity,
    RangedAmmeter,
    RangedVoltmeter,
    SafeReport,
    SwitchMatrix,
)
from bench.runs.engine.operators import SimulatedOperator
from bench.runs.record import RunRecord
from bench.samples import Declared, Film, Sample
from procedures.transport.van_der_pauw.columns import COLUMNS
from simulators.physics.carriers import Resistivity
from simulators.physics.sheet import Sheet, half_plane

RHO, R_H, THICKNESS_m = 20.0, -2e-3, 1e-5
ANGLES = (0.0, 88.0, 181.0, 271.0)


@dataclass
class Specimen:
    """`rho_xy(B)` may be any function; EMF of each contact in V; a lifted contact touches no more."""

    angles: tuple[float, ...] = ANGLES
    emf_V: tuple[float, ...] = (3e-6, -2e-6, 5e-6, 0.0)
    lifted: int = 0
    rho_xy: object = staticmethod(lambda field_T: R_H * field_T)

    def feel(self, field_T):
        """The field has changed: for one that remembers."""

    def voltage(self, current_A, i, j, k, l, field_T):  # noqa: E741
        sheet = Sheet(half_plane([math.radians(angle) for angle in self.angles]))
        z = sheet.impedance_ohm(Resistivity(RHO, self.rho_xy(field_T)), THICKNESS_m)
        return current_A * (z[k, i] - z[l, i] - z[k, j] + z[l, j]) + self.emf_V[k] - self.emf_V[l]


@dataclass
class Rack:
    """What hangs together; `log` holds (who, what)."""

    specimen: Specimen = field(default_factory=Specimen)
    noise_V: float = 1e-9
    remanence_T: float = 2e-3
    log: list = field(default_factory=list)
    closed: frozenset = frozenset()
    on: bool = False
    level_A: float = 0.0
    field_T: float = 0.0
    compliance_V: float = 10.0
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def contacts(self):
        at = {column: row - 1 for row, column in self.closed}
        return at[1], at[2], at[3], at[4]

    def set_field(self, nominal_T):
        self.field_T = nominal_T * 1.02 + self.remanence_T
        self.specimen.feel(self.field_T)

    def limited(self):
        return self.on and self.specimen.lifted - 1 in self.contacts()[:2]


class Player:
    """Name, identity and safe state that all of them have."""

    load = "passive"

    def __init__(self, rack, name):
        self.rack, self.name = rack, name

    def identity(self):
        return Identity("Nobody", self.name, "1", "0", "")

    def make_safe(self):
        self.rack.log.append((self.name, "make_safe"))
        self._safe()
        return SafeReport(self.name, True, "safe")

    def _safe(self):
        pass


class Source(Player):
    def _safe(self):
        self.rack.on, self.rack.level_A = False, 0.0

    def source_current(self, *, range_A, compliance_V):
        self.rack.on, self.rack.level_A, self.rack.compliance_V = False, 0.0, compliance_V

    def set_level(self, level):
        self.rack.level_A = level

    def set_output(self, on):
        assert not on or self.rack.closed, "sources into nothing"
        self.rack.on = on
        self.rack.log.append(("source", "on" if on else "off"))

    def output_is_on(self):
        return self.rack.on

    def in_compliance(self):
        return self.rack.limited()

    def current_ranges_A(self):
        return (2e-9, 2e-8, 2e-7, 2e-6, 2e-5)

    def current_accuracy(self):
        return None


class Switch(Player):
    def _safe(self):
        self.open_all()

    def connect_only(self, crosspoints):
        assert not self.rack.on, "switched hot"
        self.rack.closed = frozenset(crosspoints)
        self.rack.log.append(("switch", "closed"))

    def open_all(self):
        assert not self.rack.on, "switched hot"
        self.rack.closed = frozenset()
        self.rack.log.append(("switch", "open"))

    def closed(self):
        return self.rack.closed

    def size(self):
        return (4, 4)


class AmmeterPlayer(Player):
    def measure_current(self, *, range_A=None, nplc=5.0):
        self.range_A = range_A

    def current_ranges_A(self):
        return (2e-9, 2e-8, 2e-7, 2e-6, 2e-5)

    def current(self):
        assert self.rack.on
        return Reading(self.rack.level_A, "A", 0.0, self.range_A)

    def accuracy(self, reading):
        return Accuracy(1e-3, 0.0, "test")


class VoltmeterPlayer(Player):
    range_V = None

    def measure_voltage(self, *, range_V=None, nplc=5.0):
        self.range_V = range_V

    def voltage_ranges_V(self):
        return (0.01, 0.1, 1.0, 10.0)

    def voltage(self):
        rack = self.rack
        volt = rack.specimen.voltage(rack.level_A, *rack.contacts(), rack.field_T)
        volt += rack.noise_V * rack.rng.standard_normal()
        return Reading(float(volt), "V", 0.0, self.range_V or 10.0)

    def accuracy(self, reading):
        return Accuracy(1e-4, 0.0, "test")


class Magnet(Player):
    set_T = 0.0

    def _safe(self):
        self.set_T = 0.0
        self.rack.set_field(0.0)

    def set_field(self, field_T):
        assert self.set_T * field_T >= 0, "reversed without going through zero"
        assert not self.rack.on, "the field changes under current"
        self.set_T = field_T
        self.rack.log.append(("magnet", field_T))
        self.rack.set_field(field_T)

    def is_ramping(self):
        return False

    def largest_field_T(self):
        return 0.8


class Gaussmeter(Player):
    overload = False

    def field(self):
        return Reading(None if self.overload else self.rack.field_T, "T", 0.0, 1.0, overload=self.overload)

    def field_accuracy(self, reading):
        return Accuracy(2e-3, 0.0, "test")


def sample(numbering="counter-clockwise"):
    return Sample("x", "QMS", film=Film(Declared(THICKNESS_m, 5e-7, "m"), numbering))


def players(rack):
    found = {
        "source": Source(rack, "source"),
        "ammeter": AmmeterPlayer(rack, "ammeter"),
        "voltmeter": VoltmeterPlayer(rack, "voltmeter"),
        "switch": Switch(rack, "switch"),
        "magnet": Magnet(rack, "magnet"),
        "gaussmeter": Gaussmeter(rack, "gaussmeter"),
    }
    for role, protocol in zip(
        found,
        (CurrentSource, RangedAmmeter, RangedVoltmeter, SwitchMatrix, FieldSource, FieldMeter),
        strict=True,
    ):
        assert isinstance(found[role], protocol), role
    return found


def bench_of(
    kind, rack, declared=None, change=None, ambient=lambda: 296.15, clock=None, prepare=None, **parameters
):
    """A procedure ready to execute and a function that makes its record.

    `change` the role players or `prepare` the context before that.
    """
    procedure = kind(**{"current": "1 uA", **parameters})
    found = {role: one for role, one in players(rack).items() if role in kind.every_role()}
    if change:
        change(found)
    stored, facts = [], {}
    clock = clock or VirtualClock()
    procedure.bind(
        **found,
        sample=declared or sample(),
        operator=SimulatedOperator(lambda action, details: {}),
        clock=clock,
        ambient=lambda: Reading(ambient(), "K", 0.0),
        ambient_u_K=0.2,
    )
    procedure.emit = lambda *_: None
    procedure.should_stop = lambda: False
    context = procedure.context
    real = context.measure
    context.measure = lambda row: (stored.append({"Time": clock.now(), **row}), real(row))
    context.fact = facts.__setitem__
    facts["ambient_u_K"] = 0.2
    if prepare:
        prepare(context)

    def record():
        values = {name: getattr(procedure, name) for name in procedure.parameter_objects()}
        return RunRecord(COLUMNS, stored, facts, declared or sample(), values)

    return procedure, record
