"""Roles that a run can do without: named, found by the wiring, or played by nothing."""

import sys
import types
from typing import ClassVar

import pytest
from run_fakes import DRIVERS, FakeSource, FakeThermometer, Source, Sweep

from bench.core.errors import ConfigError
from bench.core.roles import Thermometer
from bench.runs.engine.leases import Resource
from bench.runs.planning.queue import load_queue
from bench.runs.procedure import Procedure
from bench.station import registry
from bench.station.registry import Entry

STATION = """\
name = "lab"
[ambient]
temperature = "23 degC"
u = "1 K"
[instruments.meter]
driver = "source"
resource = "GPIB0::1::INSTR"
load = "passive"
[instruments.spare]
driver = "source"
resource = "GPIB0::2::INSTR"
load = "passive"
[instruments.pt100]
driver = "thermometer"
resource = "GPIB0::3::INSTR"
[instruments.couple]
driver = "thermometer"
resource = "GPIB0::4::INSTR"
[fixtures.press]
kind = "hot_press"
wiring = {WIRING}
[procedures]
warm = "optional_procedures:Warm"
metered-twice = "optional_procedures:MeteredTwice"
sensed = "optional_procedures:Sensed"
"""


TWO = "parameters = { points = 2 }\n"


class Warm(Sweep):
    name = "warm"
    fixtures: ClassVar = {"press": "hot_press"}
    optional_roles: ClassVar = {"anvil": Thermometer}


class MeteredTwice(Warm):
    name = "metered-twice"
    optional_roles: ClassVar = {"second": Source}


class Sensed(Warm):
    name = "sensed"
    roles: ClassVar = {"meter": Source, "wall": Thermometer}
    optional_roles: ClassVar = {"base": Thermometer}
    contacts: ClassVar = {"wall": "wall", "base": "bottom"}

    def wires(self):
        return {"press": ("sense_high", "sense_low")} if self.points > 2 else {}


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """The only run of a queue, planned on a station whose press is wired as told."""
    module = types.ModuleType("optional_procedures")
    module.Warm, module.MeteredTwice, module.Sensed = Warm, MeteredTwice, Sensed
    monkeypatch.setitem(sys.modules, "optional_procedures", module)
    entries = {
        name: Entry("driver", name, f"run_fakes:{kind.__name__}", "tests") for name, kind in DRIVERS.items()
    }
    monkeypatch.setattr(registry, "drivers", lambda: entries)

    def plan(procedure="warm", roles="{}", more="", **wiring):
        wires = ", ".join(f'{terminal} = "{name}.high"' for terminal, name in wiring.items())
        (tmp_path / "station.toml").write_text(STATION.replace("{WIRING}", f"{{ {wires} }}"))
        queue = tmp_path / "queue.toml"
        queue.write_text(
            f'station = "station.toml"\n[[runs]]\nid = "one"\nprocedure = "{procedure}"\n'
            f"roles = {roles}\n{more}"
        )
        (run,) = load_queue(queue).runs
        return run

    return plan


def test_what_is_wired_to_the_fixture_plays_it_and_is_leased(plan):
    run = plan(high="meter", wall="couple")
    assert run.roles == {"meter": "meter", "anvil": "couple"}
    assert run.instruments == ("meter", "couple")
    assert Resource("instrument", "couple") in run.resources


def test_what_is_only_on_the_station_or_one_of_two_does_not_play_it_unasked(plan):
    assert plan(high="meter").roles == {"meter": "meter"}
    assert plan(high="meter", wall="couple", base="pt100").roles == {"meter": "meter"}


def test_what_the_run_names_plays_it_where_the_wiring_says_nothing_else(plan):
    run = plan(high="meter", roles='{ anvil = "pt100" }')
    assert run.roles == {"meter": "meter", "anvil": "pt100"}
    assert Resource("instrument", "pt100") in run.resources


def test_what_plays_another_role_is_not_taken_for_it_unasked(plan):
    assert plan("metered-twice", high="meter").roles == {"meter": "meter"}
    two = plan("metered-twice", roles='{ meter = "meter" }', high="meter", low="spare")
    assert two.roles == {"meter": "meter", "second": "spare"}


def test_what_is_wired_to_the_contact_of_a_role_plays_it_among_several_that_could(plan):
    wires = {"high": "meter", "wall": "couple", "bottom": "pt100"}
    assert plan("sensed", more=TWO, **wires).roles == {"meter": "meter", "wall": "couple", "base": "pt100"}
    named = plan("sensed", '{ wall = "pt100" }', more=TWO, **wires)
    assert named.roles["wall"] == "pt100", "the run's own word counts more"
    with pytest.raises(ConfigError, match="2 instruments could be the wall"):
        plan("sensed", more=TWO, high="meter", elsewhere="couple", bottom="pt100")


def test_a_contact_that_the_run_needs_and_nobody_wired_is_told(plan):
    wires = {"high": "meter", "wall": "couple"}
    with pytest.raises(ConfigError, match="sense_high and sense_low of 'press' have to be wired"):
        plan("sensed", **wires)
    with pytest.raises(ConfigError, match="parameters sense_low of 'press' have to be wired"):
        plan("sensed", sense_high="meter", **wires)
    assert plan("sensed", more=TWO, **wires).id == "one"
    assert plan("sensed", roles='{ meter = "meter", wall = "couple" }').id == "one", "no wires named at all"


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ('{ anvil = "spare" }', "'spare' cannot be the anvil, a Thermometer: it lacks temperature"),
        ('{ anvil = "pt100" }', "'pt100' is not wired to press"),
        ('{ anvil = "cuople" }', "did you mean 'couple'"),
        ('{ anvli = "couple" }', "did you mean 'anvil'"),
    ],
)
def test_a_wrong_name_is_refused_as_for_any_role(plan, roles, expected):
    with pytest.raises(ConfigError, match=expected):
        plan(high="meter", wall="couple", roles=roles)


def test_the_procedure_gets_the_driver_or_none(bench, hooks):
    seen = []
    hooks["execute"] = lambda run: seen.append(run.context.instrument("anvil"))
    (without,) = bench.run(bench.planned("r1", Warm))
    (with_it,) = bench.run(bench.planned("r2", Warm, ("meter", "ambient")))
    assert (without.status, with_it.status) == ("done", "done")
    assert seen[0] is None
    assert seen[1].name == "ambient"


def test_under_stock_pymeasure_it_may_be_left_out_or_none():
    meter, anvil = FakeSource("m", None, None), FakeThermometer("t", None, None)
    procedure = Warm()
    procedure.bind(meter=meter)
    assert procedure.context.instrument("anvil") is None
    procedure.bind(meter=meter, anvil=None)
    assert procedure.context.instrument("anvil") is None
    procedure.bind(meter=meter, anvil=anvil)
    assert procedure.context.instrument("anvil") is anvil
    with pytest.raises(TypeError, match="cannot be the anvil"):
        procedure.bind(meter=meter, anvil=meter)
    with pytest.raises(KeyError):
        procedure.context.instrument("oven")


@pytest.mark.parametrize(
    ("declared", "what"),
    [
        ({"optional_roles": {"sample": Source}}, "cannot be called sample"),
        ({"optional_roles": {"meter": dict}}, "not a protocol"),
        ({"roles": {"meter": Source}, "optional_roles": {"meter": Source}}, "both needed and optional"),
        ({"roles": {"meter": Source}, "contacts": {"metre": "force_high"}}, "metre, which is no role"),
    ],
)
def test_declarations_that_contradict_themselves_are_refused(declared, what):
    with pytest.raises(TypeError, match=what):
        type("Bad", (Procedure,), declared)
