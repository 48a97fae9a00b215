"""The nanovoltmeter: ranges, zeros, filters, sentinels, timing, the mains, and readings that are old."""

import statistics

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.keithley.keithley2182a import Keithley2182A
from simulators.instruments.keithley.keithley2182a.converter import Converter
from simulators.instruments.keithley.keithley2182a.ranges import CHANNEL_1, CHANNELS
from simulators.instruments.keithley.keithley2182a.system_commands import LOW_LEVEL_ACAL_s
from simulators.physics.surroundings import Surroundings

ROOM_K = 296.15


class Input:
    """What hangs on channel 1."""

    def __init__(self, volts=0.0):
        self.volts = volts

    def voltage_V(self, time):
        return self.volts


class Room:
    def __init__(self, kelvin=ROOM_K):
        self.kelvin = kelvin

    def temperature_K(self, time):
        return self.kelvin


class Bench:
    def __init__(self, volts=0.0, *, seed=1, room=None, **options):
        self.clock = VirtualClock()
        self.input = Input(volts)
        options.setdefault("pickup_V", 0.0)
        self.meter = Keithley2182A(
            self.clock,
            name="nanovoltmeter",
            seed=seed,
            channel_1=self.input,
            room=room or Surroundings(ROOM_K),
            **options,
        )

    def __call__(self, message):
        return self.meter.execute(message)

    def send(self, *messages):
        for message in messages:
            assert self(message) is None
            assert self("SYST:ERR?") == '0,"No error"', message

    def one_shot(self, range_V=0.01, nplc=1, filter_="OFF"):
        self.send("*RST", f"VOLT:RANG {range_V}", f"VOLT:NPLC {nplc}", f"VOLT:DFIL {filter_}")
        return self

    def read(self):
        return float(self("READ?"))

    def seconds(self, message):
        before = self.meter.busy_until
        self(message)
        return self.meter.busy_until - before


def test_identity_and_defaults_after_reset():
    bench = Bench()
    bench("*RST")
    assert bench("*IDN?").startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2182A,")
    answers = {
        "SENS:FUNC?": '"VOLT:DC"', "SENS:CHAN?": "1", "VOLT:NPLC?": "5.000000E+00",
        "VOLT:RANG:AUTO?": "1", "VOLT:DFIL?": "1", "VOLT:DFIL:COUN?": "10", "VOLT:LPAS?": "0",
        "VOLT:REF:STAT?": "0", "SYST:AZER?": "1", "SYST:FAZ?": "1", "SYST:LFR?": "50", "INIT:CONT?": "0",
    }  # fmt: skip
    assert {query: bench(query) for query in answers} == answers


@pytest.mark.parametrize(
    ("wanted", "full_scale"),
    [(0.005, 0.01), (0.012, 0.01), (0.0121, 0.1), (0.5, 1.0), (11.9, 10.0), (120, 100.0), ("MAX", 100.0)],
)
def test_a_range_shows_up_to_120_percent(wanted, full_scale):
    bench = Bench()
    bench.send(f"SENS:VOLT:CHAN1:RANG {wanted}")
    assert float(bench("VOLT:RANG?")) == full_scale
    assert bench("VOLT:RANG:AUTO?") == "0"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT:RANG 121", -222), ("VOLT:RANG -1", -222), ("VOLT:CHAN2:RANG 12.1", -222),
        ("VOLT:NPLC 50.1", -222),
        ("VOLT:NPLC 0", -222), ("SENS:CHAN 3", -222), ("SENS:FUNC 'RES'", -141), ("SENS:FUNC VOLT", -104),
        ("VOLT:DFIL:COUN 101", -222), ("VOLT:DFIL:WIND 11", -222), ("SENS:VOLT:DELT?", -113),
        ("CAL:UNPR:ACAL:STEP2", -221), ("FETC?", -230),
    ],
)  # fmt: skip
def test_what_it_refuses(message, code):
    bench = Bench()
    bench("*RST")
    assert bench(message) is None
    assert bench("SYST:ERR?").startswith(str(code))


@pytest.mark.parametrize("sign", [1, -1])
def test_beyond_120_percent_is_a_sentinel_and_sets_its_bit(sign):
    bench = Bench(sign * 0.0125).one_shot()
    assert bench("READ?") == "+9.90000000E+37"
    assert int(bench("STAT:MEAS?")) & 1
    bench.send("VOLT:RANG:AUTO ON")
    assert bench.read() == pytest.approx(sign * 0.0125, rel=1e-4)
    assert float(bench("VOLT:RANG?")) == 0.1


def test_autorange_comes_down_as_well():
    bench = Bench(50.0).one_shot(range_V=100)
    bench.send("VOLT:RANG:AUTO ON")
    bench.input.volts = 1e-3
    assert bench.read() == pytest.approx(1e-3, rel=1e-3)
    assert float(bench("VOLT:RANG?")) == 0.01


@pytest.mark.parametrize("index", range(len(CHANNEL_1)))
def test_errors_stay_within_the_limits_of_the_range_and_fill_them(index):
    one = CHANNEL_1[index]
    volts = 0.7 * one.full_scale
    shares = []
    for seed in range(300):
        unit = Converter(
            seed, "unit", {1: Input(volts)}, Room(), mains_Hz=50.0, pickup_V=0.0, mean_room_K=ROOM_K
        )
        shown = unit.shown(1, index, 0.0, 0.1, 1e6, zero=True, front=True)
        shares.append((shown - volts) / (one.relative * volts + one.offset))
    assert max(map(abs, shares)) <= 1.0 + 1e-3
    assert max(shares) > 0.75
    assert min(shares) < -0.75
    assert abs(statistics.fmean(shares)) < 4 * 0.5 / 300**0.5


def test_one_unit_keeps_its_errors_and_another_has_others():
    first, again, other = (Bench(seed=seed).meter.converter for seed in (3, 3, 4))
    assert first.gain == again.gain
    assert first.offset_V == again.offset_V
    assert set(first.gain[1]).isdisjoint(other.gain[1])
    assert set(CHANNELS) == {1, 2}


@pytest.mark.parametrize(
    ("range_V", "nplc", "expected"),
    [(0.01, 1, 70e-9 / 6.6), (0.01, 4, 35e-9 / 6.6), (0.01, 25, 14e-9 / 6.6), (0.1, 1, 300e-9 / 6.6)],
)
def test_noise_is_that_of_the_sheet_and_falls_with_the_root_of_the_integration(range_V, nplc, expected):
    bench = Bench(1e-3).one_shot(range_V, nplc=nplc)
    readings = [bench.read() for _ in range(400)]
    assert statistics.stdev(readings) == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize(
    ("azer", "faz", "phases"), [("ON", "ON", 4), ("OFF", "ON", 2), ("ON", "OFF", 2), ("OFF", "OFF", 1)]
)
def test_each_zero_doubles_the_time(azer, faz, phases):
    bench = Bench().one_shot(nplc=5)
    bench.send(f"SYST:AZER {azer}", f"SYST:FAZ {faz}")
    assert bench.seconds("READ?") == pytest.approx(phases * (5 / 50 + 1.5e-3))


def test_the_analog_filter_adds_125_ms():
    bench = Bench().one_shot()
    plain = bench.seconds("READ?")
    bench.send("VOLT:LPAS ON")
    assert bench.seconds("READ?") - plain == pytest.approx(0.125)


def test_without_zeros_the_offset_drifts_with_time_and_the_zero_brings_it_back():
    bench = Bench(seed=11).one_shot(nplc=50)
    first = bench.read()
    bench.send("SYST:FAZ OFF", "SYST:AZER OFF")
    bench.clock.sleep(36_000)
    drifted = bench.read() - first
    assert abs(drifted) > 20e-9
    bench.send("SYST:FAZ ON", "SYST:AZER ON")
    assert bench.read() - first == pytest.approx(0.0, abs=8e-9)


def test_whole_cycles_reject_the_mains_and_parts_of_one_do_not():
    def scatter(nplc, *more):
        bench = Bench(pickup_V=1e-5).one_shot(nplc=nplc)
        bench.send(*more)
        readings = []
        for index in range(60):
            bench.clock.sleep(0.3 + 0.0031 * index)
            readings.append(bench.read())
        return statistics.stdev(readings)

    assert scatter(1) < 2e-8
    assert scatter(0.5) > 1e-6
    assert scatter(0.5, "SYST:LSYN ON") < 1e-7, "the same phase each time: an offset, no noise"


def test_the_filter_averages_and_a_step_beyond_its_window_starts_it_anew():
    bench = Bench(1e-3).one_shot(filter_="ON")
    bench.send("VOLT:DFIL:TCON REP", "VOLT:DFIL:COUN 20", "VOLT:DFIL:WIND 1")
    plain = Bench(1e-3).one_shot()
    assert bench.seconds("READ?") == pytest.approx(20 * plain.seconds("READ?"))
    averaged = statistics.stdev(bench.read() for _ in range(60))
    assert averaged == pytest.approx(10.6e-9 / 20**0.5, rel=0.3)
    bench.send("VOLT:DFIL:TCON MOV")
    for _ in range(20):
        bench.read()
    bench.input.volts = 1.5e-3
    assert bench.read() == pytest.approx(1.5e-3, rel=1e-4), "5 % of the range is more than the window"
    bench.input.volts += 2e-6
    assert bench.read() - 1.5e-3 < 1.8e-6, "within the window it creeps"


def test_relative_subtracts_what_was_acquired():
    bench = Bench(2e-3)
    bench("*RST")
    bench("VOLT:REF:ACQ")
    assert bench("SYST:ERR?").startswith("-230"), "nothing was measured yet"
    bench.one_shot()
    bench.read()
    bench.send("VOLT:REF:ACQ", "VOLT:REF:STAT ON")
    assert float(bench("VOLT:REF?")) == pytest.approx(2e-3, rel=1e-4)
    assert bench.read() == pytest.approx(0.0, abs=1e-7)
    bench.send("VOLT:REF:STAT OFF")
    assert bench.read() == pytest.approx(2e-3, rel=1e-4)


def test_while_it_measures_continuously_read_sends_an_old_reading_and_says_213():
    bench = Bench(1e-3)
    bench.send("VOLT:NPLC 50")
    old = bench("FETC?")
    bench.input.volts = 5e-3
    assert bench("READ?") == old
    assert bench("SYST:ERR?") == '-213,"Init ignored"'
    bench.send("INIT:CONT OFF")
    assert float(bench("READ?")) == pytest.approx(5e-3, abs=5e-4)


def test_local_goes_back_to_continuous_and_is_told_in_the_event_register():
    bench = Bench().one_shot()
    bench("*ESR?")
    bench.meter.press_local()
    assert bench("INIT:CONT?") == "1"
    assert int(bench("*ESR?")) & 64


def test_without_a_trigger_there_is_nothing_to_fetch():
    bench = Bench().one_shot()
    bench.send("TRIG:SOUR EXT", "INIT")
    assert bench("FETC?") is None
    assert bench("SYST:ERR?").startswith("-230")
    assert bench("READ?") is None
    assert bench("SYST:ERR?").startswith("-214")


def test_several_readings_for_one_trigger_and_the_buffer():
    bench = Bench(1e-3).one_shot()
    bench.send("SAMP:COUN 5", "TRAC:POIN 3", "TRAC:FEED SENS", "TRAC:FEED:CONT NEXT")
    assert len(bench("READ?").split(",")) == 5
    assert len(bench("TRAC:DATA?").split(",")) == 3
    assert bench("TRAC:FEED:CONT?") == "NEV"


def test_a_low_level_calibration_takes_minutes_and_removes_what_the_temperature_did():
    room = Room()
    bench = Bench(9e-3, room=room).one_shot(nplc=50)
    before = bench.read()
    room.kelvin += 10.0
    warm = bench.read()
    assert warm - before == pytest.approx(9e-3 * 10 * 1e-6, abs=1.5e-8)
    inside = float(bench("SENS:TEMP:RTEM?"))
    assert inside - float(bench("CAL:UNPR:ACAL:TEMP?")) == pytest.approx(10.0, abs=0.01)
    bench.send("CAL:UNPR:ACAL:INIT")
    assert bench.seconds("CAL:UNPR:ACAL:STEP2") == LOW_LEVEL_ACAL_s
    bench.send("CAL:UNPR:ACAL:DONE")
    assert bench.read() == pytest.approx(before, abs=8e-9)


def test_only_the_interface_of_the_front_panel_talks():
    bench = Bench(interface="RS-232")
    assert bench("*IDN?") is None
    assert bench.meter.execute_serial("*IDN?", 0.0).startswith("KEITHLEY")
    assert Bench().meter.execute_serial("*IDN?", 0.0) is None


def test_the_sensor_inside():
    bench = Bench().one_shot()
    bench.send("SENS:CHAN 0", "SENS:FUNC 'TEMP'")
    assert bench.read() == pytest.approx(28.0, abs=0.1)
