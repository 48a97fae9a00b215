"""Simulated 2600B: readings, compliance, overflow, buffers, calibration within the published limits."""

import importlib.util
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.instruments.keithley.keithley2600.ranges import VARIANTS, tables
from simulators.instruments.keithley.source_meter.calibration import Calibration

_spec = importlib.util.spec_from_file_location("b2600", Path(__file__).with_name("keithley2600_bench.py"))
lab = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lab)
Bench, Specimen = lab.Bench, lab.Specimen


@pytest.fixture
def bench():
    return Bench()


def test_current_comes_first(bench):
    amps, volts = bench.source_current(5e-4).numbers("smua.measure.iv()")
    assert amps == pytest.approx(5e-4, rel=2e-3)
    assert volts == pytest.approx(0.5, abs=6e-3)
    assert bench.number("smua.measure.r()") == pytest.approx(1000, rel=2e-2)
    assert bench.number("smua.measure.p()") == pytest.approx(2.5e-4, rel=2e-2)


@given(seed=st.integers(0, 2**32), model=st.sampled_from(sorted(VARIANTS)))
@settings(max_examples=30, deadline=None)
def test_every_unit_is_within_its_specification(seed, model):
    ranges = tables(VARIANTS[model].family)
    unit = Calibration(seed, "smu/a", ranges)
    for name, table in ranges.items():
        for index, one in enumerate(table):
            assert abs(unit.measure[name][index].gain) <= one.measure_relative
            assert abs(unit.measure[name][index].offset) <= one.measure_offset
            assert abs(unit.source[name][index].gain) <= one.source_relative
            assert abs(unit.source[name][index].offset) <= one.source_offset


def test_channels_and_seeds_err_differently():
    volts = {
        (seed, smu): Bench(seed=seed).source_voltage(1.0, smu=smu).number(f"{smu}.measure.v()")
        for seed in (1, 2)
        for smu in ("smua", "smub")
    }
    assert len(set(volts.values())) == 4


def test_the_same_seed_gives_the_same_readings():
    first, second = (Bench(seed=5).source_voltage(1.0).numbers("smua.measure.iv()") for _ in range(2))
    assert first == second


def test_noise_falls_with_integration(bench):
    bench.source_voltage(1.0)

    def spread(nplc):
        bench.send(f"smua.measure.nplc = {nplc}")
        values = [bench.number("smua.measure.v()") for _ in range(60)]
        mean = sum(values) / len(values)
        return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))

    assert spread(0.01) / spread(1) == pytest.approx(10, rel=0.4)


@pytest.mark.parametrize(("nplc", "seconds"), [(0.01, 0.0008), (1, 0.08), (25, 2.0)])
def test_integration_takes_its_time(bench, nplc, seconds):
    bench.source_voltage(1.0)
    bench.send(f"smua.measure.nplc = {nplc}", "smua.measure.delay = 0")
    before = bench.clock.now()
    bench("print(smua.measure.iv())")
    assert bench.clock.now() - before == pytest.approx(seconds, abs=1e-3)


def test_autozero_off_is_faster_and_the_zero_drifts(bench):
    bench.source_voltage(0.0)
    bench.send("smua.measure.autozero = smua.AUTOZERO_ONCE", "smua.measure.autozero = smua.AUTOZERO_OFF")
    before = bench.clock.now()
    first = bench.number("smua.measure.v()")
    assert bench.clock.now() - before == pytest.approx(0.02, abs=1e-3)
    bench.clock.sleep(100 * 3600.0)
    assert abs(bench.number("smua.measure.v()") - first) > 1e-4


def test_compliance_of_voltage(bench):
    bench.a.ohm = 1e6
    bench.source_current(1e-4, limit_V=2)
    assert bench("print(smua.source.compliance)") == "true"
    amps, volts = bench.numbers("smua.measure.iv()")
    assert volts == pytest.approx(2.0, rel=1e-3)
    assert amps == pytest.approx(2e-6, abs=500e-9)
    assert bench.number("status.measurement.instrument.smua.condition") == 1
    bench.a.ohm = 10.0
    assert bench.number("status.measurement.instrument.smua.condition") == 1, "as of the last measurement"
    bench("print(smua.measure.v())")
    assert bench.number("status.measurement.instrument.smua.condition") == 0


def test_compliance_of_current(bench):
    bench.a.ohm = 10.0
    bench.source_voltage(1.0, limit_A=1e-3)
    assert bench.number("smua.measure.i()") == pytest.approx(1e-3, rel=1e-3)
    assert bench.number("status.measurement.instrument.smua.condition") == 2
    assert bench("print(smua.source.compliance)") == "true"


def test_a_value_beyond_its_range_is_an_overflow(bench):
    bench.source_current(1e-3, limit_V=2)
    bench.send("smua.measure.rangev = 0.2")
    amps, volts = bench.numbers("smua.measure.iv()")
    assert volts == 9.91e37
    assert amps == pytest.approx(1e-3, rel=1e-3)
    assert bench.number("status.measurement.instrument.smua.condition") == 128
    assert bench.number("smua.measure.r()") == 9.91e37


def test_autorange_goes_up_and_down(bench):
    bench.source_voltage(1.0)
    bench.send("smua.source.limiti = 0.1", "smua.measure.autorangei = 1")
    for ohm, scale in ((1e3, 1e-3), (1e9, 1e-9), (20.0, 0.1), (1e3, 1e-3)):
        bench.a.ohm = ohm
        bench("print(smua.measure.i())")
        assert bench.number("smua.measure.rangei") >= scale
        assert bench.number("smua.measure.rangei") <= 10 * scale
    bench.send("smua.measure.lowrangei = 1e-6")
    bench.a.ohm = 1e12
    bench("print(smua.measure.i())")
    assert bench.number("smua.measure.rangei") == 1e-6


def test_a_picoampere_is_seen_on_the_lowest_range(bench):
    bench.a.ohm = 1e12
    bench.source_voltage(10.0, range_V=20, limit_A=1e-10)
    assert bench.number("smua.measure.rangei") == 1e-10
    assert bench.number("smua.measure.i()") == pytest.approx(10e-12, abs=0.2e-12)


def test_four_wire_leaves_the_leads_out():
    bench = Bench(a=Specimen(100.0, lead_ohm=50.0))
    bench.source_current(1e-3, limit_V=2)
    assert bench.number("smua.measure.v()") == pytest.approx(0.15, abs=1e-3)
    bench.send("smua.sense = smua.SENSE_REMOTE")
    assert bench.number("smua.measure.v()") == pytest.approx(0.1, abs=1e-3)


def test_the_filter_averages_and_takes_longer(bench):
    bench.source_voltage(1.0)
    bench.send("smua.measure.filter.count = 10", "smua.measure.filter.enable = smua.FILTER_ON")
    before = bench.clock.now()
    bench("print(smua.measure.v())")
    assert bench.clock.now() - before == pytest.approx(0.02 * 12, abs=0.01)


# ---- buffers


def test_readings_go_into_a_buffer(bench):
    bench.source_voltage(1.0)
    bench.send(
        "smua.nvbuffer1.clear() smua.nvbuffer1.appendmode = 1 smua.nvbuffer1.collecttimestamps = 1 "
        "smua.nvbuffer1.collectsourcevalues = 1",
        "for i = 1, 3 do smua.measure.i(smua.nvbuffer1) end",
    )
    assert bench.number("smua.nvbuffer1.n") == 3
    values = [float(field) for field in bench("printbuffer(1, 3, smua.nvbuffer1)").split(", ")]
    assert values == pytest.approx([1e-3] * 3, rel=1e-2)
    assert bench.number("smua.nvbuffer1[2]") == values[1]
    mixed = bench("printbuffer(1, 2, smua.nvbuffer1, smua.nvbuffer1.timestamps, smua.nvbuffer1.sourcevalues)")
    fields = [float(field) for field in mixed.split(", ")]
    assert len(fields) == 6
    assert fields[1] == 0
    assert fields[4] == pytest.approx(0.06, abs=1e-2)
    assert fields[2] == 1.0


def test_count_and_both_buffers(bench):
    bench.source_voltage(1.0)
    bench.send("smua.measure.count = 5", "smua.measure.iv(smua.nvbuffer1, smua.nvbuffer2)")
    assert bench.numbers("smua.nvbuffer1.n, smua.nvbuffer2.n") == [5, 5]
    assert bench.number("smua.nvbuffer2[5]") == pytest.approx(1.0, rel=1e-2)
    bench.send("smua.measure.count = 1", "smua.measure.v(smua.nvbuffer2)")
    assert bench.number("smua.nvbuffer2.n") == 1, "appendmode 0 starts anew"
    bench.send("mine = smua.makebuffer(2)", "mine.appendmode = 1", "for i = 1, 4 do smua.measure.v(mine) end")
    assert bench.number("mine.n") == 2, "a full buffer takes no more"


def test_a_script_of_a_client_sweeps_and_prints(bench):
    """As programs do it: upload, run, read one message."""
    for line in (
        "loadscript sweep",
        "function run_sweep(first, last, points)",
        "  smua.nvbuffer1.clear() smua.nvbuffer1.appendmode = 1",
        "  smua.source.output = smua.OUTPUT_ON",
        "  for i = 1, points do",
        "    smua.source.levelv = first + (last - first) * (i - 1) / (points - 1)",
        "    delay(0.01)",
        "    smua.measure.i(smua.nvbuffer1)",
        "  end",
        "  smua.source.output = smua.OUTPUT_OFF",
        "  printbuffer(1, smua.nvbuffer1.n, smua.nvbuffer1.readings)",
        "end",
        "endscript",
    ):
        bench.send(line)
    heard = []
    bench.meter.reply_to = heard.append
    bench("sweep.run() smua.source.limiti = 0.01 smua.source.rangev = 2 smua.measure.rangei = 0.01")
    bench("run_sweep(-1, 1, 5)")
    bench.clock.sleep(5.0)
    bench.meter.resume()
    amps = [float(field) for field in heard[0].split(", ")]
    assert amps == pytest.approx([-1e-3, -5e-4, 0, 5e-4, 1e-3], abs=10e-6)
    assert bench.number("smua.source.output") == 0
    assert bench.errors() == []
