"""Delta resistance with a scripted meter: blocks, what is flagged, and that the output ends off."""

import numpy as np
import pytest
from scipy.stats import binom

from bench.core.clock import VirtualClock
from bench.core.errors import MeasurementError
from bench.core.readings import DeltaReading, Reading
from bench.core.roles import Accuracy, DeltaMeter, Identity, SafeReport
from bench.core.uncertainty import COVERAGE, coverage_factor
from bench.runs.record import RunRecord
from procedures.transport.resistance import columns as flags
from procedures.transport.resistance.analysis import analyse
from procedures.transport.resistance.blocks import TooFewReadingsError, differ, estimate
from procedures.transport.resistance.columns import COLUMNS
from procedures.transport.resistance.procedure import DeltaResistance


def delta_noise(rng, count):
    raw = rng.standard_normal(count + 2)
    return (raw[:-2] - 2 * raw[1:-1] + raw[2:]) / 4 * np.where(np.arange(count) % 2, -1, 1)


def test_blocks_of_correlated_readings_cover_as_they_say():
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(600):
        found = estimate([1.0 + delta_noise(rng, 100), 1.0 + delta_noise(rng, 100)])
        inside += abs(found.value - 1.0) <= coverage_factor(found.dof) * found.u
    low, high = binom.ppf([5e-4, 1 - 5e-4], 600, COVERAGE)
    # adjacent blocks correlate by a few percent, which is allowed for: a little more may be covered
    assert low <= inside <= min(high + 6, 600)
    with pytest.raises(TooFewReadingsError):
        estimate([np.ones(39)])


def test_a_drift_between_the_tests_is_in_the_uncertainty():
    rng = np.random.default_rng(5)
    tests = [level + 1e-4 * delta_noise(rng, 100) for level in (1.0, 1.01, 1.02)]
    found = estimate(tests)
    assert found.u == pytest.approx(0.01 / np.sqrt(3), rel=0.01)
    assert found.dof == 2


def test_means_differ_only_beyond_tolerance_and_noise():
    rng = np.random.default_rng(4)
    one, same, other = (estimate([level + 0.01 * delta_noise(rng, 100)]) for level in (1.0, 1.0, 1.1))
    assert not differ(one, same, 0.0) or abs(one.value - same.value) > 2 * one.u
    assert differ(one, other, 0.01)
    assert not differ(one, other, 0.2)


STATED = Accuracy(1e-5, 0.0, "test")


class Meter:
    """`ohm(current, delay)`; compliance above `limit_A`."""

    name, load = "meter", "passive"

    def __init__(self, ohm=lambda current, delay: 200.0, limit_A=1.0, accuracy=STATED):
        self.ohm, self.limit_A, self.stated = ohm, limit_A, accuracy
        self.log, self.on, self.count = [], False, 0
        self.rng = np.random.default_rng(1)

    def identity(self):
        return Identity("Nobody", "Meter", "1", "0", "")

    def make_safe(self):
        self.on = False
        self.log.append("make_safe")
        return SafeReport(self.name, True, "off")

    def arm_delta(self, *, current_A, compliance_V, voltage_range_V, nplc=1.0, delay_s=2e-3, count=None):
        assert not self.on
        self.current_A, self.delay_s, self.range_V, self.count = current_A, delay_s, voltage_range_V, 0

    def start_delta(self):
        self.on = True

    def next_delta(self):
        assert self.on
        self.count += 1
        limited = self.current_A > self.limit_A
        noise = 1e-7 * float(self.rng.standard_normal())
        volt = self.ohm(self.current_A, self.delay_s) * self.current_A * (1 + noise)
        reading = Reading(volt, "V", 0.0, self.range_V, limited)
        return DeltaReading(reading, self.current_A, self.count, 0.01 * self.count)

    def delta_readings(self):
        raise NotImplementedError

    def stop_delta(self):
        self.on = False
        self.log.append("stop")

    def delta_accuracy(self):
        return self.stated

    def current_accuracy(self):
        return self.stated


def run(meter, **parameters):
    assert isinstance(meter, DeltaMeter)
    procedure = DeltaResistance(**{"current": "10 uA", "readings": 50, **parameters})
    procedure.bind(meter=meter, clock=VirtualClock(), fixtures={"press": "press"},
                   ambient=Reading(296.15, "K", 0.0))  # fmt: skip
    rows, facts = [], {}
    procedure.emit = lambda topic, row: rows.append(row) if topic == "results" else None
    procedure.should_stop = lambda: False
    context = procedure.context
    real_fact, real_measure = context.fact, context.measure
    stored = []
    context.fact = lambda name, value: (facts.__setitem__(name, value), real_fact(name, value))
    context.measure = lambda row: (stored.append({"Time": 0.0, **row}), real_measure(row))
    procedure.execute()
    parameters = {name: getattr(procedure, name) for name in procedure.parameter_objects()}
    return analyse(RunRecord(COLUMNS, stored, facts, None, parameters)).results["resistance"]


def test_a_plain_resistor():
    meter = Meter()
    result = run(meter)
    assert result.value == pytest.approx(200.0, rel=1e-6)
    assert result.flags == (flags.CONTACTS,)
    assert not meter.on
    assert meter.log.count("stop") == 6
    assert {part.name for part in result.budget} == {"repeatability", "voltage gain", "current gain"}


def test_what_depends_on_the_current_or_the_delay_is_said():
    assert flags.NOT_OHMIC in run(Meter(lambda current, delay: 200.0 + 1e6 * current)).flags
    slow = run(Meter(lambda current, delay: 200.0 - 1.0 * (delay < 0.015)))
    assert flags.NOT_SETTLED in slow.flags
    assert slow.value == pytest.approx(200.0, rel=1e-6)
    assert any(part.name == "not settled" for part in slow.budget)


def test_an_unknown_accuracy_is_said():
    assert flags.TYPE_A_ONLY in run(Meter(accuracy=None)).flags


def test_a_source_in_compliance_is_no_resistance():
    meter = Meter(limit_A=1e-6)
    with pytest.raises(MeasurementError, match="compliance"):
        run(meter)
    assert not meter.on


def test_an_error_on_the_way_leaves_the_output_off():
    meter = Meter()
    meter.next_delta = lambda: (_ for _ in ()).throw(RuntimeError("cable"))
    with pytest.raises(RuntimeError, match="cable"):
        run(meter)
    assert not meter.on
    assert meter.log[-1] == "stop"
