"""From rows to results: exact without noise, unmoved by what must cancel, silent where it must be."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pellet_model import HEIGHTS_m, Truth, record_of, rows_of, with_

from procedures.common.budget_table import BUDGET
from procedures.transport.pellet import flags
from procedures.transport.pellet.analysis import analyse
from procedures.transport.pellet.columns import SHORT, SWEEP
from procedures.transport.pellet.tables import CORRECTIONS, PELLETS

GAINS = {
    "accuracy": [
        {"unit": "V", "range": 2.0, "relative": 1.2e-4, "offset": 3e-4, "source": "test"},
        {"unit": "A", "range": 1e-4, "relative": 2.5e-4, "offset": 6e-9, "source": "test"},
    ]
}
DECLARED = Truth(u_height_m=20e-6, u_area=0.005, noise_V=2e-5, facts=GAINS, alpha_per_K=0.01)


def results(truth, rows=None):
    return analyse(record_of(truth, rows)).results


def budget(result):
    return {part.name: part for part in result.budget}


# ---- closed forms


@settings(max_examples=60, deadline=None)
@given(
    conductivity=st.floats(1e-6, 1e3),
    contact=st.floats(0.0, 5.0),
    emf=st.floats(-1e-2, 1e-2),
    drift=st.floats(-1e-4, 1e-4),
    series=st.floats(0.0, 2.0),
)
def test_without_noise_the_truth_comes_back(conductivity, contact, emf, drift, series):
    bulk = 2e-3 / (conductivity * 1e-4)
    truth = Truth(
        conductivity=conductivity,
        contact_ohm=contact * bulk,
        series_ohm=series * bulk,
        emf_V=emf,
        drift_V_per_s=drift,
        max_A=1.0 / bulk,
    )
    found = results(truth)
    assert found["conductivity"].value == pytest.approx(conductivity, rel=1e-8)
    assert found["resistivity"].value == pytest.approx(1 / conductivity, rel=1e-8)
    assert found["contact_resistance"].value == pytest.approx(contact * bulk, abs=1e-7 * bulk)


def test_leakage_and_leads_are_taken_out_again():
    truth = Truth(leakage_S=2e-6, series_ohm=50.0)
    found = results(truth)
    assert found["conductivity"].value == pytest.approx(1e-3, rel=1e-9)
    assert found["contact_resistance"].value == pytest.approx(100.0, rel=1e-6)


def test_in_four_wire_the_short_is_recorded_and_not_subtracted():
    truth = Truth(series_ohm=50.0, parameters={"four_wire": True})
    analysis = analyse(record_of(truth))
    assert analysis.results["conductivity"].value == pytest.approx(1e-3, rel=1e-9)
    assert analysis.results["contact_resistance"].value == pytest.approx(150.0, rel=1e-9)
    (short,) = [row for row in analysis.tables["corrections"].rows if row[0].startswith("short")]
    assert short[1] == pytest.approx(50.0)
    assert short[4] is False


@given(scale=st.floats(1e-3, 1e3))
@settings(max_examples=20, deadline=None)
def test_twice_the_area_is_half_the_conductivity(scale):
    small = results(DECLARED)["conductivity"]
    rows = rows_of(DECLARED)
    large = analyse(record_of(with_(DECLARED, area_m2=1e-4 * scale), rows)).results["conductivity"]
    assert large.value == pytest.approx(small.value / scale, rel=1e-9)
    assert large.U / large.value == pytest.approx(small.U / small.value, rel=1e-6)


def test_exchanged_leads_give_no_conductivity():
    rows = rows_of(Truth())
    for row in rows:
        if row["Phase"] == SWEEP:
            row["Voltage"] = -row["Voltage"]
    found = results(Truth(), rows)
    assert found["conductivity"].value is None
    assert f"{flags.NOT_POSITIVE}: pellets a, b, c, d, e" in found["conductivity"].flags


# ---- temperature


def test_the_conductivity_is_stated_at_the_reference_temperature():
    parameters = {"reference_temperature": 296.15, "u_temperature": 0.2}
    warm = Truth(kelvin=298.15, alpha_per_K=0.02, u_alpha_per_K=0.004, parameters=parameters)
    found = results(warm)["conductivity"]
    assert found.value == pytest.approx(1e-3 * math.exp(-0.02 * 2.0), rel=1e-9)
    parts = budget(found)
    assert parts["temperature of the pellet"].contribution == pytest.approx(
        0.02 * 0.2 * found.value, rel=1e-6
    )
    assert parts["temperature coefficient"].contribution == pytest.approx(2.0 * 0.004 * found.value, rel=1e-6)


def test_pellets_measured_at_different_temperatures_are_brought_together():
    truth = Truth(alpha_per_K=0.02, contact_ohm=0.0, parameters={"u_temperature": 0.1})
    rows = rows_of(truth)
    for row in rows:
        if row["Phase"] == SWEEP:
            row["Temperature"] = 296.15 + 0.5 * "abcde".index(row["Pellet"])
            row["Voltage"] *= math.exp(-0.02 * (row["Temperature"] - 297.15))
    found = results(truth, rows)
    assert found["conductivity"].value == pytest.approx(1e-3, rel=1e-9)
    assert found["contact_resistance"].value == pytest.approx(0.0, abs=1e-4)
    assert found["temperature"].value == pytest.approx(297.15)
    assert found["temperature"].u == pytest.approx(math.hypot(0.1, 1.0 / math.sqrt(3)))


def test_without_a_coefficient_nothing_is_corrected_and_a_flag_says_so():
    warm = Truth(kelvin=298.15, parameters={"reference_temperature": 296.15})
    found = results(warm)
    assert found["conductivity"].value == pytest.approx(1e-3, rel=1e-9)
    assert flags.NO_COEFFICIENT in found["conductivity"].flags
    assert found["temperature"].value == pytest.approx(298.15)


def test_a_thermometer_without_a_reading():
    rows = rows_of(DECLARED)
    for row in rows:
        row["Temperature"] = None
    found = results(DECLARED, rows)
    assert found["temperature"].value is None
    assert flags.NO_TEMPERATURE in found["conductivity"].flags
    assert found["conductivity"].value == pytest.approx(1e-3, rel=1e-3)


def test_whose_word_the_uncertainty_of_the_temperature_is():
    by_parameter = with_(DECLARED, parameters={"u_temperature": 0.7}, facts={"ambient_u_K": 0.3})
    by_station = with_(DECLARED, parameters={"u_temperature": None}, facts={"ambient_u_K": 0.3})
    by_nobody = with_(DECLARED, parameters={"u_temperature": None}, facts={})
    assert results(by_parameter)["temperature"].u == pytest.approx(0.7)
    assert results(by_station)["temperature"].u == pytest.approx(0.3)
    assumed = results(by_nobody)["temperature"]
    assert (assumed.u, assumed.flags) == (pytest.approx(0.2), (flags.NO_TEMPERATURE_U,))


# ---- the budget


def test_the_parts_of_the_budget_are_those_of_the_closed_form():
    found = results(DECLARED)
    sigma = found["conductivity"]
    parts = budget(sigma)
    height = np.array(HEIGHTS_m)
    spread = np.sqrt(np.sum((height - height.mean()) ** 2))
    assert parts["heights"].contribution / sigma.value == pytest.approx(20e-6 / spread, rel=1e-3)
    assert parts["area"].contribution / sigma.value == pytest.approx(0.005, rel=1e-9)
    one = 1.2e-4 / math.sqrt(3)
    assert parts["voltage gain, range 2 V"].contribution / sigma.value == pytest.approx(one, rel=0.02)
    assert parts["repeatability"].kind == "A"
    assert 5 < parts["repeatability"].dof < 36
    assert sigma.u == pytest.approx(math.sqrt(sum(part.contribution**2 for part in sigma.budget)))
    assert sigma.k == pytest.approx(2.0, abs=0.01)
    assert "area" not in budget(found["contact_resistance"])


def test_one_gain_error_on_all_pellets_moves_the_contact_with_the_contact_only():
    """Common to all points it scales the line: the intercept moves by its own share, not by the slope's."""
    found = results(with_(DECLARED, contact_ohm=10_000.0))
    part = budget(found["contact_resistance"])["voltage gain, range 2 V"]
    expected = found["contact_resistance"].value * 1.2e-4 / math.sqrt(3)
    assert part.contribution == pytest.approx(expected, rel=0.01)


def test_gain_errors_of_two_ranges_are_independent_and_tilt_the_line():
    rows = rows_of(DECLARED)
    for row in rows:
        if row["Phase"] == SWEEP and row["Pellet"] in "de":
            row["Voltage range"] = 20.0
    line = {"unit": "V", "range": 20.0, "relative": 1.2e-4, "offset": 3e-4, "source": "test"}
    both = with_(DECLARED, facts={"accuracy": [*GAINS["accuracy"], line]})
    found = results(both, rows)["conductivity"]
    parts = budget(found)
    low, high = parts["voltage gain, range 2 V"].contribution, parts["voltage gain, range 20 V"].contribution
    assert math.hypot(low, high) > 1.5 * found.value * 1.2e-4 / math.sqrt(3)


def test_the_short_shares_the_gain_of_its_range():
    rows = rows_of(with_(DECLARED, series_ohm=5_000.0))
    found = results(with_(DECLARED, series_ohm=5_000.0), rows)
    # all on one range: the gain error of the leads in the pellet's reading and in the short cancel
    part = budget(found["contact_resistance"])["voltage gain, range 2 V"]
    assert part.contribution == pytest.approx(100.0 * 1.2e-4 / math.sqrt(3), rel=0.2)
    for row in rows:
        if row["Phase"] == SHORT:
            row["Voltage range"] = 0.2
    apart = results(with_(DECLARED, series_ohm=5_000.0), rows)
    part = budget(apart["contact_resistance"])["voltage gain, range 2 V"]
    assert part.contribution == pytest.approx(5_100.0 * 1.2e-4 / math.sqrt(3), rel=0.02)


def test_what_is_not_declared_is_flagged():
    found = results(Truth())["conductivity"]
    assert flags.TYPE_A_ONLY in found.flags
    assert any(flag.startswith(flags.NO_HEIGHT_U) for flag in found.flags)
    assert any(flag.startswith(flags.NO_AREA_U) for flag in found.flags)
    assert results(DECLARED)["conductivity"].flags == ()


def test_contacts_that_differ_from_mounting_to_mounting():
    found = results(with_(DECLARED, parameters={"contact_spread": 50.0}))
    name = "contacts, from mounting to mounting"
    assert budget(found["contact_resistance"])[name].contribution > 50.0 / math.sqrt(5)
    assert found["conductivity"].U > results(DECLARED)["conductivity"].U


# ---- the line


def test_heights_that_do_not_fit_a_line_are_flagged_and_widen_the_interval():
    rows = rows_of(DECLARED)
    for row in rows:
        if row["Phase"] == SWEEP and row["Pellet"] == "c":
            row["Voltage"] *= 1.2
    found = results(DECLARED, rows)
    for name in ("conductivity", "contact_resistance"):
        assert flags.NO_LINE in found[name].flags
        assert budget(found[name])["scatter about the line"].dof == 3
        assert found[name].U > 2 * results(DECLARED)[name].U


def test_a_contact_resistance_consistent_with_zero_is_a_result():
    found = results(with_(DECLARED, contact_ohm=0.0))["contact_resistance"]
    assert abs(found.value) <= found.U
    assert found.flags[0] == flags.CONTACT_NEAR_ZERO
    clear = results(with_(DECLARED, contact_ohm=5_000.0))["contact_resistance"]
    assert clear.value > clear.U
    assert clear.flags == ()


@pytest.mark.parametrize(
    "heights", [(1e-3,), (1e-3, 2e-3), (1e-3, 1e-3, 1e-3), (1e-3, 1.02e-3, 1.04e-3)], ids=str
)
def test_without_a_series_there_is_an_apparent_conductivity_only(heights):
    found = results(with_(DECLARED, heights_m=heights))
    assert found["conductivity"].value is None
    assert found["conductivity"].flags[0] == flags.NO_SERIES
    assert found["contact_resistance"].value is None
    assert found["resistivity"].value is None
    mean = np.mean([height / (1e-4 * (height / 1e-7 + 100.0)) for height in heights])
    apparent = found["apparent_conductivity"]
    assert apparent.value == pytest.approx(mean, rel=1e-4)
    assert apparent.U is not None


def test_a_declared_bound_of_the_contacts_gives_a_conductivity():
    truth = with_(DECLARED, heights_m=(1e-3,), noise_V=0.0, parameters={"contact_resistance_max": 2_000.0})
    found = results(truth)
    sigma = found["conductivity"]
    low, high = 1e-3 / (1e-4 * 10_100), 1e-3 / (1e-4 * 8_100)
    assert sigma.value == pytest.approx((low + high) / 2, rel=1e-6)
    assert budget(sigma)["contact resistance (declared bound)"].distribution == "rectangular"
    assert flags.CONTACT_BOUND in sigma.flags
    assert sigma.k < 1.95
    # the interval holds the two ends but for the part of the coverage that it does not claim
    assert 0.8 < sigma.U / ((high - low) / 2) < 1.2
    assert found["contact_resistance"].value is None


def test_a_bound_that_says_nothing_is_refused():
    found = results(with_(DECLARED, heights_m=(1e-3,), parameters={"contact_resistance_max": 9_000.0}))
    assert found["conductivity"].value is None
    assert flags.BOUND_TOO_WIDE in found["conductivity"].flags


# ---- Ohm's law, compliance and overload


@pytest.mark.parametrize("bend", [{"bend": 0.05}, {"bend": -0.05}, {"lean": 0.05}], ids=str)
def test_a_pellet_that_is_not_ohmic_gets_no_conductivity(bend):
    found = results(with_(DECLARED, **bend))
    for name in ("conductivity", "resistivity", "contact_resistance"):
        assert found[name].value is None
        assert found[name].flags[0] == f"{flags.NOT_OHMIC}: pellets a, b, c, d, e"
    assert "apparent_conductivity" not in found


def test_one_pellet_that_is_not_ohmic_is_not_quietly_left_out():
    rows = rows_of(DECLARED)
    for row in rows:
        if row["Phase"] == SWEEP and row["Pellet"] == "b":
            row["Voltage"] += 0.2 * (row["Current"] / 1e-4) ** 3
    found = results(DECLARED, rows)["conductivity"]
    assert found.value is None
    assert found.flags[0] == f"{flags.NOT_OHMIC}: pellet b"


def test_a_departure_within_the_tolerance_is_in_the_budget():
    found = results(with_(DECLARED, bend=0.005))["conductivity"]
    part = budget(found)["dependence on power"]
    assert part.distribution == "rectangular"
    assert 1e-3 < part.contribution / found.value < 5e-3
    assert any(flag.startswith(flags.POWER_DEPENDENT) for flag in found.flags)
    assert found.value == pytest.approx(1e-3, rel=6e-3)


def marked(column, pellet, chosen):
    rows = rows_of(DECLARED)
    sweep = [row for row in rows if row["Phase"] == SWEEP and row["Pellet"] == pellet]
    for row in sweep[chosen]:
        row[column] = True
        row["Voltage"] = None if column == "Voltage overload" else 21.0
        row["Current"] = None if column == "Current overload" else row["Current"]
    return rows


@pytest.mark.parametrize("column", ["Compliance", "Voltage overload", "Current overload"])
def test_readings_at_a_limit_are_kept_and_never_fitted(column):
    rows = marked(column, "b", slice(4, 12))
    analysis = analyse(record_of(DECLARED, rows))
    sigma = analysis.results["conductivity"]
    assert sigma.value == pytest.approx(1e-3, rel=1e-3)
    names = [each.name for each in PELLETS]
    row = dict(zip(names, analysis.tables["pellets"].rows[1], strict=True))
    assert (row["Readings rejected"], row["Reversal groups"]) == (8, 6)


@pytest.mark.parametrize("column", ["Compliance", "Voltage overload"])
def test_a_pellet_with_too_few_usable_readings_is_left_out_and_named(column):
    rows = marked(column, "b", slice(0, 24))
    found = results(DECLARED, rows)["conductivity"]
    assert found.value == pytest.approx(1e-3, rel=1e-3)
    assert f"{flags.TOO_FEW_POINTS}: pellet b" in found.flags


def test_nothing_but_limits_gives_no_number():
    truth = with_(DECLARED, heights_m=(1e-3,))
    rows = rows_of(truth)
    for row in rows:
        row["Compliance"] = True
    found = results(truth, rows)
    assert found["conductivity"].value is None
    assert found["conductivity"].flags[0] == f"{flags.TOO_FEW_POINTS}: pellet a"
    assert flags.NO_OPEN in found["conductivity"].flags
    assert flags.NO_SHORT in found["conductivity"].flags


def test_readings_on_another_range_than_their_fellows_are_not_fitted():
    rows = rows_of(DECLARED)
    for row in [row for row in rows if row["Phase"] == SWEEP and row["Pellet"] == "a"][0:32:8]:
        row["Voltage range"] = 20.0
        row["Voltage"] += 0.01
    assert results(DECLARED, rows)["conductivity"].value == pytest.approx(1e-3, rel=1e-3)


def test_what_had_not_settled_is_named():
    settling = {name: {"delay_s": 0.01, "settled": name != "d"} for name in "abcde"}
    found = results(with_(DECLARED, facts={**GAINS, "settling": settling}))["conductivity"]
    assert f"{flags.NOT_SETTLED}: pellet d" in found.flags


def test_a_run_cut_off_before_any_pellet():
    found = results(with_(DECLARED, facts={**GAINS, "settling": {}}), rows_of(DECLARED)[:24])
    assert found["conductivity"].value is None
    assert found["conductivity"].flags[0] == flags.NOT_MEASURED


# ---- density and tables


def test_the_relative_density():
    truth = with_(DECLARED, mass_kg=140e-6, parameters={"u_temperature": 0.0})
    found = results(truth)["relative_density"]
    assert found.value == pytest.approx(140e-6 / (2330 * 1e-7), rel=1e-9)
    height = np.array(HEIGHTS_m)
    expected = math.hypot(
        0.005, np.linalg.norm(20e-6 / height) / 5, np.linalg.norm(1e-6 / (0.14 * height)) / 5
    )
    assert found.u / found.value == pytest.approx(expected, rel=1e-6)
    assert "relative_density" not in results(DECLARED)


def test_the_tables_can_be_written():
    tables = analyse(record_of(with_(DECLARED, mass_kg=140e-6))).tables
    assert set(tables) == {"pellets", "corrections", "budget"}
    assert [tables[name].columns for name in ("pellets", "corrections", "budget")] == [
        PELLETS,
        CORRECTIONS,
        BUDGET,
    ]
    assert len(tables["pellets"].rows) == 5
    for table in tables.values():
        assert table.as_csv().count("\n") == len(table.rows) + 1
    shares = [row[6] for row in tables["budget"].rows if row[0] == "conductivity"]
    assert sum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)
