"""Particle runs on a scripted meter: what is fitted, what is flagged, and that the output ends off."""

import numpy as np
import pytest
from pellet_press import Meter

from bench.core.clock import VirtualClock
from bench.core.readings import Reading
from bench.core.roles import SourceMeter
from bench.runs.engine.operators import SimulatedOperator
from bench.runs.record import RunRecord
from bench.samples import Sample
from procedures.transport.particle import flags
from procedures.transport.particle.barriers import BackToBack
from procedures.transport.particle.columns import COLUMNS
from procedures.transport.particle.procedure import ParticleIV
from procedures.transport.particle.tips import sweep_levels, window_levels


class Tips(Meter):
    """Sources voltage into I(V), `up` knowing whether the voltage rises; current into 5 ohm."""

    def __init__(self, curve):
        super().__init__()
        self.curve, self.before = curve, 0.0

    def current_ranges_A(self):
        return (1e-8, 1e-7, 1e-6, 1e-5)

    def voltage_ranges_V(self):
        return (0.02, 0.2, 2.0)

    def measure(self):
        assert self.on
        if self._sources == "A":
            return self._reading(5.0 * self.level, self.level, self._ranges[2], self._ranges[0], False)
        rising = self.level > self.before
        self.before = self.level
        ampere = self.curve(self.level, rising)
        limited = abs(ampere) > self._ranges[1]
        ampere = float(np.clip(ampere, -self._ranges[1], self._ranges[1]))
        ampere += 1e-6 * self._ranges[2] * float(self._rng.standard_normal())
        return self._reading(self.level, ampere, self._ranges[0], self._ranges[2], limited)

    def _reading(self, volt, ampere, range_V, range_A, limited):
        found = super()._reading(volt, ampere, range_V, range_A, limited)
        return found


def run(curves, four_wire=True, **parameters):
    """Analysis of a run in which p1, p2 ... have these curves; the meter and what the operator was asked."""
    meter, asked, stored, facts = Tips(lambda v, up: 1e-12 * v), [], [], {}
    assert isinstance(meter, SourceMeter)

    def perform(action, details):
        assert not meter.on, "somebody is at the tips with the output on"
        asked.append(action)
        if action == "mount":
            meter.curve = curves[details["specimen"].partition("/")[2]]
        return {}

    procedure = ParticleIV(particles=", ".join(curves), four_wire=four_wire, **parameters)
    sample = Sample("x", "QMS")
    assert procedure.problems(sample) == []
    procedure.bind(meter=meter, sample=sample, operator=SimulatedOperator(perform), clock=VirtualClock(),
                   ambient=Reading(296.15, "K", 0.0))  # fmt: skip
    procedure.emit, procedure.should_stop = (lambda *_: None), (lambda: False)
    context = procedure.context
    real = context.measure
    context.measure = lambda row: (stored.append({"Time": float(len(stored)), **row}), real(row))
    context.fact = facts.__setitem__
    procedure.execute()
    assert not meter.on
    values = {name: getattr(procedure, name) for name in procedure.parameter_objects()}
    record = RunRecord(COLUMNS, stored, facts, sample, values)
    return procedure, record, procedure.analyse(record), asked


def ohmic(siemens):
    return lambda v, up: siemens * v


def test_ohmic_particles():
    _, _, analysis, asked = run({"p1": ohmic(1.0e-7), "p2": ohmic(1.1e-7), "p3": ohmic(1.2e-7)})
    assert asked == ["open", "short", "mount", "mount", "mount"]
    mean = analysis.results["particle_conductance"]
    assert mean.value == pytest.approx(1.1e-7 - 1e-12, rel=1e-3)
    assert mean.u == pytest.approx(1e-8 / np.sqrt(3), rel=0.01)
    assert mean.dof == pytest.approx(2, abs=0.01)
    assert f"{flags.KIND}: ohmic" in mean.flags
    assert analysis.results["conductance_p1"].U < 0.01e-7
    assert analysis.results["particle_resistivity"].flags == (flags.NOT_SEPARATED,)


def test_one_particle_has_no_mean():
    _, _, analysis, _ = run({"p1": ohmic(1e-7)})
    assert analysis.results["particle_conductance"].value is None
    assert flags.ONE_PARTICLE in analysis.results["particle_conductance"].flags
    assert analysis.results["conductance_p1"].value == pytest.approx(1e-7, rel=1e-3)


def test_leads_are_subtracted_in_two_wire_only():
    # tip on tip is 5 ohm: nothing at 10 Mohm, half a percent at 1 kohm
    curve = {"p1": ohmic(1e-3)}
    settings = {"current_max": "10 uA", "window": "2 mV", "voltage_max": "2 mV", "power_max": "1 uW"}
    _, _, two, _ = run(curve, four_wire=False, **settings)
    _, _, four, _ = run(curve, **settings)
    ratio = two.results["conductance_p1"].value / four.results["conductance_p1"].value
    assert ratio == pytest.approx(1 / (1 - 5e-3), rel=2e-3)


def test_barriers_are_told_and_the_slope_is_that_at_zero():
    model = BackToBack(1e-9, 1e-9, 1e5, 296.15)
    curve = {name: (lambda v, up: float(model.current_A(np.array([v]))[0])) for name in ("p1", "p2")}
    procedure, record, analysis, _ = run(curve)
    assert analysis.results["conductance_p1"].value == pytest.approx(model.zero_bias_S, rel=5e-3)
    said = analysis.results["particle_conductance"].flags
    assert any(flag.startswith(flags.BARRIER_LIMITED) for flag in said)
    assert set(procedure.draw(record, analysis)) == {"iv", "budget"}


def test_compliance_is_stored_and_never_fitted():
    # 1 uS: at 100 mV 100 nA, above the limit of 50 nA
    _, record, analysis, _ = run({"p1": ohmic(1e-6)}, current_max="50 nA", power_max="1 mW")
    assert any(record.column("Compliance"))
    result = analysis.results["conductance_p1"]
    assert flags.IN_COMPLIANCE in result.flags
    assert result.value == pytest.approx(1e-6, rel=1e-3)
    assert f"{flags.KIND}: ohmic" in result.flags


def test_hysteresis_is_said():
    _, _, analysis, _ = run({"p1": lambda v, up: 1e-7 * v * (1.1 if up else 0.9)})
    assert flags.HYSTERESIS in analysis.results["conductance_p1"].flags


def test_the_power_is_kept():
    _, record, _, _ = run({"p1": ohmic(1e-6)}, power_max="1 nW", current_max="1 uA")
    sweep = record.column("Phase") == "sweep"
    power = np.abs(record.column("Voltage") * record.column("Current"))[sweep]
    assert power.max() <= 1.05e-9


def test_the_sweep_never_jumps():
    levels = [level for _, level in sweep_levels(0.1, 40)]
    assert np.abs(np.diff([0.0, *levels, 0.0])).max() <= 0.1 / 20 * 1.0001
    assert (min(levels), max(levels)) == (-0.1, 0.1)
    window = list(window_levels(0.01, 2, 2))
    assert [level for _, group, level in window if group == 0] == [0.005, -0.005, -0.005, 0.005]
    assert len(window) == 16


def test_what_is_wrong_is_said_before_anything_is_connected():
    assert ParticleIV(particles="p1").problems(None) == ["no sample is named"]
    sample = Sample("x", "QMS")
    assert ParticleIV(particles=" ").problems(sample) == ["no particle is named"]
    assert "twice" in ParticleIV(particles="p1, p1").problems(sample)[0]
    assert "wider" in ParticleIV(window="1 V").problems(sample)[0]
