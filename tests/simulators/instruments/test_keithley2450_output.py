"""The 2450's output stage: limits, protection, interlock, sensing, output-off states."""

import pytest

from simulators.physics.electrical import CurrentDrive, VoltageDrive

PROTECTED, READ_BACK, LIMITED, FOUR_WIRE, OUTPUT_ON = 4, 8, 32, 64, 128


def source_status(bench):
    return int(bench.read("SOURSTAT")[0])


def test_below_the_limit_nothing_is_flagged(bench_2450):
    bench_2450.source_current(1e-4, limit_V=2)
    assert source_status(bench_2450) == READ_BACK | OUTPUT_ON
    assert bench_2450(":SOUR:CURR:VLIM:TRIP?;:SOUR:VOLT:ILIM:TRIP?") == "0;0"


def test_the_voltage_limit_clamps_and_the_current_follows_ohms_law(bench_2450):
    bench_2450.source_current(1e-3, limit_V=2)  # 10 kohm would need 10 V
    voltage_V, current_A, status = bench_2450.read("READ,SOUR,SOURSTAT")
    assert voltage_V == pytest.approx(2.0, abs=2 * 0.00012 + 300e-6 + 5e-5)
    assert current_A == pytest.approx(2.0 / (1e4 + 0.3), rel=0.0002, abs=60e-9 + 5e-8)
    assert int(status) & LIMITED
    assert bench_2450(":SOUR:CURR:VLIM:TRIP?;:SOUR:VOLT:ILIM:TRIP?") == "1;0"
    assert bench_2450.press.operating_point(bench_2450.now).force_V == 2.0


def test_the_current_limit_clamps(bench_2450):
    bench_2450.source_voltage(10, limit_A=1e-4)
    current_A, voltage_V, status = bench_2450.read("READ,SOUR,SOURSTAT")
    assert current_A == pytest.approx(1e-4, abs=1e-4 * 0.0002 + 6e-9 + 5e-9)
    assert voltage_V == pytest.approx(1.0, abs=3e-3)
    assert int(status) & LIMITED
    assert bench_2450(":SOUR:VOLT:ILIM:TRIP?") == "1"


def test_without_readback_the_programmed_level_is_reported(bench_2450):
    bench_2450.source_current(1e-3, limit_V=2)
    bench_2450.send(":SOUR:CURR:READ:BACK OFF")
    assert bench_2450.read("SOUR") == [1e-3]
    assert source_status(bench_2450) == LIMITED | OUTPUT_ON


def test_overvoltage_protection_holds_either_source(bench_2450):
    bench_2450.send(":SOUR:VOLT:PROT PROT5", ":SOUR:VOLT:ILIM 0.01", ":SOUR:VOLT 10", ":OUTP ON")
    assert bench_2450.press.operating_point(bench_2450.now).force_V == 5.0
    assert bench_2450(":SOUR:VOLT:PROT:TRIP?") == "1"
    assert source_status(bench_2450) & PROTECTED
    bench_2450.source_current(1e-3, limit_V=20)
    bench_2450.send(":SOUR:VOLT:PROT PROT5")
    assert source_status(bench_2450) & PROTECTED
    assert bench_2450.press.operating_point(bench_2450.now).force_V == 5.0
    assert bench_2450(":SOUR:VOLT:PROT:TRIP?") == "1"


def test_an_open_interlock_holds_42_volts_and_says_so(bench_2450):
    bench_2450.send(":SOUR:VOLT:ILIM 0.1", ":SOUR:VOLT 41", ":OUTP ON")
    bench_2450(":SOUR:VOLT 100")
    assert bench_2450.errors() == '5074,"Output voltage limited by interlock"'
    assert bench_2450.press.operating_point(bench_2450.now).force_V == pytest.approx(42.0, rel=1e-12)
    assert bench_2450(":SOUR:VOLT?") == "1.000000E+02"
    bench_2450(":OUTP OFF")
    bench_2450(":OUTP ON")
    assert bench_2450.errors() == '5074,"Output voltage limited by interlock"'


def test_a_closed_interlock_lets_200_volts_out(make_2450):
    bench = make_2450(interlock_closed=True)
    assert bench(":OUTP:INT:TRIP?") == "1"
    bench.send(":SOUR:VOLT:ILIM 0.1", ":SOUR:VOLT 200", ":OUTP ON")
    assert bench.press.operating_point(bench.now).force_V == pytest.approx(200, rel=3e-4)


def test_an_interlock_in_use_forbids_the_output(bench_2450):
    bench_2450.source_voltage(1)
    bench_2450.send(":OUTP:INT:STAT ON")
    assert bench_2450(":OUTP?") == "0"
    bench_2450(":OUTP ON")
    assert bench_2450.errors() == '-221,"Settings conflict"'
    assert bench_2450(":OUTP?") == "0"


@pytest.mark.parametrize("four_wire", [False, True])
def test_two_wire_differs_from_four_wire_by_the_leads(make_2450, four_wire):
    bench = make_2450(200.0).source_current(1e-2, range_A=1e-2, limit_V=2.1)
    two_wire = [bench.read()[0] for _ in range(20)]
    bench.send(f":SENS:VOLT:RSEN {int(four_wire)}", ":OUTP ON")
    other = [bench.read()[0] for _ in range(20)]
    expected_V = 0.3 * 1e-2 if four_wire else 0.0
    assert sum(two_wire) / 20 - sum(other) / 20 == pytest.approx(expected_V, abs=2e-5)
    assert bool(source_status(bench) & FOUR_WIRE) is four_wire


@pytest.mark.parametrize(
    "how", ["*RST", ":OUTP OFF", ":SOUR:FUNC VOLT", ":ROUT:TERM REAR", ":SENS:VOLT:RSEN ON"]
)
def test_what_switches_the_output_off(bench_2450, how):
    bench_2450.source_current(1e-4)
    assert bench_2450.press.operating_point(bench_2450.now).current_A == pytest.approx(1e-4, rel=0.01)
    bench_2450(how)
    assert bench_2450(":OUTP?") == "0"
    assert abs(bench_2450.press.operating_point(bench_2450.now).current_A) < 1e-6


def drive_when_off(bench, mode):
    bench.source_current(1e-4)
    bench.send(f":OUTP:CURR:SMOD {mode}", ":OUTP OFF")
    return bench.meter.stage.drive_for(bench.meter.settings)


def test_output_off_states(bench_2450):
    assert drive_when_off(bench_2450, "HIMP") is None
    normal = drive_when_off(bench_2450, "NORM")
    assert isinstance(normal, VoltageDrive)
    assert normal.limit_A == pytest.approx(1e-4)  # a tenth of the 1 mA range
    zero = drive_when_off(bench_2450, "ZERO")
    assert isinstance(zero, VoltageDrive)
    assert zero.limit_A == 1e-3
    guard = drive_when_off(bench_2450, "GUAR")
    assert isinstance(guard, CurrentDrive)
    assert guard.limit_V == pytest.approx(2.0)


def test_it_measures_with_the_output_off(bench_2450):
    """Unlike a 2400: no error, a reading of next to nothing, the flag says that the output was off."""
    bench_2450.source_current(1e-4)
    bench_2450.send(":OUTP OFF")
    voltage_V, status = bench_2450.read("READ,SOURSTAT")
    assert abs(voltage_V) < 5e-3
    assert not int(status) & OUTPUT_ON
    assert bench_2450.errors() == ""
    bench_2450.send(":OUTP:CURR:SMOD HIMP")
    assert abs(bench_2450.read()[0]) < 3e-3


def test_a_manual_range_refuses_what_it_cannot_source(bench_2450):
    bench_2450.send(":SOUR:VOLT:RANG 2", ":SOUR:VOLT 2.1")
    bench_2450(":SOUR:VOLT 2.2")
    assert bench_2450.errors() == '-222,"Parameter data out of range"'
    assert bench_2450(":SOUR:VOLT?") == "2.100000E+00"
    bench_2450(":SOUR:VOLT:RANG 0.2")
    assert bench_2450.errors() == '-221,"Settings conflict"'
    bench_2450.send(":SOUR:VOLT:RANG:AUTO ON", ":SOUR:VOLT 15")
    assert bench_2450(":SOUR:VOLT:RANG?") == "2.000000E+01"
