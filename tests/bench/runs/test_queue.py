"""A queue file: everything wrong with it at once, with place and remedy; or a plan with all resolved."""

from pathlib import Path
from typing import ClassVar

import pytest
from pymeasure.experiment import FloatParameter, IntegerParameter
from pymeasure.experiment import Procedure as Stock
from run_fakes import DRIVERS, Source, Sweep

from bench.core.errors import ConfigError
from bench.runs.columns import Column
from bench.runs.engine.leases import Resource, whole_station
from bench.runs.estimate import Estimate
from bench.runs.parameters import BooleanParameter, ListParameter, QuantityParameter, SampleParameter
from bench.runs.planning.parameter_check import converted
from bench.runs.planning.queue import check_queue, load_queue
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
limits = { current = "100 mA" }
[instruments.spare]
driver = "source"
resource = "GPIB0::2::INSTR"
load = "passive"
[instruments.room]
driver = "thermometer"
resource = "GPIB0::3::INSTR"
[fixtures.press]
kind = "pellet_press"
wiring = { force_high = "meter.high", force_low = "meter.low" }
[fixtures.holder]
kind = "hall_holder"
[fixtures.other-holder]
kind = "hall_holder"
[procedures]
sweep = "run_fakes:Sweep"
fussy = "queue_procedures:Fussy"
pair = "queue_procedures:TwoMeters"
keeper = "queue_procedures:Keeper"
huge = "queue_procedures:Huge"
relaxed = "queue_procedures:Relaxed"
broken = "queue_procedures:Broken"
alias = "run_fakes:Sweep"
stock = "queue_procedures:StockRamp"
no-procedure = "queue_procedures:Path"
"""
SAMPLES = """\
[samples.qms-0p7]
material = "QMS(0.7)"
[samples.bare-si]
material = "Si"
"""


class Fussy(Procedure):
    name = "fussy"
    roles: ClassVar = {"meter": Source}
    columns = (Column("X"),)
    sample = SampleParameter()
    reference = SampleParameter(optional=True)
    level = QuantityParameter("Level", unit="V", minimum=0, maximum="10 V")
    count = IntegerParameter("Count", default=3)
    gain = FloatParameter("Gain", default=1.0)
    fast = BooleanParameter("Fast", default=False)

    def problems(self, sample):
        return [f"{sample.material} cannot bear {self.level} V"] if self.level > 5 else []


class TwoMeters(Procedure):
    name = "pair"
    roles: ClassVar = {"meter": Source, "other": Source}
    fixtures: ClassVar = {"holder": "hall_holder", "cold": "cryostat"}


class Keeper(Sweep):
    name = "keeper"
    on_host_loss = "keep"


class Huge(Sweep):
    name = "huge"

    def estimate(self, sample):
        return Estimate(1.0, 10**15)


class Relaxed(Sweep):
    name = "relaxed"
    hold = QuantityParameter("Hold", unit="s", default="1 min", optional=True)


class Broken(Sweep):
    name = "broken"

    def estimate(self, sample):
        raise ZeroDivisionError("no points")


class StockRamp(Stock):
    """Of pymeasure."""

    step = FloatParameter("Step", units="V", default=0.5)
    DATA_COLUMNS = ["Voltage (V)"]  # noqa: RUF012


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a queue file beside a station and samples; returns its path."""
    import sys
    import types

    module = types.ModuleType("queue_procedures")
    for kind in (Fussy, TwoMeters, Keeper, Huge, Relaxed, Broken, StockRamp, Path):
        setattr(module, kind.__name__, kind)
    monkeypatch.setitem(sys.modules, "queue_procedures", module)
    entries = {
        name: Entry("driver", name, f"run_fakes:{kind.__name__}", "tests") for name, kind in DRIVERS.items()
    }
    monkeypatch.setattr(registry, "drivers", lambda: entries)
    (tmp_path / "station.toml").write_text(STATION)
    (tmp_path / "samples.toml").write_text(SAMPLES)

    def write(text, head='station = "station.toml"\nsamples = "samples.toml"\n'):
        path = tmp_path / "queue.toml"
        path.write_text(head + text)
        return path

    return write


def problems(path, **more):
    with pytest.raises(ConfigError) as caught:
        load_queue(path, **more)
    return [str(problem) for problem in caught.value.problems]


def test_a_plan_has_everything_resolved(write):
    plan = load_queue(
        write(
            """
[defaults.sweep]
current = "2 mA"
points = 7
[[runs]]
id = "one"
procedure = "sweep"
sample = "qms-0p7"
[[runs]]
id = "two"
procedure = "sweep"
parameters = { current = 0.003 }
roles = { meter = "meter" }
fixtures = { press = "press" }
"""
        )
    )
    one, two = plan.runs
    assert one.sample.material == "QMS(0.7)"
    assert one.parameters == {"current": 2e-3, "points": 7, "sample": "qms-0p7"}
    assert one.roles == {"meter": "meter"}
    assert one.fixtures == {"press": "press"}
    assert one.resources == {Resource("instrument", "meter"), Resource("fixture", "press")}
    assert one.estimate == Estimate(7.0, 7)
    assert plan.estimate == Estimate(14.0, 14)
    assert two.sample is None
    made = two.make()
    assert (made.current, made.points, made.dwell) == (0.003, 7, 1.0)


def test_every_problem_at_once_each_with_its_place_and_a_remedy(write):
    found = problems(
        write(
            """
[defaults.sweep]
curent = "2 mA"
[defaults.sweeep]
[[runs]]
id = "one"
procedure = "sweep"
sample = "qms-0p8"
parameters = { current = "2 V", points = 2.5, colour = "red", dwell = true }
roles = { meter = "room", volt = "meter" }
fixtures = { press = "holder", oven = "press" }
[[runs]]
id = "one"
procedure = "swep"
[[runs]]
id = "Three!"
procedure = "fussy"
parameters = { level = "11 V" }
roles = { meter = "metre" }
sampel = "x"
[[runs]]
id = "four"
procedure = "pair"
[[runs]]
procedure = "no-procedure"
"""
        )
    )
    for place, what in [
        ("defaults.sweep.curent (line 5)", "did you mean 'current'"),
        ("defaults.sweeep", "no run uses procedure 'sweeep'"),
        ("runs[0].sample", "did you mean 'qms-0p7'"),
        ("runs[0].parameters.current", "'2 V' is not a quantity in 'A'"),
        ("runs[0].parameters.points", "not a whole number"),
        ("runs[0].parameters.colour", "no parameter 'colour'"),
        ("runs[0].parameters.dwell", "should be a number"),
        ("runs[0].roles.meter", "'room' cannot be the meter, a Source: it lacks read, set_output"),
        ("runs[0].roles.volt", "no role 'volt'"),
        ("runs[0].fixtures.press", "'holder' is a hall_holder"),
        ("runs[0].fixtures.oven", "uses no fixture 'oven'"),
        ("runs[1].id", "also the id of runs[0]"),
        ("runs[1].procedure", "there is no procedure 'swep'"),
        ("runs[2].id", "cannot be the id of a run"),
        ("runs[2].sampel", "did you mean 'sample'"),
        ("runs[2].parameters.level", "11 V is outside 0 V to 10 V"),
        ("runs[2].sample", "needs a sample"),
        ("runs[2].roles.meter", "did you mean 'meter'"),
        ("runs[3].fixtures", "2 fixtures of kind hall_holder could be the holder"),
        ("runs[3].fixtures", "no fixture of kind cryostat"),
        ("runs[3].roles", "2 instruments could be the meter: meter, spare"),
        ("runs[4].id", "'id' is missing"),
        ("runs[4].procedure", "is no procedure"),
    ]:
        assert any(place in problem and what in problem for problem in found), (place, what, found)
    assert len(found) == len(set(found))


def run_of(procedure, **keys):
    lines = [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(["[[runs]]", 'id = "one"', f'procedure = "{procedure}"', *lines, ""])


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (
            run_of("sweep", parameters='{ current = "200 mA" }'),
            "outside -0.1 to 0.1 A, the limit set by the station",
        ),
        (run_of("sweep", roles='{ meter = "spare" }'), "'spare' is not wired to press"),
        (run_of("fussy", sample='"bare-si"', roles='{ meter = "meter" }'), "'level' has no value"),
        (
            run_of("fussy", sample='"bare-si"', roles='{ meter = "meter" }', parameters="{ level = 6 }"),
            "Si cannot bear 6.0 V",
        ),
        (
            run_of("fussy", sample='"bare-si"', parameters='{ level = 1, sample = "qms-0p7" }'),
            "'bare-si', but parameter 'sample' is 'qms-0p7'",
        ),
        (
            run_of("fussy", sample='"bare-si"', parameters='{ level = 1, reference = "gold" }'),
            "there is no sample 'gold'",
        ),
        (
            run_of("fussy", sample='"bare-si"', parameters="{ level = 1, fast = 1 }"),
            "should be true or false",
        ),
        (run_of("pair", roles='{ meter = "spare", other = "spare" }'), "would play meter and other at once"),
        (run_of("keeper"), "can read back the limits"),
        (run_of("broken"), "cannot be prepared: ZeroDivisionError: no points"),
        (run_of("alias"), "'alias' calls itself 'sweep'"),
        (run_of("sweep", instruments='["meter"]'), "write roles"),
        (run_of("stock", instruments='["mter"]'), "did you mean 'meter'"),
        (run_of("stock", roles='{ meter = "meter" }'), "has no roles"),
        (run_of("stock", parameters="{ step = true }"), "should be a number"),
        (run_of("sweep", parameters="3"), "should be a table"),
        ("runs = 3", "should be a list"),
        ("runs = [3]", "should be a table"),
        ("runs = []", ""),
        ("", "'runs' is missing"),
    ],
)
def test_one_mistake(write, run, expected):
    found = problems(write(run))
    assert any(expected in problem for problem in found), found


def test_a_sample_without_a_sample_file(write):
    found = problems(write(run_of("sweep", sample='"bare-si"'), head='station = "station.toml"\n'))
    assert found == [
        "queue.toml: runs[0].sample (line 5): no sample file is named "
        '(add samples = "samples.toml" at the top of the queue file)'
    ]


def test_problems_of_the_station_and_sample_files_are_listed_with_those_of_the_queue(write, tmp_path):
    (tmp_path / "station.toml").write_text(STATION.replace('load = "passive"', 'load = "passiv"', 1))
    (tmp_path / "samples.toml").write_text(SAMPLES.replace('material = "Si"', ""))
    found = problems(write(run_of("pellet", sample='"anything"') + "colour = 1\n"))
    files = {problem.split(":")[0] for problem in found}
    assert files == {"station.toml", "samples.toml", "queue.toml"}
    assert not any("anything" in problem for problem in found), "what the samples are is not known"


def test_no_station(write, tmp_path):
    path = write(run_of("sweep"), head="")
    assert any("no station is named" in problem for problem in problems(path))
    assert load_queue(path, station_path=tmp_path / "station.toml").station.name == "lab"
    assert any("no such file" in problem for problem in problems(path, station_path=tmp_path / "none.toml"))
    found = problems(write(run_of("sweep"), head='station = "sttion.toml"\nsamples = "smples.toml"\n'))
    assert any("station (line 1): there is no file 'sttion.toml'" in problem for problem in found)
    assert any("samples (line 2): there is no file 'smples.toml'" in problem for problem in found)


def test_a_wrong_choice_is_answered_with_those_there_are():
    told = []
    choices = {"gas": ListParameter("Gas", choices=["argon", "vacuum"], default="argon")}
    assert converted(choices, {"gas": "helium"}, lambda *problem: told.append(problem)) == {}
    assert told == [("gas", "Gas: 'helium' is not offered", "one of argon, vacuum")]


def test_the_disk_has_to_have_room(write, tmp_path):
    path = write(run_of("huge"))
    assert load_queue(path).runs[0].estimate.rows == 10**15
    (found,) = problems(path, data_dir=tmp_path / "not" / "yet" / "there")
    assert "1000000000000000 rows need up to" in found
    assert load_queue(write(run_of("sweep")), data_dir=tmp_path / "data").runs


def test_a_procedure_of_pymeasure_leases_the_whole_station_unless_its_instruments_are_named(write):
    (run,) = load_queue(write(run_of("stock", parameters="{ step = 0.25 }"))).runs
    assert run.stock
    assert run.resources == {whole_station("lab")}
    assert run.instruments == ("meter", "spare", "room")
    assert run.make().stock.step == 0.25
    (run,) = load_queue(write(run_of("stock", instruments='["spare"]', fixtures='{ p = "press" }'))).runs
    assert run.resources == {Resource("instrument", "spare"), Resource("fixture", "press")}


def test_check_lists_and_does_not_raise(write):
    assert check_queue(write(run_of("sweep"))) == []
    assert len(check_queue(write(run_of("swep")))) == 1


@pytest.mark.parametrize(
    ("declared", "what"),
    [
        ({"name": "Not a name"}, "lower case"),
        ({"columns": (Column("X"), Column("X", "V"))}, "declared twice"),
        ({"columns": (Column("Attempt"),)}, "added by the bench"),
        ({"resume": "maybe"}, "resume"),
        ({"on_host_loss": "explode"}, "on_host_loss"),
        ({"on_host_loss": "keep"}, "no role is declared"),
        ({"roles": {"sample": Source}}, "cannot be called sample"),
        ({"roles": {"meter": dict}}, "not a protocol"),
        ({"shutdown_limit_s": 0.0}, "above zero"),
    ],
)
def test_declarations_that_contradict_themselves_are_refused_at_import(declared, what):
    with pytest.raises(TypeError, match=what):
        type("Bad", (Procedure,), declared)


def test_an_optional_parameter_can_be_emptied(write):
    (run,) = load_queue(write(run_of("relaxed", parameters='{ hold = "" }'))).runs
    assert run.make().hold is None
    assert run.parameters_in_full()["hold"] is None
    (run,) = load_queue(write(run_of("relaxed"))).runs
    assert run.make().hold == 60.0


def test_an_unknown_parameter_is_refused_by_the_procedure_itself():
    with pytest.raises(ValueError, match="'colour' is not a parameter"):
        Sweep(colour="red")
