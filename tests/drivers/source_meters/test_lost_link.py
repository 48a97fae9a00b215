"""Every source meter: a plug that is out for a while changes nothing, and one that lost its power is seen."""

import pytest

from bench.core.errors import LinkLostError
from simulators.wire import faults as wrong


def put_back(rig, seconds, meanwhile=lambda: None):
    """In so many seconds from when the plug is out."""

    def later():
        while rig.port.connected:
            rig.clock.sleep(0.05)
        rig.clock.sleep(seconds)
        meanwhile()
        rig.port.reconnect()

    rig.clock.spawn(later, name="the plug", background=True)


@pytest.mark.parametrize("source", ["current", "voltage"])
def test_it_is_as_it_was_left(rig, source):
    meter = rig.meter
    meter.connect()
    if source == "current":
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_level(1e-4)
    else:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3)
        meter.set_level(0.1)
    meter.set_nplc(1)
    meter.set_output(True)
    before = meter.measure().voltage.value
    rig.fault(rig.row.reading, wrong.disconnect)
    put_back(rig, 5.0)
    begun = rig.clock.now()
    assert before == pytest.approx(0.1, abs=5e-3)  # an offset of its range and no more
    assert meter.measure().voltage.value == pytest.approx(before, rel=1e-3)
    assert 5.0 <= rig.clock.now() - begun < 10.0
    meter.set_output(False)


@pytest.mark.parametrize("arrives", [True, False], ids=["arrived", "did not arrive"])
def test_a_level_that_was_on_its_way_is_put_once(rig, arrives):
    meter = rig.ready(1e-4)
    rig.fault(rig.row.current_level if arrives else r"SOUR:CURR 0.0002", wrong.disconnect)
    put_back(rig, 5.0)
    meter.set_level(2e-4)
    assert meter.measure().current.value == pytest.approx(2e-4, rel=1e-2)


def test_one_that_lost_its_power_is_not_gone_on_with(rig):
    meter = rig.ready(1e-4)
    device = rig.port.device

    def power_cycle():
        device.reset()
        device.status.standard_event = 128

    rig.fault(rig.row.reading, wrong.disconnect)
    put_back(rig, 5.0, power_cycle)
    with pytest.raises(LinkLostError, match=r"switched on anew|settings changed meanwhile"):
        meter.measure()
    assert meter.make_safe().verified
