"""The 2450's row in the model table: options of the world file, and where its wires are."""

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.press import Press, PressBuild, Shorted
from simulators.physics.surroundings import Surroundings
from simulators.tables import Table

MODEL = MODELS["keithley2450"]


def build(content):
    problems = []
    table = Table("world.toml", content, problems)
    options = MODEL.options(table)
    table.done()
    if problems:
        return None, problems
    room = Surroundings(296.15)
    wired, elsewhere = (Press(PressBuild(0.3, 1e-9, 1e15, 1e-12), room) for _ in range(2))
    wired.place(Shorted(), "short", 0.0)
    site = Site("smu", VirtualClock(), 1, room, wired, True, elsewhere)
    return MODEL.build(site, options), wired


def test_options_reach_the_instrument():
    meter, wired = build(
        {"line_frequency": "60 Hz", "serial": "04999999", "interlock": "closed", "terminals": "rear"}
    )
    assert meter.execute("*IDN?") == "KEITHLEY INSTRUMENTS,MODEL 2450,04999999,1.6.7c"
    assert meter.execute(":SYST:LFR?;:OUTP:INT:TRIP?") == "60;1"
    meter.execute(":ROUT:TERM REAR;:SOUR:VOLT 1;:OUTP ON")
    assert wired.operating_point(1.0).current_A == pytest.approx(105e-6)


def test_a_language_may_be_left_in_it():
    meter, _ = build({"language": "TSP"})
    assert meter.execute("*LANG?") == "TSP"
    assert meter.execute(":OUTP?") is None


@pytest.mark.parametrize(
    "content",
    [{"language": "LUA"}, {"interlock": "ajar"}, {"terminals": "side"}, {"line_frequency": "55 Hz"}],
)
def test_bad_options_are_problems(content):
    meter, problems = build(content)
    assert meter is None
    assert next(iter(content)) in problems[0]
