"""Errors, limits and readings speak to the person at the bench."""

import math

import pytest

from bench.core.errors import BenchError, ConfigError, LimitError, Problem
from bench.core.limits import Limit, Limits
from bench.core.readings import Reading, SourceMeterReading, is_sentinel


def test_an_error_says_what_where_state_and_remedy():
    error = BenchError(
        "no reply to ':READ?'", instrument="meter", step="sweep", state="output on", remedy="check the cable"
    )
    assert str(error) == (
        "no reply to ':READ?' (instrument 'meter', step 'sweep'). State now: output on. "
        "What to do: check the cable."
    )
    assert error.as_json()["kind"] == "BenchError"


def test_a_config_error_lists_everything():
    problems = [Problem("station.toml: a", "wrong", "write b"), Problem("station.toml: c", "missing")]
    assert str(ConfigError(problems)) == (
        "2 problems in the files:\n  station.toml: a: wrong (write b)\n  station.toml: c: missing"
    )


def test_the_tightest_layer_decides_and_is_named():
    limits = Limits(({"current": Limit(-1.05, 1.05, "A", "model 2400")},)).also(
        {"current": Limit(-0.1, 0.1, "A", "station file")}
    )
    assert limits.tightest("current") == (-0.1, 0.1)
    assert limits.tightest("voltage") is None
    limits.check("current", 0.1, instrument="meter")
    with pytest.raises(LimitError, match="station file"):
        limits.check("current", 0.2, instrument="meter")
    with pytest.raises(LimitError, match="model 2400"):
        limits.check("current", math.nan, instrument="meter")


@pytest.mark.parametrize("number", [9.9e37, -9.9e37, 9.91e37, -9.91e37, math.nan, math.inf])
def test_sentinels_of_both_signs_are_recognised(number):
    assert is_sentinel(number)


def test_a_reading_in_compliance_is_not_usable():
    good = Reading(1.0, "V", 0.0)
    clamped = Reading(1.0, "A", 0.0, in_compliance=True)
    assert good.usable
    assert not clamped.usable
    assert SourceMeterReading(good, clamped).in_compliance
    assert not SourceMeterReading(good, clamped).usable
    assert not Reading(None, "V", 0.0, overload=True).usable
