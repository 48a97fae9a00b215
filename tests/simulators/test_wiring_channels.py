"""Wiring of an instrument with channels: INSTRUMENT.CHANNEL.TERMINAL."""

import pytest

from simulators.tables import Table
from simulators.wiring import read_wiring

MODELS = {"smu": "keithley2636b", "single": "keithley2635b", "meter": "keithley2400"}


def read(**wires):
    problems = []
    return read_wiring("press", Table("station file", wires, problems), MODELS), problems


@pytest.mark.parametrize(
    ("prefix", "instrument", "channel"),
    [("smu", "smu", ""), ("smu.a", "smu", "a"), ("smu.b", "smu", "b"), ("single.a", "single", "a")],
)
def test_a_channel_is_named_in_the_middle(prefix, instrument, channel):
    wiring, problems = read(force_high=f"{prefix}.force_high", force_low=f"{prefix}.force_low")
    assert problems == []
    assert (wiring.instrument, wiring.channel, wiring.sense_wired) == (instrument, channel, False)


@pytest.mark.parametrize(
    ("high", "low", "what"),
    [
        ("smu.a.force_high", "smu.b.force_low", "several channels"),
        ("smu.c.force_high", "smu.c.force_low", "no terminal of that instrument"),
        ("single.b.force_high", "single.b.force_low", "no terminal of that instrument"),
        ("meter.a.force_high", "meter.a.force_low", "no terminal of that instrument"),
        ("smu.b.force_low", "smu.b.force_high", "crossed wires"),
    ],
)
def test_what_cannot_be(high, low, what):
    _, problems = read(force_high=high, force_low=low)
    assert any(what in problem for problem in problems)
