"""Every instrument of the rack with every fault of its line, in the middle of a measurement.

Either the measurement is right, or it is a BenchError; and then everything that can be reached is cold, open
and at zero field, with no relay ever moved under current.
"""

import contextlib

import pytest

from bench.core.errors import BenchError
from drivers.hall_system import Contacts
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault

HALL = Contacts(3, 1, 4, 2)
INSTRUMENTS = ("source", "nanovoltmeter", "ammeter", "switch", "gaussmeter", "magnet")
ACTIONS = {
    "drop": wrong.drop,
    "lose": wrong.lose,
    "garble": wrong.garble,
    "truncate": wrong.truncate,
    "late": wrong.delay(4.0),
    "disconnect": wrong.disconnect,
}


def measured(rack):
    system = rack.ready()
    field = system.go_to_field(0.3)
    return field.value, [one.voltage.value for one in system.measure(HALL, 1e-7, soak_s=3.0)]


@pytest.fixture(scope="module")
def reference():
    from .conftest import HallBench

    rack = HallBench()
    yield measured(rack)
    rack.close()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("after", [0, 7, 30])
@pytest.mark.parametrize("name", INSTRUMENTS)
def test_right_or_an_error_and_safe_either_way(hall, reference, name, after, action):
    rack = hall()
    fault = Fault("", ACTIONS[action], after=after)
    rack.world.ports[name].faults.add(fault)
    try:
        field_T, volts = measured(rack)
    except BenchError as error:
        silent = not (error.state or error.remedy)
    else:
        silent = False
        assert field_T == pytest.approx(reference[0], abs=5e-4)
        assert volts == pytest.approx(reference[1], rel=2e-3)
    assert not silent, "an error says in what state things are"
    if action == "disconnect" and fault.hits:
        rack.world.ports[name].reconnect()  # somebody puts the plug back before the bench is made safe
    with contextlib.suppress(BenchError):  # what could not be said the first time
        rack.system.make_safe()
    assert rack.system.make_safe().verified
    state = rack.world.inspect()["instruments"]
    assert state["source"]["output"] is False
    assert state["switch"]["closed"] == []
    assert abs(rack.look()["magnet_A"]) < 0.1
    assert rack.look()["hot_switches"] == 0
