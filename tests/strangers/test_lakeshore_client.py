"""Lake Shore's own Python package on our simulated 643 and 425, over TCP.

Every message of its 643 ends in `; *ESR?`, so each command of ours is checked by a program that never saw it.
Where the package contradicts the manual, the test says which is right.
"""

import logging

import pytest
from strangers_lab import Lab, stranger

from simulators.physics.magnet import Magnet, Yoke
from simulators.plugs import Connection


@pytest.fixture
def lakeshore(caplog):
    caplog.set_level(logging.CRITICAL)
    return stranger("lakeshore")


@pytest.fixture
def magnet():
    return Magnet(Yoke(0.012, 2.0), 0.5, 0.3)


@pytest.fixture
def lab(magnet):
    with Lab("lakeshore643", Connection(coil=magnet)) as served:
        yield served


@pytest.fixture
def supply(lakeshore, lab):
    host, port = lab.address
    with lakeshore.Model643(ip_address=host, tcp_port=port) as client:
        yield client


def until_done(supply):
    for _ in range(2000):
        if int(supply.query("OPST?")) & 2:
            return
    pytest.fail("the ramp does not end")


def test_it_knows_who_answers(supply):
    assert (supply.model_number, supply.serial_number) == ("MODEL643", "6430001")
    assert supply.firmware_version == "1.2/1.0"


def test_settings_go_there_and_back(supply):
    supply.set_limits(40.0, 10.0)
    assert supply.get_limits() == [40.0, 10.0]
    supply.set_ramp_rate(5.0)
    assert supply.get_ramp_rate() == 5.0
    supply.set_ramp_segment(2, 30.0, 0.5)
    assert supply.get_ramp_segment(2) == [30.0, 0.5]
    supply.set_ramp_segments_enable(True)
    assert supply.get_ramp_segments_enable() is True
    assert (supply.get_internal_water(), supply.get_magnet_water()) == (2, 2)
    supply.set_display_brightness(1)
    assert supply.get_display_brightness() == 1


def test_a_current_is_ramped_to_and_clipped_by_the_limit(supply, lab, magnet):
    supply.set_limits(20.0, 50.0)
    supply.set_ramp_rate(10.0)
    supply.set_current(30.0)
    assert supply.get_current() == 20.0
    until_done(supply)
    assert supply.get_measured_current() == pytest.approx(20.0, abs=0.02)
    assert supply.get_measured_voltage() == pytest.approx(10.0, abs=0.02)
    assert lab.inspect()["current_A"] == pytest.approx(20.0, abs=0.02)


def test_what_it_cannot_do_comes_back_as_the_package_expects(lakeshore, supply):
    with pytest.raises(lakeshore.InstrumentException, match="Execution Error"):
        supply.set_current(71.0)
    with pytest.raises(lakeshore.InstrumentException, match="Command Error"):
        supply.command("SETX 1")
    assert supply.get_current() == 0.0


def test_condition_and_event_are_swapped_in_the_package(supply):
    """Right (648 manual p. 66): OPST? is the present state, OPSTR? was latched and clears when it is read."""
    supply.set_ramp_rate(50.0)
    supply.set_current(10.0)
    until_done(supply)
    assert supply.get_operation_event_condition().ramp_done is True  # asks OPSTR?, and has cleared it
    assert supply.get_operation_event_condition().ramp_done is False, "a condition would still be there"
    assert supply.get_operation_event_event().ramp_done is True  # asks OPST?
    assert supply.get_operation_event_event().ramp_done is True, "an event would be gone"


def test_the_operational_mask_lands_in_the_hardware_slot(supply):
    """Right: ERSTE takes the hardware mask first; the package sends the operational one there."""
    faults = supply.EMPowerSupplyOperationalErrorsRegister.from_integer(0b100000)
    supply.set_operational_error_enable_mask(faults)
    assert supply.query("ERSTE?") == "032,000"
    assert supply.get_operational_error_enable_mask().to_integer() == 0


def test_faults_are_named_as_in_the_package(supply, lab):
    lab._call(_fault(lab.device))
    assert supply.get_operational_error_condition().magnet_flow_switch_fault is True
    assert supply.get_hardware_error_condition().temperature_fault is True
    assert supply.get_hardware_error_event().temperature_fault is True
    assert supply.get_hardware_error_event().temperature_fault is False, "latched, and cleared by reading"
    assert supply.get_hardware_error_condition().temperature_fault is True


async def _fault(device):
    device.fault(hardware=1 << 4, operational=1 << 5)


def test_the_425_answers_the_package(lakeshore, magnet):
    magnet.drive(10.0, 100.0, 0.0)
    with Lab("lakeshore425", Connection(field=magnet)) as lab:
        host, port = lab.address
        with lakeshore.Model425(ip_address=host, tcp_port=port) as meter:
            assert meter.model_number == "MODEL425"
            meter.command("UNIT 2")
            assert meter.query("UNIT?") == "2"
            assert float(meter.query("RDGFIELD?")) == pytest.approx(0.12, rel=5e-3)
            assert meter.query("RDGFIELD?; *ESR?").partition(";")[2] == "128"
