"""Four-point runs on a scripted meter: what is stated, and what is refused."""

import pytest
from pellet_press import Meter, Specimen

from bench.core.clock import VirtualClock
from bench.core.readings import Reading
from bench.runs.engine.operators import SimulatedOperator
from bench.runs.record import RunRecord
from bench.samples import Declared, Film, Sample
from procedures.transport.four_point import analysis as words
from procedures.transport.four_point.procedure import COLLINEAR, COLUMNS, FourPoint

SAMPLE = Sample("x", "QMS", film=Film(Declared(1e-5, 5e-7, "m")))


def run(specimen, sample=SAMPLE, **parameters):
    meter, stored, facts = Meter(specimen), [], {}
    procedure = FourPoint(**parameters)
    procedure.bind(meter=meter, sample=sample, operator=SimulatedOperator(lambda action, details: {}),
                   clock=VirtualClock(), ambient=Reading(296.15, "K", 0.0))  # fmt: skip
    procedure.emit, procedure.should_stop = (lambda *_: None), (lambda: False)
    context = procedure.context
    real = context.measure
    context.measure = lambda row: (stored.append({"Time": float(len(stored)), **row}), real(row))
    context.fact = facts.__setitem__
    procedure.execute()
    assert not meter.on
    values = {name: getattr(procedure, name) for name in procedure.parameter_objects()}
    record = RunRecord(COLUMNS, stored, facts, sample, values)
    found = procedure.analyse(record)
    assert set(procedure.draw(record, found)) <= {"budget"}
    return found.results


def test_a_sheet():
    results = run(Specimen(1e5, emf_V=1e-4), u_geometry_factor=0.02)
    assert results["resistance"].value == pytest.approx(1e5, rel=1e-3)
    sheet = results["sheet_resistance"]
    assert sheet.value == pytest.approx(COLLINEAR * 1e5, rel=1e-3)
    assert sheet.u == pytest.approx(0.02 * sheet.value, rel=0.01)
    assert results["resistivity"].value == pytest.approx(sheet.value * 1e-5)
    assert pytest.approx(4.532360, abs=1e-6) == COLLINEAR


def test_geometry_and_thickness_are_not_guessed():
    results = run(Specimen(1e5))
    assert results["resistance"].value is not None
    assert results["sheet_resistance"].flags[0] == words.NO_FACTOR
    bare = run(Specimen(1e5), Sample("x", "QMS"), u_geometry_factor=0.02)
    assert bare["resistivity"].flags[0] == words.NO_THICKNESS


def test_what_does_not_obey_ohm_s_law_has_no_resistance():
    results = run(Specimen(0.0, curve=lambda ampere: 1e5 * ampere * (1 + (ampere / 1e-6) ** 2)))
    assert all(result.value is None for result in results.values())
    assert results["resistance"].flags[0] == words.NOT_OHMIC


def test_probes_that_do_not_touch():
    results = run(Specimen(1e12))
    assert results["resistance"].flags[0] == words.TOO_FEW
    assert words.NOT_SETTLED in results["resistance"].flags
