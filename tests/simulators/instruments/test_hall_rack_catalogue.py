"""Rows of the Hall rack in the model table: options of the world file, and the cable between two."""

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.magnet import Magnet, Yoke
from simulators.physics.nothing import open_terminals
from simulators.physics.surroundings import Surroundings
from simulators.plugs import Connection, Plug
from simulators.tables import Table

PLUGS = {
    "keithley2000": Plug.VOLTMETER,
    "keithley2182a": Plug.VOLTMETER,
    "keithley6485": Plug.AMMETER,
    "keithley6487": Plug.AMMETER,
    "keithley7001": Plug.SWITCH,
    "lakeshore425": Plug.PROBE,
    "lakeshore455": Plug.PROBE,
    "lakeshore475": Plug.PROBE,
    "lakeshore643": Plug.SUPPLY,
    "lakeshore648": Plug.SUPPLY,
}


def build(name, content, *, clock=None, meets=None, cables=None):
    problems = []
    table = Table("world.toml", content, problems)
    options = MODELS[name].options(table)
    table.done()
    if problems:
        return problems
    room = Surroundings(296.15)
    connections = {"": meets} if meets else {}
    clock = clock or VirtualClock()
    cables = {} if cables is None else cables
    site = Site(name, clock, 1, room, None, False, open_terminals(room), connections, cables)
    return MODELS[name].build(site, options)


@pytest.mark.parametrize("name", PLUGS)
def test_each_says_what_it_is_and_stands_alone_where_nothing_is_wired(name):
    assert MODELS[name].wiring.of("") is PLUGS[name]
    device = build(name, {"serial": "S123"})
    assert ",S123," in device.execute("*IDN?")
    model = name.removeprefix("keithley").removeprefix("lakeshore").upper()
    assert device.execute("*IDN?").split(",")[1] in (f"MODEL {model}", f"MODEL{model}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("keithley7001", {"slot": 3.0}),
        ("keithley7001", {"declared_card": "C9999"}),
        ("keithley6485", {"line_frequency": "55 Hz"}),
        ("lakeshore475", {"probe": "XYZ"}),
        ("lakeshore643", {"probe": "HSE"}),
    ],
)
def test_bad_options_are_problems(name, content):
    (problem,) = build(name, content)
    assert next(iter(content)) in problem


@pytest.mark.parametrize(("far_end", "follows"), [("loop", True), ("another", False)])
def test_a_cable_joins_the_two_that_name_it(far_end, follows):
    clock, cables = VirtualClock(), {}
    magnet = Magnet(Yoke(0.012, 2.0), 0.5, 0.3)
    meter = build(
        "lakeshore475", {"control_cable": "loop"}, clock=clock, meets=Connection(field=magnet), cables=cables
    )
    supply = build(
        "lakeshore643", {"program_cable": far_end}, clock=clock, meets=Connection(coil=magnet), cables=cables
    )
    supply.execute("XPGM 1")
    meter.execute("UNIT 2;CPARAM 1,1,6,600;CMODE 1;CSETP 0.2")
    clock.sleep(30.0)
    meter.execute("UNIT?")
    assert (abs(magnet.field_T(clock.now()) - 0.2) < 2e-3) is follows
