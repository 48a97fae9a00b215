"""Simulated 2600B: levels, ranges, limits, off modes, seen from the specimen."""

import importlib.util
from pathlib import Path

import pytest

from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.electrical import CurrentDrive, VoltageDrive
from simulators.physics.surroundings import Surroundings
from simulators.plugs import Connection
from simulators.tables import Table

_spec = importlib.util.spec_from_file_location("b2600", Path(__file__).with_name("keithley2600_bench.py"))
lab = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lab)
Bench, Specimen = lab.Bench, lab.Specimen


@pytest.fixture
def bench():
    return Bench()


def test_channels_are_apart(bench):
    bench.source_current(5e-4, smu="smub")
    assert isinstance(bench.b.history[-1], CurrentDrive)
    assert bench.b.history[-1].level_A == pytest.approx(5e-4, rel=1e-3)
    assert not isinstance(bench.a.history[-1], CurrentDrive)
    bench.send("smua.reset()")
    assert bench.number("smub.source.output") == 1
    bench.send("reset()")
    assert bench.number("smub.source.output") == 0


def test_a_2635b_has_one_channel():
    bench = Bench("2635B")
    assert bench("print(smub)") == "nil"
    bench("smub.source.output = 1")
    assert bench.errors() == [-286]


@pytest.mark.parametrize(
    ("mode", "what"),
    [("OUTPUT_NORMAL", VoltageDrive), ("OUTPUT_ZERO", VoltageDrive), ("OUTPUT_HIGH_Z", type(None))],
)
def test_off_modes(bench, mode, what):
    bench.source_current(5e-4)
    bench.send(f"smua.source.offmode = smua.{mode}", "smua.source.output = smua.OUTPUT_OFF")
    drive = bench.a.history[-1]
    assert isinstance(drive, what)
    if what is VoltageDrive:
        assert drive.level_V == pytest.approx(0.0, abs=1e-2)
        assert drive.limit_A == (1e-3 if mode == "OUTPUT_NORMAL" else 5e-4)


def test_normal_off_as_a_current_source(bench):
    bench.send("smua.source.offlimitv = 5", "smua.source.offfunc = smua.OUTPUT_DCAMPS")
    drive = bench.a.history[-1]
    assert isinstance(drive, CurrentDrive)
    assert (drive.limit_V, drive.level_A) == (5, pytest.approx(0.0, abs=1e-11))


def test_a_cell_stays_open_in_high_z(bench):
    bench.b.emf_V = 3.7
    bench.send("smub.source.offmode = 2")
    assert bench.b.history[-1] is None
    assert abs(bench.number("smub.measure.v()")) < 1e-3, "the relay is open, so the meter sees nothing of it"


@pytest.mark.parametrize(
    ("chunk", "code"),
    [
        ("smua.source.levelv = 203", 1101),
        ("smua.source.leveli = 1.6", 1101),
        ("smua.source.rangev = 2 smua.source.levelv = 2.03", 1101),
        ("smua.source.limiti = 50e-12", 1102),
        ("smua.source.limitv = 0.01", 1102),
        ("smua.source.limiti = 'much'", -224),
        ("smua.source.limiti = nil", -109),
        ("smua.source.output = 2", 1101),
        ("smua.source.offmode = 3", 1101),
        ("smua.measure.nplc = 30", 1101),
        ("smua.measure.nplc = 0", 1102),
        ("smua.measure.count = 0", 1102),
        ("smua.source.limiti = 1 smua.source.rangev = 200", 5007),
        ("smua.source.func = 0 smua.source.rangei = 1.5 smua.source.limitv = 100", 5007),
        ("smua.source.levelv = 15 smua.source.rangev = 2", -221),
        ("localnode.linefreq = 55", -224),
    ],
)
def test_what_is_refused_and_leaves_things_as_they_were(bench, chunk, code):
    before = bench.meter.inspect()["channels"]["a"] | {"limit": bench.number("smua.source.limitv")}
    bench(chunk)
    assert code in bench.errors()
    after = bench.meter.inspect()["channels"]["a"]
    assert not after["output"]
    assert after["nplc"] == before["nplc"]
    assert bench.number("smua.source.levelv") in (0.0, 15.0)


def test_the_source_goes_to_101_percent_and_autoranges(bench):
    bench.send("smua.source.levelv = 2.02")
    assert bench.number("smua.source.rangev") == 2
    bench.send("smua.source.levelv = 2.03")
    assert bench.number("smua.source.rangev") == 20
    bench.send("smua.source.rangev = 15")
    assert (bench.number("smua.source.rangev"), bench.number("smua.source.autorangev")) == (20, 0)
    bench.send("smua.source.rangei = 1e-10")
    assert bench.number("smua.source.rangei") == 1e-9, "the 100 pA range measures only"


def test_the_interlock_holds_the_200_V_range_back():
    bench = Bench()
    bench("smua.source.rangev = 200 smua.source.levelv = 100 smua.source.output = 1")
    assert bench.errors() == [802]
    assert bench.number("smua.source.output") == 0
    closed = Bench(interlock_closed=True)
    closed("smua.source.rangev = 200 smua.source.levelv = 100 smua.source.output = 1")
    assert closed.errors() == []
    assert closed.number("status.measurement.condition") == 2048
    low = Bench("2602B")
    low("smua.source.levelv = 40 smua.source.output = 1")
    assert low.errors() == []


def test_high_capacitance_mode_raises_small_ranges_and_limits(bench):
    bench.send("smua.source.limiti = 1e-8", "smua.measure.rangei = 1e-8", "smua.source.highc = smua.ENABLE")
    assert bench.number("smua.source.limiti") == 1e-6
    assert bench.number("smua.measure.rangei") == 1e-6
    bench("smua.source.limiti = 1e-8")
    assert bench.errors() == [1102]
    bench.send("smua.measure.rangei = 1e-9")
    assert bench.number("smua.measure.rangei") == 1e-6


def test_a_level_takes_its_settling_and_the_source_delay(bench):
    bench.source_current(1e-9, range_A=1e-9)
    before = bench.clock.now()
    bench.send("smua.source.leveli = -1e-9")
    settling_s = bench.clock.now() - before
    assert settling_s > 0.015
    bench.send("smua.source.delay = 2")
    before = bench.clock.now()
    bench.send("smua.source.leveli = 1e-9")
    assert bench.clock.now() - before == pytest.approx(2 + settling_s, abs=1e-3)


def test_a_script_that_ramps_is_seen_by_the_specimen_step_by_step(bench):
    bench.source_voltage(0.0)
    mark = len(bench.a.history)
    bench("for i = 1, 10 do smua.source.levelv = i / 10 delay(1) end smua.source.output = 0")
    bench.clock.sleep(3.5)  # after the first second
    bench.meter.resume()
    assert len(bench.a.history) - mark == 5
    bench("abort")
    assert bench.number("smua.source.output") == 1, "abort leaves the output as it is"
    assert bench.number("smua.source.levelv") == 0.5


def test_without_sense_wires_a_channel_senses_at_its_terminals():
    bench = Bench(a=Specimen(100.0, lead_ohm=50.0), b=Specimen(100.0, lead_ohm=50.0), two_wire=("b",))
    for smu, expected in (("smua", 0.1), ("smub", 0.15)):
        bench.source_current(1e-3, limit_V=2, smu=smu)
        bench.send(f"{smu}.sense = {smu}.SENSE_REMOTE")
        assert bench.number(f"{smu}.measure.v()") == pytest.approx(expected, abs=1e-3)


def test_the_row_in_the_model_table_reads_its_options():
    problems = []
    model = MODELS["keithley2636b"]
    table = Table("world.toml", {"line_frequency": "60 Hz", "serial": "77", "interlock": "closed"}, problems)
    options = model.options(table)
    wired = Specimen()
    at_b = {"b": Connection(circuit=wired, sense_wired=True)}
    site = Site("smu", Bench().clock, 1, Surroundings(296.15), None, False, Specimen(1e12), at_b)
    meter = model.build(site, options)
    assert problems == []
    assert meter.execute("*IDN?") == "Keithley Instruments Inc., Model 2636B, 77, 3.2.2"
    assert float(meter.execute("print(localnode.linefreq)")) == 60
    meter.execute("smub.source.levelv = 100 smub.source.output = 1")
    assert wired.history[-1].level_V == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize("content", [{"line_frequency": "55 Hz"}, {"interlock": "ajar"}])
def test_bad_options_are_problems(content):
    problems = []
    MODELS["keithley2602b"].options(Table("world.toml", content, problems))
    assert next(iter(content)) in problems[0]
