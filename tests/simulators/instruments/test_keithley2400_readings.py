"""The 2400's readings: format, sentinels, time, ranging, noise, filter."""

import re
import statistics

import pytest

from simulators.instruments.keithley.keithley2400.calibration import Calibration

NAN, OVERFLOW = "+9.910000E+37", "+9.900000E+37"
FIELD = r"[+-]\d\.\d{6}E[+-]\d{2}"


def test_the_reply_of_a_reading(bench):
    bench.source_current(1e-4)
    assert re.fullmatch(",".join([FIELD] * 5), bench(":READ?"))


def test_elements_that_are_neither_measured_nor_sourced_are_not_numbers(bench):
    bench.source_current(1e-4, measure="'VOLT'")
    assert bench(":READ?").split(",")[2] == NAN
    bench.send("*RST", ":SOUR:VOLT 1", ":OUTP ON")  # measures current only
    voltage, current, resistance, *_ = bench(":READ?").split(",")
    assert voltage == "+1.000000E+00"  # the programmed level (manual p. 18-49)
    assert current.startswith(("+9.9", "+1.0"))
    assert resistance == NAN
    bench.send(":SENS:FUNC:OFF:ALL")
    assert bench(":READ?").split(",")[1] == NAN


def test_chosen_elements_in_their_fixed_order(bench):
    bench.source_current(1e-4)
    bench.send(":FORM:ELEM STAT,CURR")
    current, word = bench(":READ?").split(",")
    assert float(current) == pytest.approx(1e-4, rel=5e-3)
    assert int(float(word)) == 1 << 2 | 1 << 11 | 1 << 12 | 1 << 15  # front, V and I measured, I sourced


def test_the_timestamp_counts_from_power_on_or_reset(bench):
    bench.source_current(1e-4)
    bench.clock.sleep(60.0)
    assert bench.read()[3] == pytest.approx(60.09, abs=0.1)
    assert float(bench(":SYST:TIME?")) == pytest.approx(bench.now, abs=1e-3)
    bench.send(":SYST:TIME:RES")
    assert bench.read()[3] == pytest.approx(0.0834, abs=2e-3)


@pytest.mark.parametrize("mains_Hz", [50.0, 60.0])
@pytest.mark.parametrize("nplc", [0.01, 1, 10])
def test_a_conversion_takes_its_phases(make_bench, mains_Hz, nplc):
    bench = make_bench(mains_Hz=mains_Hz).source_current(1e-4)
    bench.send(f":SENS:VOLT:NPLC {nplc}")
    bench(":READ?")  # the first also waits for the source
    phase_s = nplc / mains_Hz + 185e-6
    assert bench.seconds(":READ?") == pytest.approx(500e-6 + 4 * phase_s + 2.15e-3, rel=1e-9)
    bench.send(":SYST:AZER OFF")
    assert bench.seconds(":READ?") == pytest.approx(100e-6 + 2 * phase_s + 0.64e-3, rel=1e-9)
    bench.send(":SENS:FUNC:OFF 'CURR'")
    assert bench.seconds(":READ?") == pytest.approx(100e-6 + phase_s + 0.64e-3, rel=1e-9)
    assert bench.seconds(":SYST:AZER ONCE") == pytest.approx(2 * phase_s, rel=1e-9)
    assert bench(":SYST:AZER?") == "0"


def test_the_source_delay_is_waited_for_after_a_change_only(bench):
    bench.source_current(1e-4)
    bench.send(":SOUR:DEL 0.5")
    settled = 500e-6 + 4 * (0.02 + 185e-6) + 2.15e-3
    assert bench.seconds(":READ?") == pytest.approx(settled + 0.5 + 50e-6, rel=1e-9)
    assert bench.seconds(":READ?") == pytest.approx(settled, rel=1e-9)
    bench.send(":SOUR:CURR 2e-4")
    assert bench.seconds(":READ?") == pytest.approx(settled + 0.5 + 50e-6, rel=1e-9)


@pytest.mark.parametrize(("range_A", "delay"), [(1e-6, "3"), (1e-5, "2"), (1e-4, "1"), (1e-1, "1"), (1, "2")])
def test_automatic_source_delays(bench, range_A, delay):
    bench.send(":SOUR:FUNC CURR", f":SOUR:CURR:RANG {range_A}")
    assert bench(":SOUR:DEL?") == f"{delay}.000000E-03"


def test_a_voltage_source_delays_by_its_current_range(bench):
    bench.send(":SENS:CURR:RANG 1e-6")
    assert bench(":SOUR:DEL?") == "3.000000E-03"


def test_autorange_finds_the_range_and_takes_time(bench):
    bench.send(":SOUR:FUNC CURR", ":SENS:FUNC 'VOLT'", ":SENS:FUNC:OFF 'CURR'", ":SOUR:CURR 1e-5", ":OUTP ON")
    first = bench.seconds(":READ?")  # 0.1 V, from the 20 V range
    assert bench(":SENS:VOLT:RANG?") == "2.100000E-01"
    second = bench.seconds(":READ?")
    phases = 2 * (3 * (0.02 + 185e-6) + 2e-3)  # two range changes, each with its zero and reference
    assert first - second == pytest.approx(phases + 50e-6 + 2e-3 + 100e-6, rel=1e-9)
    bench.send(":SOUR:CURR 1e-4")  # 1 V
    assert bench.read()[0] == pytest.approx(1.0, abs=2e-3)
    assert bench(":SENS:VOLT:RANG?") == "2.100000E+00"


def test_autorange_stops_at_the_compliance_range(bench):
    bench.send(":SOUR:FUNC CURR", ":SENS:FUNC 'VOLT'", ":SENS:VOLT:PROT 2", ":SOUR:CURR 1e-3", ":OUTP ON")
    bench(":READ?")
    assert bench(":SENS:VOLT:RANG?;RANG:AUTO:ULIM?") == "2.100000E+00;2.100000E+00"
    bench.send(":SENS:VOLT:RANG:AUTO:LLIM 2", ":SOUR:CURR 1e-6")
    bench(":READ?")
    assert bench(":SENS:VOLT:RANG?") == "2.100000E+00"


def test_a_reading_beyond_its_range_overflows(make_bench):
    """Range compliance is exact at the terminals; an external EMF can still drive the meter over range."""
    bench = make_bench().source_current(1e-6, range_A=1e-6, compliance_V=2.1)
    bench.meter.stage._drive = None  # so that the next change is applied
    pellet = bench.press.content
    emf = type(pellet.emf)(offset_V=2.5)
    bench.press.place(type(pellet)(1.0, 1e4, pellet.law, 0.0, emf), "battery", bench.now)
    bench.send(":OUTP:SMOD HIMP", ":OUTP OFF", ":SENS:VOLT:PROT 21", ":SENS:VOLT:RANG 2")
    bench.meter.settings.output = True  # a relay that hangs open: the meter believes that it sources
    voltage, *_, word = bench(":READ?").split(",")
    assert voltage == OVERFLOW
    assert int(float(word)) & 1
    assert int(bench("STAT:MEAS?")) & 1 << 7  # reading overflow


def test_noise_falls_with_the_square_root_of_integration_time(bench):
    bench.source_current(1e-4, compliance_V=2)

    def spread(nplc):
        bench.send(f":SENS:VOLT:NPLC {nplc}")
        return statistics.stdev(bench.read()[0] for _ in range(300))

    assert spread(1) == pytest.approx(10e-6, rel=0.15)
    assert spread(10) == pytest.approx(10e-6 / 10**0.5, rel=0.15)
    assert spread(0.1) == pytest.approx(10e-6 * 10**0.5, rel=0.15)


def test_the_repeating_filter_averages_and_takes_as_many_conversions(bench):
    bench.source_current(1e-4, compliance_V=2)
    bench(":READ?")
    once = bench.seconds(":READ?")
    bench.send(":SENS:AVER:COUN 25", ":SENS:AVER ON")
    assert bench.seconds(":READ?") - 500e-6 == pytest.approx(25 * (once - 500e-6), rel=1e-9)
    assert int(bench.read()[4]) & 1 << 1
    assert statistics.stdev(bench.read()[0] for _ in range(100)) == pytest.approx(2e-6, rel=0.3)


def test_the_moving_filter_averages_what_is_there_and_starts_anew_with_the_source(bench):
    bench.source_current(1e-4, compliance_V=20)
    bench.send(":SENS:AVER:TCON MOV", ":SENS:AVER:COUN 10", ":SENS:AVER ON")
    for _ in range(10):
        bench(":READ?")
    bench.send(":SOUR:CURR 2e-4")
    assert bench.read()[0] == pytest.approx(2.0, rel=2e-3)


def test_without_autozero_the_zero_drifts_until_it_is_taken_again(make_bench):
    bench = make_bench(1e4, seed=5).source_current(1e-4, compliance_V=2)
    bench.send(":SENS:VOLT:NPLC 10", ":SYST:AZER ONCE")

    def mean():
        return statistics.fmean(bench.read()[0] for _ in range(50))

    fresh_V = mean()
    bench.clock.sleep(bench.now + 20 * 3600)
    drifted_V = mean() - fresh_V
    expected_V = Calibration(5, "meter").zero_drift_per_h["VOLT"][1] * 20
    assert abs(expected_V) > 5e-5
    assert drifted_V == pytest.approx(expected_V, rel=0.1)
    bench.send(":SYST:AZER ONCE")
    assert mean() == pytest.approx(fresh_V, abs=5e-6)


def test_manual_ohms_divides_what_is_measured(bench):
    bench.source_current(1e-4)
    bench.send(":SENS:RES:MODE MAN", ":SENS:FUNC 'RES'")
    voltage_V, current_A, resistance_ohm, _, word = bench.read()
    assert resistance_ohm == pytest.approx(voltage_V / current_A, rel=1e-6)
    assert int(word) & 1 << 13
    assert not int(word) & 1 << 10
    bench.send(":SOUR:CURR 3e-4")  # the source stays the client's
    assert bench.read()[1] == pytest.approx(3e-4, rel=2e-3)


@pytest.mark.parametrize("resistance_ohm", [15.0, 150.0, 1500.0, 15e3, 150e3, 1.5e6, 15e6])
def test_automatic_ohms_chooses_current_and_range(make_bench, resistance_ohm):
    bench = make_bench(resistance_ohm)
    bench.send(":SYST:RSEN ON", ":SENS:FUNC 'RES'", ":OUTP ON")
    assert bench.read()[2] == pytest.approx(resistance_ohm, rel=2e-3)
    assert float(bench(":SENS:RES:RANG?")) == pytest.approx(resistance_ohm / 15 * 21)
    assert int(bench.read()[4]) & 1 << 10
    bench(":SOUR:CURR 1e-3")
    assert bench.errors() == '+825,"Invalid with auto-ohms on"'


def test_an_open_circuit_has_no_resistance(make_bench):
    bench = make_bench(None)
    bench.send(":SENS:FUNC 'RES'", ":OUTP ON", ":SOUR:DEL 1")
    assert bench(":READ?").split(",")[2] == OVERFLOW


def test_offset_compensated_ohms_removes_an_emf(make_bench):
    bench = make_bench(100.0)
    pellet = bench.press.content
    emf = type(pellet.emf)(offset_V=10e-3)
    bench.press.place(type(pellet)(1.0, 100.0, pellet.law, 0.0, emf), "thermocouple", 0.0)
    bench.send(":SYST:RSEN ON", ":SENS:FUNC 'RES'", ":OUTP ON")
    assert bench.read()[2] == pytest.approx(101.0, rel=2e-3)
    bench.send(":SENS:RES:OCOM ON")
    assert bench.read()[2] == pytest.approx(100.0, rel=2e-3)
    assert int(bench.read()[4]) & 1 << 17
