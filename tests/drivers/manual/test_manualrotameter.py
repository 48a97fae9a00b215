"""What a person says that flows is kept as that, and never passes for something measured."""

import pytest

from bench.core import roles
from bench.core.errors import InstrumentError, LimitError
from bench.core.limits import Limit, Limits
from bench.core.readings import Reading
from bench.station.roles import plays
from drivers.manual.manualrotameter import ManualRotameter


@pytest.fixture
def rotameter(clock):
    limits = Limits(({"flow": Limit(0.0, 200.0, "cm^3/min", "station")},))
    driver = ManualRotameter.open(
        "needle valve left of the furnace", name="argon", clock=clock, limits=limits
    )
    assert driver.connect().model == "rotameter"
    return driver


def test_nobody_has_said_anything(rotameter):
    assert rotameter.declared_flow() is None
    assert rotameter.settings()["declared, not measured"] is None


def test_what_is_declared_says_who_and_when(rotameter, clock):
    clock.sleep(60.0)
    told = rotameter.declare_flow(sccm=120.0, gas=" Ar ", by="MK")
    assert (told.sccm, told.gas, told.by, told.time) == (120.0, "Ar", "MK", clock.now())
    assert rotameter.declared_flow() == told
    assert rotameter.read_setting("declared, not measured")["by"] == "MK"
    with pytest.raises(InstrumentError, match="no such setting"):
        rotameter.read_setting("flow")


def test_it_is_no_reading_and_plays_no_role_that_measures(rotameter):
    assert not isinstance(rotameter.declare_flow(sccm=1.0, gas="Ar", by="MK"), Reading)
    measuring = [roles.FlowController, roles.Thermometer, roles.Voltmeter, roles.Ammeter]
    assert not any(plays(ManualRotameter, role) for role in measuring)
    assert plays(ManualRotameter, roles.DeclaredFlowMeter)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"sccm": 10.0, "gas": "", "by": "MK"}, "without gas"),
        ({"sccm": 10.0, "gas": "Ar", "by": "  "}, "without name or initials"),
        ({"sccm": float("nan"), "gas": "Ar", "by": "MK"}, "without a number"),
    ],
)
def test_half_a_declaration_is_none(rotameter, said, told):
    before = rotameter.declare_flow(sccm=5.0, gas="Ar", by="MK")
    with pytest.raises(InstrumentError, match=told):
        rotameter.declare_flow(**said)
    assert rotameter.declared_flow() == before


def test_more_than_the_station_allows(rotameter):
    with pytest.raises(LimitError):
        rotameter.declare_flow(sccm=201.0, gas="Ar", by="MK")
    assert rotameter.declared_flow() is None


def test_nothing_is_ever_sent(rotameter):
    with pytest.raises(InstrumentError, match="no wire leads to it"):
        rotameter.ask("*IDN?")
    assert rotameter.make_safe().state == "has no output"
    rotameter.close()
