"""The Hall rack of the example, whole: drivers, bytes, simulated instruments, one film behind all of them."""

import math

import pytest
from scipy.optimize import brentq

from bench.core.errors import InstrumentError, SafeStateError
from bench.core.roles import (
    Ammeter,
    CurrentSource,
    FieldMeter,
    FieldSource,
    SwitchMatrix,
    Thermometer,
    Voltmeter,
)
from bench.station import check_station
from drivers.hall_system import Contacts

from .conftest import STATION

# ASTM F76, by the relay map of Keithley's Hall library
F76_FIRST = (Contacts(2, 1, 3, 4), Contacts(4, 3, 1, 2))
F76_SECOND = (Contacts(3, 2, 4, 1), Contacts(1, 4, 2, 3))
F76_HALL = (Contacts(3, 1, 4, 2), Contacts(4, 2, 1, 3))
CURRENT_A = 1e-7


def ohm(system, contacts):
    plus, minus = system.measure(contacts, CURRENT_A, soak_s=5.0)
    assert plus.usable
    assert minus.usable
    return (plus.voltage.value - minus.voltage.value) / (plus.current.value - minus.current.value)


def mean_ohm(system, patterns):
    return sum(ohm(system, one) for one in patterns) / len(patterns)


def sheet_resistance(first, second):
    largest = math.pi * (first + second) / (2 * math.log(2))
    return brentq(
        lambda r: math.exp(-math.pi * first / r) + math.exp(-math.pi * second / r) - 1,
        largest * 1e-3,
        largest * (1 + 1e-9),
    )


def test_the_example_is_right_and_every_role_has_one_player(hall):
    assert check_station(STATION) == []
    bench = hall().bench
    assert bench.candidates(CurrentSource) == ["source"]
    assert bench.candidates(Voltmeter) == ["nanovoltmeter"]
    assert bench.candidates(Ammeter) == ["ammeter"]
    assert bench.candidates(SwitchMatrix) == ["switch"]
    assert bench.candidates(FieldMeter) == ["gaussmeter"]
    assert bench.candidates(FieldSource) == ["gaussmeter", "magnet"]
    assert bench.candidates(Thermometer) == ["ambient"]


@pytest.mark.parametrize("seed", [1, 4])
def test_sheet_resistance_and_hall_coefficient_are_found_and_nothing_is_switched_hot(hall, seed):
    rack = hall(seed=seed)
    system = rack.ready(current_A=CURRENT_A)
    found_ohm = sheet_resistance(mean_ohm(system, F76_FIRST), mean_ohm(system, F76_SECOND))
    # ammeter 0.2 % and 10 pA of 100 nA, nanovoltmeter 50 ppm; the room moves by 0.5 K at 0.2 %/K
    assert found_ohm == pytest.approx(rack.truth("sheet_resistance"), rel=4e-3)
    north = system.go_to_field(0.45)
    north_ohm = mean_ohm(system, F76_HALL)
    south = system.go_to_field(-0.45)
    south_ohm = mean_ohm(system, F76_HALL)
    back = system.go_to_field(0.0)
    assert north.value == pytest.approx(0.45, abs=0.03), "nominal only: iron saturates and remembers"
    assert abs(back.value) < 5e-3
    thickness_m = rack.truth("resistivity") / rack.truth("sheet_resistance")
    found = (north_ohm - south_ohm) / (north.value - south.value) * thickness_m
    # 0.3 % Ettingshausen, 0.3 % (one sigma) of field ratio, cosines of 1 degree, and the drift of the room
    # between the fields, which moves the misalignment
    assert found == pytest.approx(rack.truth("hall_coefficient"), rel=0.03)
    assert found < 0, "n-type"
    assert rack.look()["hot_switches"] == 0
    assert rack.world.inspect()["instruments"]["switch"]["closed"] == []
    assert rack.world.inspect()["instruments"]["source"]["output"] is False


def test_under_closed_loop_the_field_is_what_was_asked_for(hall, closed_loop):
    rack = hall(station=closed_loop, field_source="gaussmeter")
    for wanted_T in (0.3, -0.3, 0.0):
        reading = rack.system.go_to_field(wanted_T)
        assert reading.value == pytest.approx(wanted_T, abs=1.2e-3)
    for _ in range(2):  # made safe, the supply no longer follows, until it is told to again
        rack.system.go_to_field(0.3)
        assert rack.look()["field_T"] == pytest.approx(0.3, rel=0.02)
        assert rack.system.make_safe().verified
        assert abs(rack.look()["magnet_A"]) < 0.1
        assert rack.world.inspect()["instruments"]["magnet"]["program"] == 0


def test_a_fault_of_the_supply_is_seen_through_the_closed_loop(hall, closed_loop):
    rack = hall(station=closed_loop, field_source="gaussmeter")
    rack.world._devices["magnet"].fault(hardware=1 << 4)
    with pytest.raises(InstrumentError, match="temperature fault"):
        rack.system.go_to_field(0.3)


def test_a_contact_that_touches_no_longer_is_flagged_and_never_used(hall):
    rack = hall()
    system = rack.ready()
    rack.world.perform("lift", {"fixture": "holder", "contact": 2})
    readings = system.measure(F76_FIRST[0], CURRENT_A)
    assert all(one.voltage.in_compliance and one.current.in_compliance for one in readings)
    assert not any(one.usable for one in readings)
    assert rack.look()["hot_switches"] == 0


def test_a_failure_in_the_middle_ends_cold_and_open(hall):
    rack = hall()
    system = rack.ready()
    rack.world._devices["nanovoltmeter"].press_local()
    with pytest.raises(InstrumentError, match="measures continuously again"):
        system.measure(F76_FIRST[0], CURRENT_A)
    state = rack.world.inspect()["instruments"]
    assert state["source"]["output"] is False
    assert state["switch"]["closed"] == []
    assert rack.look()["hot_switches"] == 0


def test_making_safe_from_full_field_with_the_source_on(hall):
    rack = hall()
    system = rack.ready()
    system.go_to_field(0.45)
    system.connect(F76_FIRST[0])
    system.source.set_level(CURRENT_A)
    system.source.set_output(True)
    report = system.make_safe()
    assert report.verified
    assert "source: output off" in report.state
    assert "switch: closed: none" in report.state
    assert rack.look()["hot_switches"] == 0, "the source goes off before the relays"
    assert abs(rack.look()["magnet_A"]) < 0.1


def test_relays_that_move_under_current_would_be_counted(hall):
    rack = hall()
    system = rack.ready()
    system.connect(F76_FIRST[0])
    system.source.set_output(True)
    system.switch.open_all()
    assert rack.look()["hot_switches"] == 1
    system.source.set_output(False)


def test_one_that_cannot_be_made_safe_does_not_stop_the_others(hall):
    rack = hall()
    system = rack.ready()
    system.go_to_field(0.2)
    rack.world.ports["switch"].disconnect()
    with pytest.raises(SafeStateError, match=r"switch: .*TREAT THE OUTPUT AS LIVE"):
        system.make_safe()
    assert abs(rack.look()["magnet_A"]) < 0.1
    rack.world.ports["switch"].reconnect()


def test_the_bench_makes_the_whole_rack_safe_in_its_own_time(hall):
    rack = hall()
    system = rack.ready()
    system.go_to_field(0.6)
    outcomes = {one.instrument: one.outcome for one in rack.bench.make_safe()}
    assert set(outcomes.values()) == {"verified"}
    assert list(outcomes).index("source") < list(outcomes).index("switch")
    assert abs(rack.look()["magnet_A"]) < 0.1


def test_a_fault_of_the_supply_ends_the_wait_with_its_name(hall):
    rack = hall()
    rack.system.field_source.set_field(0.5)
    rack.clock.sleep(5.0)
    rack.world._devices["magnet"].fault(operational=1 << 5)
    with pytest.raises(InstrumentError, match="magnet flow switch"):
        rack.system.go_to_field(0.5)


def test_without_a_magnet_it_is_a_resistivity_system(hall):
    rack = hall()
    rack.system.field_source = None
    with pytest.raises(InstrumentError, match="no field source"):
        rack.system.go_to_field(0.1)
    rack.system.field_meter = None
    plus, _ = rack.ready().measure(F76_FIRST[0], CURRENT_A)
    assert plus.field is None
    assert plus.usable
    assert plus.contacts.name == "V21,34"
