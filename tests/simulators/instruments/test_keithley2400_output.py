"""The 2400's output stage: compliance, sensing, output-off states, terminals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.instruments.keithley.keithley2400.output import compliance
from simulators.instruments.keithley.keithley2400.settings import Settings
from simulators.physics.electrical import CurrentDrive, VoltageDrive
from simulators.physics.press import Empty

COMPLIANCE, RANGE_COMPLIANCE = 1 << 3, 1 << 16


def status_word(bench):
    return int(bench.read()[4])


def test_below_compliance_nothing_is_flagged(bench):
    bench.source_current(1e-4, compliance_V=2)
    word = status_word(bench)
    assert not word & (COMPLIANCE | RANGE_COMPLIANCE)
    assert bench(":SENS:VOLT:PROT:TRIP?") == "0"


def test_real_compliance_clamps_the_voltage_and_the_current_follows_ohms_law(bench):
    bench.source_current(1e-3, compliance_V=2)  # 10 kohm would need 10 V
    voltage_V, current_A, _, _, word = bench.read()
    assert voltage_V == pytest.approx(2.0, abs=2 * 0.00012 + 300e-6 + 5e-5)
    assert current_A == pytest.approx(2.0 / (1e4 + 0.3), rel=0.00027, abs=60e-9 + 5e-8)
    assert int(word) & COMPLIANCE
    assert not int(word) & RANGE_COMPLIANCE
    assert bench(":SENS:VOLT:PROT:TRIP?") == "1"
    assert bench(":SENS:CURR:PROT:TRIP?") == "0"  # that of the other source
    assert bench.press.operating_point(bench.now).force_V == 2.0


def test_range_compliance_clamps_at_the_fixed_measurement_range(bench):
    bench.source_current(1e-3, compliance_V=21)
    bench.send(":SENS:VOLT:RANG 2")
    word = status_word(bench)
    assert word & RANGE_COMPLIANCE
    assert not word & COMPLIANCE
    assert bench.press.operating_point(bench.now).force_V == pytest.approx(2.1, rel=1e-14)
    bench.send(":SENS:VOLT:RANG:AUTO ON")  # manual p. 6-2: with auto range only real compliance
    assert not status_word(bench) & (COMPLIANCE | RANGE_COMPLIANCE)


def test_current_compliance_of_the_voltage_source(bench):
    bench.source_voltage(10, compliance_A=1e-4)
    voltage_V, current_A, _, _, word = bench.read()
    assert current_A == pytest.approx(1e-4, abs=1e-4 * 0.00025 + 6e-9 + 5e-9)
    assert voltage_V == pytest.approx(1.0, abs=5e-3)
    assert int(word) & COMPLIANCE
    assert bench(":SENS:CURR:PROT:TRIP?") == "1"


def test_an_open_fixture_goes_to_compliance(make_bench):
    bench = make_bench(None).source_current(1e-6, range_A=1e-6, compliance_V=21)
    bench.send(":SOUR:DEL 1")
    voltage_V, current_A, _, _, word = bench.read()
    assert voltage_V == pytest.approx(21.0, abs=21 * 0.00015 + 1.5e-3 + 5e-4)
    assert abs(current_A) < 400e-12
    assert int(word) & COMPLIANCE


@pytest.mark.parametrize("four_wire", [False, True])
def test_two_wire_differs_from_four_wire_by_the_leads(make_bench, four_wire):
    bench = make_bench(200.0).source_current(1e-2, range_A=1e-2, compliance_V=2.1)
    two_wire = [bench.read() for _ in range(20)]
    bench.send(":OUTP OFF", f":SYST:RSEN {int(four_wire)}", ":OUTP ON")
    other = [bench.read() for _ in range(20)]
    mean = [sum(row[0] for row in rows) / 20 for rows in (two_wire, other)]
    current_A = two_wire[0][1]
    expected_V = 0.3 * current_A if four_wire else 0.0
    assert mean[0] - mean[1] == pytest.approx(expected_V, abs=2e-5)  # noise 10 uV, averaged; same calibration
    assert bool(int(other[0][4]) & 1 << 22) is four_wire


def test_without_sense_wires_remote_sensing_sees_the_meters_own_terminals(make_bench):
    bench = make_bench(200.0, sense_wired=False).source_current(1e-2, range_A=1e-2, compliance_V=2.1)
    bench.send(":SYST:RSEN ON")
    assert bench.read()[0] == pytest.approx(1e-2 * 200.3, rel=2e-3)
    assert bench.press.operating_point(bench.now).sense_V == pytest.approx(1e-2 * 200.0, rel=2e-3)


def test_remote_sensing_holds_the_voltage_at_the_specimen(make_bench):
    bench = make_bench(10.0).source_voltage(0.1, range_V=0.2, compliance_A=0.1)
    point = bench.press.operating_point(bench.now)
    assert point.force_V == pytest.approx(0.1, abs=7e-4)
    bench.send(":SYST:RSEN ON")
    remote = bench.press.operating_point(bench.now)
    assert remote.sense_V == pytest.approx(point.force_V, rel=1e-12)


def test_overvoltage_protection_limits_the_voltage_source(bench):
    bench.send(":SOUR:VOLT:PROT 20", ":SENS:CURR:PROT 0.01", ":SOUR:VOLT 30", ":OUTP ON")
    assert bench.press.operating_point(bench.now).force_V == 20.0
    assert bench(":SOUR:VOLT:PROT:TRIP?") == "1"
    assert status_word(bench) & 1 << 4
    assert int(bench("STAT:MEAS:COND?")) & 1 << 13


def drive_when_off(bench, mode, level=":SOUR:CURR 1e-4"):
    bench.send(f":OUTP:SMOD {mode}", level, ":OUTP ON", ":OUTP OFF")
    return bench.meter.stage.drive_for(bench.meter.settings)


def test_off_high_impedance_opens_the_relay(bench):
    bench.source_current(1e-4)
    assert drive_when_off(bench, "HIMP") is None
    assert bench.press.operating_point(bench.now + 1).current_A == 0.0


def test_off_normal_holds_zero_volts_within_half_a_percent_of_the_range(bench):
    bench.source_current(1e-4)
    drive = drive_when_off(bench, "NORM")
    assert isinstance(drive, VoltageDrive)
    assert abs(drive.level_V) <= 2.4e-3
    assert drive.limit_A == pytest.approx(0.005 * 1e-3)


def test_off_zero_keeps_the_compliance_of_a_voltage_source(bench):
    bench.source_voltage(1, compliance_A=2e-3)
    drive = drive_when_off(bench, "ZERO", ":SOUR:VOLT 1")
    assert isinstance(drive, VoltageDrive)
    assert drive.limit_A == 2e-3


def test_off_zero_of_a_current_source_limits_to_its_level(bench):
    bench.source_current(1e-4)
    drive = drive_when_off(bench, "ZERO", ":SOUR:CURR 7e-4")
    assert isinstance(drive, VoltageDrive)
    assert drive.limit_A == 7e-4


def test_off_guard_is_a_current_source_of_zero(bench):
    bench.source_current(1e-4)
    drive = drive_when_off(bench, "GUAR")
    assert isinstance(drive, CurrentDrive)
    assert abs(drive.level_A) <= 200e-9
    assert drive.limit_V == pytest.approx(0.005 * 20)


@pytest.mark.parametrize("how", ["*RST", ":OUTP OFF", ":SOUR:CLE", ":SOUR:FUNC VOLT", ":ROUT:TERM REAR"])
def test_what_switches_the_output_off(bench, how):
    bench.source_current(1e-4)
    assert bench.press.operating_point(bench.now).current_A == pytest.approx(1e-4, rel=0.01)
    bench(how)
    assert bench(":OUTP?") == "0"
    assert abs(bench.press.operating_point(bench.now).current_A) < 1e-6


def test_a_device_clear_leaves_the_output_on(bench):
    bench.source_current(1e-4)
    bench.meter.clear()
    assert bench(":OUTP?") == "1"


def test_rear_terminals_see_what_is_wired_there(bench):
    bench.elsewhere.place(Empty(), "open", 0.0)
    bench.source_current(1e-4)
    bench.send(":ROUT:TERM REAR", ":OUTP ON", ":SOUR:DEL 1")
    word = status_word(bench)
    assert word & COMPLIANCE
    assert not word & 1 << 2  # front
    assert bench.press.operating_point(bench.now).current_A == 0.0


def test_the_output_enable_line(make_bench):
    bench = make_bench(output_enable_open=True)
    bench.send(":OUTP ON", ":OUTP OFF")  # the line is not in use
    bench.send(":OUTP:ENAB ON")
    assert bench(":OUTP:ENAB:TRIP?") == "0"
    bench(":OUTP ON")
    assert bench.errors() == '+802,"OUTPUT blocked by output enable"'
    assert bench(":OUTP?") == "0"


@given(level=st.floats(0.02, 210), range_auto=st.booleans(), range_index=st.integers(0, 3))
def test_compliance_is_the_lower_of_setting_and_fixed_range(level, range_auto, range_index):
    settings = Settings(function="CURR")
    sense = settings.sense["VOLT"]
    sense.compliance, sense.range_auto, sense.range_index = level, range_auto, range_index
    of_range = (0.21, 2.1, 21.0, 210.0)[range_index]
    expected = (of_range, True) if not range_auto and of_range < level else (level, False)
    assert compliance(settings) == expected
