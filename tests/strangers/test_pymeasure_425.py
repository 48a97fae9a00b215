"""pymeasure's own driver of the Lake Shore 425 on our simulated one; where it is wrong the test says so."""

import logging

import pytest
from pymeasure.instruments.lakeshore import LakeShore425
from strangers_lab import in_process

from simulators.physics.magnet import Magnet, Yoke
from simulators.plugs import Connection

METER = "GPIB0::12::INSTR"


@pytest.fixture
def bench(caplog):
    caplog.set_level(logging.CRITICAL)
    magnet = Magnet(Yoke(0.012, 2.0), 0.5, 0.3)
    magnet.drive(10.0, 1e6, 0.0)  # 0.12 T
    device, library = in_process("lakeshore425", METER, Connection(field=magnet))
    device.clock.sleep(1.0)
    return device, LakeShore425(METER, visa_library=library, read_termination="\r\n", timeout=5000)


def test_units_and_field(bench):
    _, meter = bench
    assert meter.unit == "G"
    assert meter.field == pytest.approx(1200, rel=5e-3)
    meter.unit = "T"
    assert meter.field == pytest.approx(0.12, rel=5e-3)
    meter.unit = "A/m"
    assert meter.field == pytest.approx(0.12 / 1.25663706e-6, rel=5e-3)


def test_modes(bench):
    device, meter = bench
    meter.dc_mode()
    assert meter.mode == (1, 0, 1)
    meter.ac_mode(wideband=False)
    assert meter.mode == (2, 1, 2)
    assert device.values["RDGMODE"] == (2, 1, 2)


def test_auto_range_lacks_its_parameter(bench):
    """Right: `AUTO 1`, as for the whole family; a bare `AUTO` is a command error and changes nothing."""
    device, meter = bench
    device.values["AUTO"] = (0,)
    meter.ask("*ESR?")
    meter.auto_range()
    assert device.values["AUTO"] == (0,)
    assert int(meter.ask("*ESR?")) == 32


def test_its_ranges_are_those_of_one_family_of_probes(bench):
    """Right: full scale depends on the probe (TYPE?): RANGE 2 is 35 G with a sensitive one, not 350."""
    device, meter = bench
    meter.range = 350
    assert meter.ask("TYPE?") == "40"
    assert device.inspect()["range_T"] == pytest.approx(3.5e-3)


def test_a_field_beyond_the_range_is_a_text_there(bench):
    """Theirs hands `OL` out as the field; it is no number and must not become one (ours: a flag)."""
    _, meter = bench
    meter.range = 35
    assert meter.field == "OL"
