"""Gas line, tube and exposure as closed forms; a record that does not depend on when somebody looks."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.physics.furnace import AtExhaust, Atmosphere, Exposure, Furnace, FurnaceBuild, GasLine
from simulators.physics.furnace.gas import REGULATOR_sccm
from simulators.physics.surroundings import Surroundings
from simulators.physics.vacuum import Chamber, ROOM_Pa

HOUR_s = 3600.0


def test_a_bottle_is_empty_so_long_after_the_first_opening():
    line = GasLine(lag_s=2.0, lasts_s=6 * HOUR_s)
    line.set_valve(0.0, 0.0)
    line.set_valve(100.0, 1000.0)
    line.set_valve(50.0, 2000.0)
    empty = 1000.0 + 6 * HOUR_s
    assert line.supplied(empty - 1.0)
    assert line.flow_sccm(empty) == pytest.approx(50.0)
    assert line.flow_sccm(empty + 3.0) == pytest.approx(50 * math.exp(-1.5))
    assert not line.supplied(empty)
    line.set_valve(200.0, empty + 100.0)
    assert line.flow_sccm(empty + 200.0) == pytest.approx(0.0, abs=1e-9)
    line.set_supply(True, empty + 200.0)
    assert line.flow_sccm(empty + 300.0) == pytest.approx(200.0)
    assert line.flow_sccm(empty + 300.0 + 6 * HOUR_s) == pytest.approx(0.0, abs=1e-9), "nor the second one"


def test_the_narrowest_valve_decides_and_a_stuck_one_stays():
    line = GasLine()
    line.set_valve(math.inf, 0.0)
    assert line.flow_sccm(100.0) == pytest.approx(REGULATOR_sccm)
    line.set_valve(80.0, 100.0, "exhaust")
    assert line.flow_sccm(200.0) == pytest.approx(80.0)
    line.set_valve(60.0, 200.0)
    line.stick(True, 200.0)
    line.set_valve(10.0, 300.0)
    assert line.flow_sccm(400.0) == pytest.approx(60.0)
    line.stick(False, 400.0)
    assert line.flow_sccm(500.0) == pytest.approx(10.0)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.1, 50.0),
            st.one_of(
                st.tuples(st.just("valve"), st.floats(0.0, 500.0)),
                st.tuples(st.just("bottle"), st.booleans()),
            ),
        ),
        max_size=8,
    ),
    st.floats(1.0, 100.0),
)
def test_the_flow_is_the_solution_of_its_equation(changes, lasts_s):
    """Against Euler's method in steps of 10 ms."""
    line = GasLine(lag_s=2.0, lasts_s=lasts_s)
    time = flow = opening = 0.0
    for pause_s, (what, value) in changes:
        end = time + pause_s
        while time < end - 1e-9:
            step = min(0.01, end - time)
            target = opening if line.supplied(time) else 0.0
            flow += (target - flow) * -math.expm1(-step / 2.0)
            time += step
        assert line.flow_sccm(end) == pytest.approx(flow, abs=2.5), "the bottle may end within a step"
        (line.set_valve if what == "valve" else line.set_supply)(value, end)
        opening = value if what == "valve" else opening
        time = end


def tube(**leak):
    line, chamber = GasLine(), Chamber(**leak)
    return line, chamber, Atmosphere(line, chamber)


def test_no_gas_flows_into_a_tube_that_is_on_the_pump():
    line, chamber, around = tube(leak_sccm=0.01)
    line.set_valve(100.0, 0.0)
    assert around.air(0.0) == 1.0
    assert around.air(60.0) == 0.0
    around.to_pump(True, 100.0)
    assert around.flow_sccm(200.0) == 0.0
    assert around.air(700.0) == pytest.approx(chamber.pressure_Pa(700.0) / ROOM_Pa)
    around.to_gas(700.0)
    assert around.pressure_Pa(700.0) == ROOM_Pa
    assert around.flow_sccm(800.0) == pytest.approx(100.0, abs=0.02)


def test_a_leak_takes_from_the_gas_before_the_exhaust():
    line, chamber, around = tube()
    line.set_valve(100.0, 0.0)
    chamber.set_leak(30.0, 50.0)
    assert line.flow_sccm(100.0) == pytest.approx(100.0)
    assert AtExhaust(around).flow_sccm(100.0) == pytest.approx(70.0)
    chamber.set_leak(95.0, 100.0)
    assert around.air(200.0) == pytest.approx(0.5)
    chamber.set_leak(500.0, 200.0)
    assert around.flow_sccm(300.0) == 0.0


def test_what_is_not_inert_protects_nothing():
    line, _, around = tube()
    line.set_valve(100.0, 0.0)
    line.gas = "Air"
    assert around.flow_sccm(60.0) == pytest.approx(100.0)
    assert around.air(60.0) == 1.0


class On:
    """A relay that is closed for a part of each tick."""

    def tick(self, time, seconds, mains):
        return 0.15


def heated(looks=()):
    """Argon from 0 on, lost at 1.5 h, back at 1.75 h, pumped from 2 h on; the record at 3 h."""
    line, _, around = tube(leak_sccm=0.01)
    record = Exposure(around)
    furnace = Furnace(FurnaceBuild(), Surroundings(296.15), start=0.0, witness=record)
    line.follow(furnace.advance)
    around.chamber.follow(furnace.advance)
    furnace.connect(On(), 0.0)
    line.set_valve(100.0, 0.0)
    changes = [
        (1.5 * HOUR_s, lambda time: line.set_supply(False, time)),
        (1.75 * HOUR_s, lambda time: line.set_supply(True, time)),
        (2.0 * HOUR_s, lambda time: around.to_pump(True, time)),
        *((time, furnace.advance) for time in looks),
    ]
    became_hot = None
    for time, change in sorted(changes, key=lambda one: one[0]):
        change(time)
        if became_hot is None and furnace.inspect(time)["vessel_K"] > 373.15:
            became_hot = time
    furnace.advance(3 * HOUR_s)
    return record, became_hot


def test_what_the_charge_saw_is_what_happened():
    record, _ = heated()
    seen = record.inspect()
    late_s = 2.0 * math.log(100 / 10.01)  # from losing the bottle until less than 10 sccm flow
    early_s = 2.0 * math.log(100 / 89.99)  # from the new bottle until they flow again
    lost_s = 0.25 * HOUR_s - late_s + early_s
    pumped_s = HOUR_s - late_s
    assert seen["hot_without_gas_s"] == pytest.approx(lost_s + pumped_s, abs=1.5)
    pumping_s = 30.0 * math.log(ROOM_Pa / 1000.0) - late_s
    assert seen["hot_unprotected_s"] == pytest.approx(lost_s + pumping_s, abs=2.0)
    assert seen["hot_lowest_sccm"] == 0.0
    assert seen["hot_highest_Pa"] == ROOM_Pa
    assert 0 < seen["oxidation_s"] < lost_s + pumping_s, "colder than 400 degC it goes slower"
    record.begin()
    assert record.inspect()["hot_s"] == 0.0
    assert record.inspect()["hot_lowest_sccm"] is None


def test_when_somebody_looks_changes_nothing():
    watched, became_hot = heated([60.0 * minute for minute in range(1, 180)])
    unwatched, _ = heated()
    assert watched.inspect() == unwatched.inspect()
    assert watched.inspect()["hot_s"] == pytest.approx(3 * HOUR_s - became_hot, abs=60.0)
