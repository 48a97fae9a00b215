"""The thermometer: replies, silence, calibration error, update rate."""

import re

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211
from simulators.physics.surroundings import Surroundings


def thermometer(seed=1, clock=None, **options):
    return LakeShore211(
        clock or VirtualClock(), name="ambient", seed=seed, surroundings=Surroundings(296.15, 0.5), **options
    )


def test_identity():
    assert thermometer(serial="210001").execute("*IDN?") == "LSCI,MODEL211,210001,020507"


def test_scales_agree():
    unit = thermometer()
    kelvin = unit.execute("KRDG?")
    celsius = unit.execute("CRDG?")
    fahrenheit = unit.execute("FRDG?")
    assert re.fullmatch(r"\+\d{3}\.\d{2}", kelvin)
    assert re.fullmatch(r"\+\d{2}\.\d{3}", celsius)
    assert float(kelvin) - 273.15 == pytest.approx(float(celsius), abs=0.006)
    assert float(fahrenheit) == pytest.approx(float(celsius) * 1.8 + 32, abs=0.002)
    assert float(unit.execute("SRDG?")) == pytest.approx(100 * (1 + 3.9083e-3 * float(celsius)), abs=0.05)


def test_the_calibration_error_is_constant_within_its_limit_and_drawn_per_seed():
    errors_K = []
    for seed in range(200):
        clock = VirtualClock()
        unit = thermometer(seed, clock)
        first = unit.temperature_K() - 296.15
        clock.sleep(86_400.0)  # the same time of day
        unit.begin()
        assert unit.temperature_K() - 296.15 == pytest.approx(first, abs=0.05)
        errors_K.append(first)
    assert max(abs(error) for error in errors_K) < 0.35 + 0.03
    assert max(errors_K) > 0.3
    assert min(errors_K) < -0.3


def test_readings_change_with_each_update_only():
    clock = VirtualClock()
    unit = thermometer(clock=clock)
    clock.sleep(1.001)
    first = unit.execute("CRDG?")
    clock.sleep(0.05)
    assert unit.execute("CRDG?") == first
    clock.sleep(0.5)
    assert unit.execute("CRDG?") != first


@pytest.mark.parametrize(
    "message",
    [
        "",
        "FOO?",
        "FOO 1",
        "KRDG? 1",
        "DISPFLD 9",
        "DISPFLD",
        "DISPFLD X",
        "ALARM 1,2",
        "RELAY 3,1",
        "SYST:ERR?",
        "K" * 65,
    ],
)
def test_what_it_does_not_understand_it_ignores(message):
    unit = thermometer()
    assert unit.execute(message) is None
    assert unit.execute("DISPFLD?") == "0"


@pytest.mark.parametrize(
    ("command", "query", "reply"),
    [
        ("DISPFLD 2", "DISPFLD?", "2"),
        ("ANALOG 1,3", "ANALOG?", "1,3"),
        ("ALARM 1,270,10,0.5,1", "ALARM?", "1,+270.00,+10.000,+00.500,1"),
        ("RELAY 2 1", "RELAY? 2", "0"),  # blanks separate nothing
        ("RELAY 2,1", "RELAY? 2", "1"),
        ("RELAY 2,1", "RELAYST? 2", "1"),
        ("*ESE 32", "*ESE?", "32"),
        ("*SRE 16", "*SRE?", "16"),
        ("dispfld 1", "dispfld?", "1"),
        ("LOCK 1,42", "LOCK?", "1,042"),
    ],
)
def test_settings(command, query, reply):
    unit = thermometer()
    assert unit.execute(command) is None
    assert unit.execute(query) == reply


def test_reset_alarms_and_events():
    unit = thermometer()
    assert unit.execute("*ESR?") == "128"  # power on
    unit.execute("*OPC")
    assert unit.execute("*ESR?") == "1"
    unit.execute("*OPC;*CLS")
    assert unit.execute("*ESR?") == "0"
    assert unit.execute("*STB?") == "0"
    unit.execute("ALARM 1,290,200,0,0")
    assert unit.execute("ALARMST?") == "1,0"
    unit.execute("*RST")
    assert unit.execute("ALARM?;*TST?") == "0,+1000.00,+00.000,+00.000,0"  # one query in a message
    assert unit.execute("ALARMST?") == "0,0"


def test_analog_output():
    assert float(thermometer().execute("AOUT?")) == pytest.approx(296.15 / 4.75, abs=0.2)
