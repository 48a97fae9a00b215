"""The simulated Alicat: frames as printed, letters, gases, holds, and what it does not understand."""

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.alicat.alicatmfc import AlicatMFC
from simulators.instruments.alicat.unit import Unit
from simulators.physics.furnace import GasLine


@pytest.fixture
def rig():
    clock, line = VirtualClock(), GasLine("Ar")
    return clock, line, AlicatMFC(clock, [("A", Unit(clock, name="argon", seed=4, line=line))])


def test_a_frame_has_the_printed_shape(rig):
    _, _, device = rig
    words = device.execute("A").split()
    assert [len(one) for one in words] == [1, 7, 7, 7, 7, 7, 2]
    assert (words[0], words[5:]) == ("A", ["0000.00", "Ar"])


def test_lower_case_and_other_letters(rig):
    _, _, device = rig
    assert device.execute("a").startswith("A ")
    assert device.execute("B") is None
    assert device.execute("") is None
    assert device.execute("aS100").split()[5] == "0100.00"


@pytest.mark.parametrize("text", ["AS", "AS600", "AS-1", "ASabc", "AQQ", "AG99", "AG0.5", "AS1.2.3"])
def test_what_it_does_not_take(rig, text):
    _, _, device = rig
    before = device.inspect()["A"]["setpoint"]
    assert device.execute(text) == "?"
    assert device.inspect()["A"]["setpoint"] == before


def test_firmware_and_loop_variable(rig):
    _, _, device = rig
    assert "10v05" in device.execute("AVE")
    assert device.execute("AR122").split("=")[1].strip() == "37"


def test_a_flow_follows_and_stops_with_the_bottle(rig):
    clock, line, device = rig
    device.execute("AS100")
    clock.sleep(20)
    assert device.inspect()["A"]["flow"] == pytest.approx(100, abs=1)
    assert line.flow_sccm(clock.now()) == pytest.approx(100 * 273.15 / 298.15, rel=0.01)
    line.set_supply(False, clock.now())
    clock.sleep(20)
    words = device.execute("A").split()
    assert (words[1], words[5]) == ("+014.70", "0100.00")
    assert abs(float(words[4])) < 1


def test_a_gas_it_is_not_told_of(rig):
    clock, line, device = rig
    device.execute("AS100")
    device.execute("AG8")
    clock.sleep(20)
    assert device.execute("A").split()[6] == "N2"
    assert line.flow_sccm(clock.now()) == pytest.approx(91.6 * 17.8 / 22.6, rel=0.02)


def test_holds(rig):
    clock, _, device = rig
    device.execute("AS100")
    clock.sleep(20)
    assert device.execute("AHC").split()[-1] == "HLD"
    clock.sleep(20)
    assert abs(device.inspect()["A"]["flow"]) < 1
    assert device.execute("AC").split()[-1] == "Ar"
    clock.sleep(20)
    device.execute("AHP")
    device.execute("AS10")
    clock.sleep(20)
    assert device.inspect()["A"]["flow"] == pytest.approx(100, abs=1), "held where it was"
