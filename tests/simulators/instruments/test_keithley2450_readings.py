"""The 2450's readings: replies, accuracy, time, ranging, units, ohms, filter, zero."""

import re
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.instruments.keithley.keithley2450.ranges import TABLES
from simulators.instruments.keithley.source_meter.calibration import Calibration

NUMBER = r"-?\d\.\d{6}E[+-]\d{2}"


def test_the_reply_of_a_reading(bench_2450):
    bench_2450.source_current(1e-4)
    assert re.fullmatch(NUMBER, bench_2450(":READ?"))
    assert re.fullmatch(NUMBER, bench_2450(":MEASure? 'defbuffer1'"))
    assert re.fullmatch(f"{NUMBER},{NUMBER}", bench_2450(':READ? "defbuffer1",SOUR,READ'))
    bench_2450.send(":FORM:ASC:PREC 3")
    assert re.fullmatch(r"\d\.\d\dE[+-]\d\d", bench_2450(":READ?"))


def test_all_elements(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450(":READ?")
    reply = bench_2450(
        ':READ? "defbuffer1",DATE,TIME,TST,SEC,FRAC,REL,UNIT,SOURUNIT,FORM,SOURFORM,STAT,SOURSTAT,READ,SOUR'
    )
    date, time, stamp, seconds, fraction, relative, *rest = reply.split(",")
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", date)
    assert stamp.startswith(f"{date} {time}.")
    assert int(seconds) > 1e9
    assert stamp.endswith(fraction[2:] + "000")
    assert float(relative) == pytest.approx(0.0803, abs=1e-6)
    assert rest[:2] == ["Volt DC", "Amp DC"]
    assert re.fullmatch(r"\+0[01]\.\d{4} V", rest[2])
    assert re.fullmatch(r"\+0\.\d{5} mA", rest[3])
    assert rest[4:6] == ["264", "136"]  # front, start of a group; read back, output on
    bench_2450(f':READ? "defbuffer1"{",READ" * 15}')
    assert bench_2450.errors() == '-223,"Too much data"'


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6), level=st.sampled_from([1e-8, 1e-6, 1e-4, 1e-2]), sign=st.sampled_from([-1, 1])
)
def test_readings_are_within_the_published_accuracy(make_2450, seed, level, sign):
    bench = make_2450(100.0, seed=seed)
    bench.source_current(sign * level, range_A=level, limit_V=2)
    source = next(one for one in TABLES["CURR"] if one.full_scale >= level)
    volt = TABLES["VOLT"][2]
    shown_V, shown_A = bench.read("READ,SOUR")
    point = bench.press.operating_point(bench.now)
    assert abs(point.current_A - sign * level) <= source.source_relative * level + source.source_offset
    noise = 6 * source.noise_rms
    assert abs(shown_A - point.current_A) <= source.measure_relative * level + source.measure_offset + noise
    allowed_V = volt.measure_relative * abs(point.force_V) + volt.measure_offset + 6 * volt.noise_rms
    assert abs(shown_V - point.force_V) <= allowed_V


def test_the_same_seed_reads_the_same(make_2450):
    first, again, other = (make_2450(seed=seed).source_current(1e-4)(":READ?") for seed in (1, 1, 2))
    assert first == again != other


# phases: signal, source readback, two for autozero
TIMES = [
    ((), 4 * 0.02),
    ((":SENS:VOLT:AZER OFF",), 2 * 0.02),
    ((":SOUR:CURR:READ:BACK OFF",), 3 * 0.02),
    ((":SENS:VOLT:AZER OFF", ":SOUR:CURR:READ:BACK OFF", ":SENS:VOLT:NPLC 10"), 0.2),
    ((":NPLC 0.1",), 4 * 0.002),
]


@pytest.mark.parametrize(("messages", "phases_s"), TIMES)
def test_a_reading_takes_its_phases(bench_2450, messages, phases_s):
    bench_2450.source_current(1e-4)
    bench_2450.send(*messages)
    bench_2450(":READ?")
    assert bench_2450.seconds(":READ?") == pytest.approx(phases_s + 0.3e-3, rel=1e-9)
    bench_2450.send(":SENS:COUN 5")
    assert bench_2450.seconds(":READ?") == pytest.approx(5 * (phases_s + 0.3e-3), rel=1e-9)


def test_at_60_hertz(make_2450):
    bench = make_2450(mains_Hz=60.0).source_current(1e-4)
    bench(":READ?")
    assert bench(":SYST:LFR?") == "60"
    assert bench.seconds(":READ?") == pytest.approx(4 / 60 + 0.3e-3, rel=1e-9)


def test_the_source_delay_is_waited_for_after_a_change_only(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450.send(":SOUR:CURR:DEL 0.5")
    assert bench_2450(":SOUR:CURR:DEL:AUTO?") == "0"
    assert bench_2450.seconds(":READ?") == pytest.approx(0.5803, rel=1e-9)
    assert bench_2450.seconds(":READ?") == pytest.approx(0.0803, rel=1e-9)
    bench_2450.send(":SOUR:CURR 2e-4")
    assert bench_2450.seconds(":READ?") == pytest.approx(0.5803, rel=1e-9)


def test_the_automatic_delay_follows_range_and_capacitance_mode(bench_2450):
    bench_2450.send(":SOUR:FUNC CURR", ":SOUR:CURR:RANG 1e-8")
    assert bench_2450(":SOUR:CURR:DEL?") == "5.000000E-02"
    bench_2450.send(":SOUR:CURR:HIGH:CAP ON")
    assert bench_2450(":SOUR:CURR:DEL?") == "1.000000E-01"


def test_a_fixed_range_overflows(bench_2450):
    bench_2450.source_current(1e-3, limit_V=20, range_V=2)
    assert bench_2450(":READ?") == "9.900000E+37"
    assert bench_2450(':READ? "defbuffer1",FORM') == "Overflow"
    assert int(bench_2450.read("STAT")[0]) & 1
    bench_2450.send(":SENS:VOLT:RANG:AUTO ON")
    assert bench_2450.read()[0] == pytest.approx(10, rel=1e-3)
    assert bench_2450(":SENS:VOLT:RANG?") == "2.000000E+01"


def test_autorange_goes_down_to_its_lower_limit(bench_2450):
    bench_2450.source_current(1e-6, range_A=1e-6)
    bench_2450.send(":SENS:VOLT:RANG:AUTO ON", ":SENS:VOLT:RANG:AUTO:LLIM 2")
    assert bench_2450.read()[0] == pytest.approx(0.01, abs=4e-4)
    assert bench_2450(":SENS:VOLT:RANG?") == "2.000000E+00"
    bench_2450.send(":SENS:VOLT:RANG:AUTO:LLIM MIN")
    assert bench_2450.read()[0] == pytest.approx(0.01, abs=2e-4)
    assert bench_2450(":SENS:VOLT:RANG?;RANG:AUTO:ULIM?") == "2.000000E-02;2.000000E+01"


def test_units(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450.send(":SENS:VOLT:UNIT OHM")
    assert bench_2450.read()[0] == pytest.approx(1e4, rel=1e-3)
    assert bench_2450(':READ? "defbuffer1",UNIT') == "Ohm"
    bench_2450.send(":SENS:VOLT:UNIT WATT")
    assert bench_2450.read()[0] == pytest.approx(1e-4, rel=4e-3)


@pytest.mark.parametrize(("resistance_ohm", "full_scale"), [(7.0, 20.0), (1e3, 2e3), (3e5, 2e6), (1e8, 2e8)])
def test_the_resistance_function_finds_range_and_source(make_2450, resistance_ohm, full_scale):
    bench = make_2450(resistance_ohm)
    bench.send(':SENS:FUNC "RES"', ":SENS:RES:RSEN ON", ":OUTP ON")
    assert bench(":SOUR:FUNC?") == "CURR"
    assert bench.read()[0] == pytest.approx(resistance_ohm, rel=7e-3)
    assert float(bench(":SENS:RES:RANG?")) == full_scale
    bench(":SOUR:CURR 1e-3")
    assert bench.errors() == '-221,"Settings conflict"'


def test_an_open_circuit_in_ohms_ends(make_2450):
    bench = make_2450(None)
    bench.send(":SENS:FUNC 'RES'", ":OUTP ON")
    assert bench(":READ?") == "9.900000E+37"
    assert bench(":SENS:RES:RANG?") == "2.000000E+08"


def test_offset_compensation_takes_the_meters_offsets_away(make_2450):
    bench = make_2450(0.5, seed=3)
    bench.send(":SENS:FUNC 'RES'", ":SENS:RES:RANG 20", ":SENS:RES:RSEN ON", ":OUTP ON")
    plain = statistics.fmean(bench.read()[0] for _ in range(5))
    bench.send(":SENS:RES:OCOM ON")
    compensated = statistics.fmean(bench.read()[0] for _ in range(5))
    assert compensated == pytest.approx(0.5, rel=4e-4)
    assert abs(plain - 0.5) > 5 * abs(compensated - 0.5)


def test_filters(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450(":READ?")
    plain_s = bench_2450.seconds(":READ?")
    spread = statistics.stdev(bench_2450.read()[0] for _ in range(40))
    bench_2450.send(":SENS:VOLT:AVER:COUN 25", ":SENS:VOLT:AVER ON")
    assert bench_2450.seconds(":READ?") == pytest.approx(25 * plain_s, rel=1e-9)
    assert statistics.stdev(bench_2450.read()[0] for _ in range(40)) < spread / 2
    bench_2450.send(":SENS:VOLT:AVER:TCON MOV")
    assert bench_2450.seconds(":READ?") == pytest.approx(plain_s, rel=1e-9)


def test_relative(bench_2450):
    bench_2450.source_current(1e-4)
    bench_2450.send(":SENS:VOLT:REL:ACQ", ":SENS:VOLT:REL:STAT ON")
    assert bench_2450.read()[0] == pytest.approx(0, abs=1e-3)
    assert float(bench_2450(":SENS:VOLT:REL?")) == pytest.approx(1.0, rel=1e-2)


def test_without_autozero_the_zero_drifts_until_it_is_taken_again(make_2450):
    bench = make_2450(1e4, seed=5).source_current(1e-4, limit_V=2)
    bench.send(":SENS:VOLT:NPLC 10", ":SENS:VOLT:AZER OFF", ":SENS:AZER:ONCE")

    def mean():
        return statistics.fmean(bench.read()[0] for _ in range(50))

    fresh_V = mean()
    bench.clock.sleep(bench.now + 20 * 3600)
    drift_V = Calibration(5, "meter", TABLES).zero_drift_per_h["VOLT"][2] * 20
    assert abs(drift_V) > 5e-5
    assert mean() - fresh_V == pytest.approx(drift_V, rel=0.1)
    assert bench.seconds(":SENS:AZER:ONCE") == pytest.approx(0.4)
    assert mean() == pytest.approx(fresh_V, abs=1e-5)


def test_polling_changes_no_reading(make_2450):
    def run(poll):
        bench = make_2450().source_current(1e-4)
        replies = []
        for second in range(1, 15):
            bench.clock.sleep(1.0)
            if poll:
                for query in (":SOUR:CURR:VLIM:TRIP?", "STAT:OPER:COND?", "*STB?", ":OUTP?", ":TRAC:ACT?"):
                    bench(query)
                bench.meter.inspect()
                bench.meter.serial_poll(False)
            replies.append(bench(f":SOUR:CURR {second}e-5;:READ?"))
        return replies

    assert run(poll=True) == run(poll=False)


def test_mathematics_left_on_silently_changes_what_is_read(bench_2450):
    bench_2450.source_current(1e-3, limit_V=2)
    plain = bench_2450.read()[0]
    bench_2450.send(":CALC:VOLT:MATH:FORM MXB", ":CALC:VOLT:MATH:MMF 2", ":CALC:VOLT:MATH:MBF 0.5")
    assert bench_2450.read()[0] == pytest.approx(plain, rel=1e-3)
    bench_2450.send(":CALC:VOLT:MATH:STAT ON")
    assert bench_2450(":CALC1:VOLT:DC:MATH:STAT?") == "1"
    assert bench_2450.read()[0] == pytest.approx(2 * plain + 0.5, rel=1e-3)
    bench_2450.send("*RST")
    assert bench_2450(":CALC:VOLT:MATH:STAT?") == "0"
    assert bench_2450.errors() == ""
