"""Procedures of the Hall rack on role players: order of things, what is refused, what is flagged."""

import dataclasses
import math

import numpy as np
import pytest
from hall_bench import R_H, RHO, Rack, Specimen, THICKNESS_m, bench_of, sample

from bench.core.errors import BenchError, MeasurementError
from bench.samples import Declared
from procedures.transport.hall import flags
from procedures.transport.hall.procedure import Hall
from procedures.transport.hall.sweep import HallFieldSweep
from procedures.transport.van_der_pauw.procedure import VanDerPauw


def analysed(kind, rack, **more):
    procedure, record = bench_of(kind, rack, **more)
    procedure.execute()
    procedure.shutdown()
    found = record()
    return procedure, found, procedure.analyse(found)


@pytest.fixture(scope="module")
def hall():
    rack = Rack()
    return rack, *analysed(Hall, rack)


def test_the_film_comes_out(hall):
    _, _, _, analysis = hall
    results = analysis.results
    assert results["sheet_resistance"].value == pytest.approx(RHO / THICKNESS_m, rel=1e-6)
    assert results["hall_coefficient"].value == pytest.approx(R_H, rel=1e-4)
    assert results["mobility"].value == pytest.approx(1e-4, rel=1e-4)
    assert results["hall_coefficient"].flags[0] == flags.TYPE["n"]


def test_everything_is_cold_open_and_at_zero_in_the_end(hall):
    rack = hall[0]
    assert not rack.on
    assert rack.closed == frozenset()
    assert rack.field_T == rack.remanence_T
    # source before relays: they never open hot; whoever runs it makes all of them safe once more
    assert [entry for entry in rack.log if entry[1] == "make_safe"][:3] == [
        ("source", "make_safe"), ("switch", "make_safe"), ("magnet", "make_safe"),
    ]  # fmt: skip


def test_the_field_goes_plus_minus_minus_plus_through_zero(hall):
    steps = [what for who, what in hall[0].log if who == "magnet" and what != "make_safe"]
    assert steps[0] == 0.0
    assert steps[1:9] == [0.5, 0.0, -0.5, -0.5, 0.0, 0.5, 0.5, 0.0]


def test_the_convention_is_printed_with_the_result(hall):
    analysis = hall[3]
    text = dict(analysis.tables["convention"].rows)
    assert text["type"] == "n"
    assert "counter-clockwise" in text["contacts 1 to 4, seen from where a positive field points to"]


def test_clockwise_contacts_turn_the_sign_round():
    _, _, analysis = analysed(Hall, Rack(), declared=sample("clockwise"), cycles=3, groups=1)
    assert analysis.results["hall_coefficient"].flags[0] == flags.TYPE["p"]
    _, _, analysis = analysed(Hall, Rack(), declared=sample(None), cycles=3, groups=1)
    assert flags.NUMBERING_ASSUMED in analysis.results["hall_coefficient"].flags


def test_resistivity_and_hall_coefficient_of_a_mobility_are_of_one_temperature():
    """The room is 1 K warmer in the field than it was around the rim; the declared coefficient is 1 %/K."""
    rack = Rack()
    warm = dataclasses.replace(sample(), temperature_coefficient=Declared(0.01, 0.001, "1/K"))

    def room():
        return 297.15 if any(who == "magnet" and what for who, what in rack.log) else 296.15

    _, _, analysis = analysed(Hall, rack, declared=warm, ambient=room, cycles=3, groups=1)
    mobility = analysis.results["mobility"]
    assert mobility.value == pytest.approx(1e-4 * math.exp(0.01), rel=1e-4)
    assert any("from rim to field" in part.name for part in mobility.budget)


def test_a_hall_voltage_below_the_noise_has_no_sign():
    told = 0
    for seed in range(6):
        rack = Rack(Specimen(rho_xy=lambda field: 0.0), noise_V=1e-7, rng=np.random.default_rng(seed))
        _, _, analysis = analysed(Hall, rack, cycles=3, groups=1)
        if analysis.results["hall_coefficient"].flags[0] == flags.SIGN_NOT_RESOLVED:
            assert analysis.results["carrier_density"].value is None
            assert analysis.results["mobility"].value is None
        else:
            told += 1
    assert told <= 2, "U covers 95 %: three of six would be seen once in 500 times"


def test_a_contact_that_does_not_touch_is_named_and_everything_goes_off():
    rack = Rack(Specimen(lifted=2))
    procedure, _ = bench_of(VanDerPauw, rack)
    with pytest.raises(MeasurementError, match="through contact 2, not even at 100 nA"):
        procedure.execute()
    assert not rack.on
    assert rack.closed == frozenset()


def test_contacts_out_of_order_give_no_resistance():
    rack = Rack(Specimen(angles=(0.0, 181.0, 88.0, 271.0)))
    _, _, analysis = analysed(VanDerPauw, rack)
    assert analysis.results["sheet_resistance"].value is None
    assert flags.RIM_NOT_POSITIVE in analysis.results["sheet_resistance"].flags


def test_a_field_that_the_magnet_does_not_reach_is_refused_before_anything_is_mounted():
    rack = Rack()
    procedure, _ = bench_of(Hall, rack, field="1 T")
    with pytest.raises(MeasurementError, match=r"0\.8 T"):
        procedure.execute()
    assert rack.log == []


def test_a_probe_that_overflows_ends_the_run_cold():
    rack = Rack()

    def overload(found):
        found["gaussmeter"].overload = True

    procedure, _ = bench_of(Hall, rack, change=overload)
    with pytest.raises(MeasurementError, match="overload"):
        procedure.execute()
    assert not rack.on


def test_a_source_that_cannot_be_made_safe_does_not_keep_the_magnet_from_it():
    rack = Rack()

    def broken(found):
        def fail():
            raise BenchError("no answer")

        found["source"].make_safe = fail

    procedure, _ = bench_of(Hall, rack, change=broken)
    procedure.execute()
    with pytest.raises(BenchError, match="no answer"):
        Hall.shutdown(procedure)
    assert ("switch", "make_safe") in rack.log
    assert ("magnet", "make_safe") in rack.log


def test_two_kinds_of_carrier_are_seen_in_a_sweep_and_only_there():
    curved = Specimen(rho_xy=lambda field: R_H * field * (1 + 0.5 * field**2))
    _, _, sweep = analysed(HallFieldSweep, Rack(curved), groups=1, field="0.7 T")
    assert flags.CURVED in sweep.results["hall_coefficient"].flags
    _, _, plain = analysed(HallFieldSweep, Rack(), groups=1, field="0.7 T")
    said = plain.results["hall_coefficient"].flags
    assert not {flags.CURVED, flags.STEP, flags.HYSTERESIS, flags.EVEN} & set(said)
    assert plain.results["hall_coefficient"].value == pytest.approx(R_H, rel=1e-4)


def test_a_magnetic_film_has_a_step_at_zero():
    step = Specimen(rho_xy=lambda field: R_H * field + 3e-4 * (1 if field > 0 else -1))
    _, _, analysis = analysed(HallFieldSweep, Rack(step), groups=1)
    assert flags.STEP in analysis.results["hall_coefficient"].flags


def test_figures_are_drawn(hall):
    _, procedure, record, analysis = hall
    figures = procedure.draw(record, analysis)
    assert set(figures) == {"hall", "permutations", "budget"}
    procedure, record, analysis = analysed(HallFieldSweep, Rack(), groups=1, points=5)
    assert set(procedure.draw(record, analysis)) == {"hall", "permutations", "budget"}
    procedure, record, analysis = analysed(VanDerPauw, Rack())
    assert set(procedure.draw(record, analysis)) == {"permutations", "budget"}


def test_estimates_are_of_the_right_size():
    assert 300 < Hall(current="1 uA").estimate(None).duration_s < 7200
    assert VanDerPauw(current="1 uA").estimate(None).rows > 100
    assert Hall(current="1 uA").problems(None) == ["no sample is named"]
