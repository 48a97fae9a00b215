"""A leak to ground beside the film: with an ammeter in the return it is seen, without one it is not."""

import pytest

from bench.station import load_station
from drivers.hall_system import Contacts, HallSystem

from .conftest import STATION

FIRST = Contacts(2, 1, 3, 4)


@pytest.fixture
def leaking(tmp_path):
    """The example with a resistance from contact 2 to ground."""
    world = (STATION.parent / "world.toml").read_text("utf-8")
    (tmp_path / "world.toml").write_text(
        world + '\n[fixtures.holder.leaks]\ncontact_2 = "50 Mohm"\n', "utf-8"
    )
    (tmp_path / "hall-station.toml").write_text(STATION.read_text("utf-8"), "utf-8")
    return tmp_path / "hall-station.toml"


def test_without_a_leak_all_of_the_current_comes_back(hall):
    for reading in hall().ready().measure(FIRST, 1e-7):
        assert reading.usable
        assert not reading.elsewhere


def test_a_leak_is_seen_where_it_takes_current_and_the_reading_does_not_count(hall, leaking):
    rack = hall(station=leaking)
    system = rack.ready()
    for reading in system.measure(FIRST, 1e-7):
        assert reading.elsewhere
        assert not reading.usable
        assert abs(reading.current.value) < 0.96e-7
        assert reading.voltage.usable, "the voltmeter sees nothing wrong"
    (plus, minus) = system.measure(
        Contacts(3, 2, 4, 1), 1e-7
    )  # contact 2 is at the ammeter, nearly at ground
    assert plus.usable
    assert minus.usable


def test_without_an_ammeter_the_leak_goes_unseen(hall, leaking):
    """The station's own wiring without it: the low cable goes straight to the source."""
    text = leaking.read_text("utf-8")
    for old, new in (('"ammeter.high"', '"source.force_low"'), ('return = "source.force_low"\n', "")):
        assert old in text
        text = text.replace(old, new)
    leaking.write_text(text, "utf-8")
    assert load_station(leaking)
    rack = hall(station=leaking)
    get = rack.bench.instrument
    get("nanovoltmeter").measure_voltage(range_V=10.0, nplc=5)
    system = HallSystem(
        source=get("source"), voltmeter=get("nanovoltmeter"), switch=get("switch"), clock=rack.clock
    )
    system.prepare(range_A=1e-7, compliance_V=20.0)
    for reading in system.measure(FIRST, 1e-7):
        assert reading.usable
        assert reading.current.raw == "set"


def test_a_contact_that_does_not_touch_is_seen_though_the_source_finds_a_way(hall, leaking):
    """5 V through the leak: the source is content, and nothing of its current comes back."""
    rack = hall(station=leaking)
    rack.world.perform("lift", {"fixture": "holder", "contact": 1})
    for reading in rack.ready().measure(FIRST, 1e-7):
        assert not reading.current.in_compliance
        assert abs(reading.current.value) < 1e-9
        assert reading.elsewhere
