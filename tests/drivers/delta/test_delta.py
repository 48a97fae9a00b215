"""Delta mode through the driver: readings, their truth, their statistics, and their end."""

import statistics

import pytest

from bench.core.errors import InstrumentError
from bench.core.readings import DELTA_MEAN_VARIANCE


def test_readings_come_one_after_the_other_each_once(rig):
    source = rig.running()
    readings = [source.next_delta() for _ in range(20)]
    numbers = [reading.number for reading in readings]
    assert numbers == sorted(set(numbers))
    assert numbers == list(range(numbers[0], numbers[0] + 20)), "none is missed at this pace"
    for reading in readings:
        assert reading.usable
        assert reading.voltage.value == pytest.approx(1e-3, rel=1e-3)
        assert reading.voltage.unit == "V"
        assert reading.voltage.range == 0.01
        assert reading.current_A == 1e-3
    times = [reading.time for reading in readings]
    assert times == sorted(times)
    assert readings[-1].seconds - readings[0].seconds == pytest.approx(times[-1] - times[0], abs=0.06)


def test_a_reading_missed_shows_in_its_number(rig):
    source = rig.running()
    first = source.next_delta()
    rig.clock.sleep(10.0)
    assert source.next_delta().number - first.number == pytest.approx(10.0 / 0.02417, rel=0.02)


def test_a_test_with_a_count_hands_over_everything(rig):
    source = rig.running(count=50)
    readings = source.delta_readings()
    assert [reading.number for reading in readings] == list(range(1, 51))
    assert all(reading.usable for reading in readings)
    with pytest.raises(InstrumentError):
        rig.source.set_level(1e-3)
    source.stop_delta()
    assert not rig.state()["output"]


def test_a_test_without_end_has_no_last_reading(rig):
    with pytest.raises(InstrumentError, match="without end"):
        rig.running().delta_readings()


@pytest.mark.parametrize("emf", ["0 V", "10 uV", "1 mV"])
def test_the_resistance_is_right_whatever_the_thermal_emf(build, emf):
    errors = []
    for seed in range(8):
        rig = build(ohm=0.5, seed=seed, world={"thermal_emf": emf})
        readings = rig.running(count=100).delta_readings()
        mean = statistics.fmean(reading.voltage.value for reading in readings)
        errors.append(mean / 0.5e-3 - 1)
    # 0.05 % + 1 uA on the 2 mA range cancels but for its gain; 50 ppm of the meter; 1 nV of noise in 0.5 mV
    assert max(map(abs, errors)) < 0.0005 + 50e-6 + 5e-6
    assert statistics.pstdev(errors) > 1e-4, "each unit errs in its own way"


def test_one_polarity_would_have_been_wrong_by_the_emf(build):
    rig = build(ohm=0.5, world={"thermal_emf": "10 uV"})
    source = rig.sourcing(1e-3)
    meter = source.nanovoltmeter
    meter.measure_voltage(range_V=0.01, nplc=5)
    plain = meter.voltage().value
    source.set_level(-1e-3)
    reversed_ = meter.voltage().value
    assert abs(plain + reversed_) / 2 > 3e-7, "the EMF and the offsets"
    assert (plain - reversed_) / 2 == pytest.approx(0.5e-3, rel=6e-4)


def test_the_uncertainty_of_a_mean_needs_the_factor_for_shared_conversions(build):
    """Over many units, the scatter of means is what DELTA_MEAN_VARIANCE says, and not s/sqrt(N)."""
    z_right, z_naive = [], []
    for seed in range(60):
        values = [
            reading.voltage.value for reading in build(ohm=1e-6, seed=seed).running(count=60).delta_readings()
        ]
        mean = statistics.fmean(values)
        naive = statistics.stdev(values) / 60**0.5
        z_naive.append((mean - 1e-9) / naive)
        z_right.append((mean - 1e-9) / (naive * DELTA_MEAN_VARIANCE**0.5))
    assert statistics.pstdev(z_right) == pytest.approx(1.0, rel=0.3)
    assert statistics.pstdev(z_naive) > 1.3


def test_accuracy_after_the_reversal_is_the_gain_alone(build):
    rig = build(nanovoltmeter_gain_ppm=50, nanovoltmeter_offset_ppm_of_range=4)
    source = rig.running()
    assert source.delta_accuracy().relative == pytest.approx(50e-6)
    assert source.delta_accuracy().offset == 0.0
    assert source.current_accuracy().relative == 5e-4
    assert build().source.delta_accuracy() is None


def test_stopping_leaves_output_off_level_zero_fixed_mode_and_a_free_nanovoltmeter(rig):
    source = rig.running()
    source.next_delta()
    source.stop_delta()
    assert rig.state() | {"output": False, "armed": False, "running": False, "level": 0.0} == rig.state()
    assert rig.specimen.history[-1] is None
    source.nanovoltmeter.measure_voltage(range_V=0.01)
    assert source.nanovoltmeter.voltage().usable
    source.source_current(range_A=1e-3, compliance_V=5.0)
    source.set_output(True)
    source.set_level(5e-4)
    assert rig.specimen.history[-1].level_A == pytest.approx(5e-4, rel=5e-3), "the level reaches the output"


def test_arming_again_after_a_test_needs_no_stop_in_between(rig):
    source = rig.running()
    source.next_delta()
    source.arm_delta(current_A=5e-4, compliance_V=5.0, voltage_range_V=0.01, count=5)
    source.start_delta()
    assert source.delta_readings()[-1].voltage.value == pytest.approx(5e-4, rel=2e-3)


@pytest.mark.parametrize(("nplc", "delay_s"), [(0.1, 1e-3), (1.0, 2e-3), (5.0, 0.05)])
def test_integration_and_delay_are_what_was_asked_for(build, nplc, delay_s):
    rig = build()
    readings = rig.running(nplc=nplc, delay_s=delay_s, count=11).delta_readings()
    period_s = (readings[10].seconds - readings[0].seconds) / 10
    assert period_s == pytest.approx(nplc / 50 + delay_s + 2.17e-3, rel=1e-4)
    assert rig.meter.inspect()["nplc"] == nplc


def test_settings_of_both_instruments_go_into_the_record(rig):
    rig.source.connect()
    record = rig.source.settings()
    assert record["identity"]["model"].startswith("MODEL 622")
    assert record["nanovoltmeter"]["identity"]["model"] == "MODEL 2182A"
    rig.running()
    assert "nanovoltmeter" not in rig.source.settings(), "a test holds it"


def test_every_reversible_setting_goes_there_and_back_on_both_instruments(rig):
    rig.source.connect()
    for driver in (rig.source, rig.source.nanovoltmeter):
        before = driver.read_settings()
        for trip in driver.reversible:
            was, held = driver.round_trip(trip.setting.name)
            assert was != held
        assert driver.read_settings() == before


def test_a_running_test_is_no_time_for_trying_settings(rig):
    source = rig.running()
    with pytest.raises(InstrumentError, match="output is on"):
        source.round_trip("source_filter")
