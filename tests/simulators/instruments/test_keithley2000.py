"""The multimeter's volts: ranges, limits, noise, zero, filter, old readings, and what CONFigure undoes."""

import statistics

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.keithley.keithley2000 import Keithley2000
from simulators.instruments.keithley.keithley2000.converter import Converter
from simulators.instruments.keithley.keithley2000.ranges import RANGES


class Input:
    """What hangs on its terminals."""

    def __init__(self, volts=0.0):
        self.volts = volts

    def voltage_V(self, time):
        return self.volts


class Bench:
    def __init__(self, volts=0.0, *, seed=1, **options):
        self.clock = VirtualClock()
        self.input = Input(volts)
        self.meter = Keithley2000(self.clock, name="multimeter", seed=seed, terminals=self.input, **options)

    def __call__(self, message):
        return self.meter.execute(message)

    def send(self, *messages):
        for message in messages:
            assert self(message) is None
            assert self("SYST:ERR?") == '0,"No error"', message

    def one_shot(self, range_V=10, nplc=1):
        self.send("*RST", f"VOLT:DC:RANG {range_V}", f"VOLT:DC:NPLC {nplc}")
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
    assert bench("*IDN?").startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2000,")
    answers = {
        "SENS:FUNC?": '"VOLT:DC"', "VOLT:NPLC?": "1.000000E+00", "VOLT:RANG:AUTO?": "1",
        "VOLT:AVER:STAT?": "0", "VOLT:AVER:COUN?": "10", "VOLT:REF:STAT?": "0", "SYST:AZER:STAT?": "1",
        "INIT:CONT?": "0",
    }  # fmt: skip
    assert {query: bench(query) for query in answers} == answers


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT:RANG 1011", -222), ("VOLT:RANG -1", -222), ("VOLT:NPLC 10.1", -222), ("VOLT:NPLC 0", -222),
        ("SENS:FUNC 'RES'", -141), ("VOLT:AVER:COUN 101", -222), ("SENS:PRE:THR:VOLT:RANG?", -113),
        ("SYST:LFR?", -113), ("SYST:BEEP 500,1", -113), ("ROUT:CLOS (@1)", -113), ("FETC?", -230),
    ],
)  # fmt: skip
def test_what_it_refuses(message, code):
    bench = Bench()
    bench("*RST")
    assert bench(message) is None
    assert bench("SYST:ERR?").startswith(str(code))


@pytest.mark.parametrize(
    ("wanted", "full_scale"), [(0.05, 0.1), (0.12, 0.1), (0.121, 1), (12, 10), (120, 100), (1010, 1000)]
)
def test_ranges_show_120_percent_but_the_highest(wanted, full_scale):
    bench = Bench()
    bench.send(f"VOLT:DC:RANG {wanted}")
    assert float(bench("VOLT:RANG?")) == full_scale


@pytest.mark.parametrize(("range_V", "volts"), [(10, 12.1), (10, -12.1), (1000, 1011.0)])
def test_beyond_the_range_is_a_sentinel(range_V, volts):
    bench = Bench(volts).one_shot(range_V)
    assert bench("READ?") == "+9.90000000E+37"
    assert int(bench("STAT:MEAS?")) & 1


def test_autorange_goes_both_ways():
    bench = Bench(50.0).one_shot()
    bench.send("VOLT:RANG:AUTO ON")
    assert bench.read() == pytest.approx(50.0, rel=1e-4)
    bench.input.volts = 0.01
    assert bench.read() == pytest.approx(0.01, rel=1e-3)
    assert float(bench("VOLT:RANG?")) == 0.1


@pytest.mark.parametrize("index", range(len(RANGES)))
def test_errors_stay_within_the_limits_of_the_range_and_fill_them(index):
    one = RANGES[index]
    volts = 0.8 * one.full_scale
    shares = []
    for seed in range(300):
        gain, offset = (
            Converter(seed, "unit", Input()).gain[index],
            Converter(seed, "unit", Input()).offset_V[index],
        )
        shares.append((gain * volts + offset) / (one.relative * volts + one.offset))
    assert max(map(abs, shares)) <= 1.0
    assert max(shares) > 0.75
    assert min(shares) < -0.75
    assert abs(statistics.fmean(shares)) < 4 * 0.5 / 300**0.5


@pytest.mark.parametrize(("nplc", "rms_V"), [(0.01, 150e-6), (0.1, 22e-6), (1, 4e-6), (10, 1.5e-6)])
def test_noise_on_the_10_volt_range_is_that_of_the_data_sheet(nplc, rms_V):
    bench = Bench(1.0).one_shot(10, nplc)
    assert statistics.stdev(bench.read() for _ in range(400)) == pytest.approx(rms_V, rel=0.12)


@pytest.mark.parametrize(("nplc", "a_second"), [(10, 5), (1, 30)])
def test_readings_a_second_at_60_hz_are_those_of_the_data_sheet(nplc, a_second):
    bench = Bench(mains_Hz=60.0).one_shot(10, nplc)
    assert 1 / bench.seconds("READ?") == pytest.approx(a_second, rel=0.1)


def test_without_autozero_the_zero_drifts_within_what_the_data_sheet_adds():
    drifts = []
    for seed in range(30):
        bench = Bench(seed=seed).one_shot(10, 10)
        bench.send("SYST:AZER:STAT OFF")
        bench.read()
        first = bench.read()
        bench.clock.sleep(600)
        drifts.append(bench.read() - first)
    assert max(map(abs, drifts)) < 2e-6 * 10 + 5e-6 + 8e-6
    assert max(map(abs, drifts)) > 1.2e-5


def test_filter_and_relative():
    bench = Bench(1.0).one_shot()
    plain = statistics.stdev(bench.read() for _ in range(100))
    bench.send("VOLT:AVER:TCON REP", "VOLT:AVER:COUN 25", "VOLT:AVER:STAT ON")
    assert statistics.stdev(bench.read() for _ in range(100)) == pytest.approx(plain / 5, rel=0.35)
    bench.send("VOLT:REF:ACQ", "VOLT:REF:STAT ON")
    assert bench.read() == pytest.approx(0.0, abs=5e-6)


@pytest.mark.parametrize("message", ["CONF:VOLT:DC", "MEAS:VOLT:DC?"])
def test_configure_and_measure_undo_range_integration_and_filter(message):
    bench = Bench(1.0).one_shot(10, 10)
    bench.send("VOLT:AVER:STAT ON")
    bench(message)
    assert bench(":VOLT:NPLC?;:VOLT:RANG:AUTO?;:VOLT:AVER:STAT?") == "1.000000E+00;1;0"


def test_read_while_it_measures_continuously_is_an_old_reading():
    bench = Bench(1.0)
    bench.send("VOLT:NPLC 10")
    old = bench("FETC?")
    bench.input.volts = 2.0
    assert bench("READ?") == old
    assert bench("SYST:ERR?") == '-213,"Init ignored"'
