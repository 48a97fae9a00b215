"""From the schema to a form, from what is typed to a run and a queue file; no Qt."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.service.models.base import ProblemLine
from bench.service.models.queue import RunAsked
from bench.service.models.station import Instrument, LimitInfo, ParameterInfo, ProcedureInfo
from gui.logic.form import fields_of, free_id, run_asked, shown, sort_problems, value_of
from gui.logic.queue_file import queue_file_text


def parameter(name, kind, **facts):
    given = {
        "title": name,
        "unit": None,
        "default": None,
        "optional": False,
        "minimum": None,
        "maximum": None,
        "choices": None,
        "help": "",
        "shown_if": {},
        "limited_by": None,
    }
    return ParameterInfo(**(given | {"name": name, "kind": kind} | facts))


PARAMETERS = [
    parameter("between", "choice", choices=["auto", "off", "on"], default="auto"),
    parameter(
        "current",
        "quantity",
        unit="A",
        default=1e-4,
        minimum=1e-9,
        maximum=1.0,
        limited_by=["meter", "current"],
    ),
    parameter("duration", "quantity", unit="s", default=86_400.0, minimum=1.0, maximum=34_560_000.0),
    parameter("four_wire", "flag", default=True),
    parameter("points", "integer", default=5, minimum=2.0),
    parameter("reference_temperature", "quantity", unit="K", optional=True, minimum=0.0),
    parameter("sample", "sample", optional=True),
    parameter("spread", "quantity", unit="ohm", default=0.0, shown_if={"four_wire": False}),
]


def procedure(parameters=PARAMETERS):
    return ProcedureInfo(
        name="resistance-log",
        title="",
        help="",
        source="",
        roles={"meter": "SourceMeter"},
        candidates={"meter": ["meter"]},
        fixtures={},
        needs_sample=False,
        resume="resume",
        on_host_loss="make_safe",
        columns=[],
        parameters=parameters,
    )


METER = Instrument(
    name="meter",
    driver="keithley2400",
    resource="GPIB0::24::INSTR",
    has_output=True,
    load="passive",
    limits={"current": LimitInfo(low=-0.105, high=0.105, unit="A")},
    options={},
    state="open",
)
FIELDS = fields_of(procedure(), [METER])
BY_NAME = {field.name: field for field in FIELDS}


def test_defaults_and_hints_are_as_one_would_type_them():
    assert FIELDS[0].name == "sample"
    assert BY_NAME["current"].default == "100 µA"
    assert BY_NAME["current"].hint == "1 nA … 105 mA (station)"
    assert BY_NAME["duration"].default == "1 d"
    assert BY_NAME["duration"].hint == "1 s … 400 d"
    assert BY_NAME["four_wire"].default == "yes"
    assert BY_NAME["reference_temperature"].default == ""
    assert FIELDS[-1].name == "reference_temperature", "what is optional comes last"


def test_only_what_was_changed_goes_into_the_run():
    texts = {"current": "1 mA", "points": "7", "four_wire": "yes", "sample": "bare-si", "between": "auto"}
    run = run_asked(procedure(), FIELDS, texts, id_="one", notes=" why ")
    assert run.model_dump(exclude_unset=True) == {
        "id": "one",
        "procedure": "resistance-log",
        "sample": "bare-si",
        "parameters": {"current": "1 mA", "points": 7},
        "notes": "why",
    }


def test_a_field_that_does_not_matter_is_neither_shown_nor_sent():
    assert not shown(BY_NAME["spread"], {"four_wire": "yes"}, BY_NAME)
    assert shown(BY_NAME["spread"], {"four_wire": "no"}, BY_NAME)
    hidden = run_asked(procedure(), FIELDS, {"four_wire": "yes", "spread": "3 ohm"}, id_="a")
    assert hidden.parameters == {}
    seen = run_asked(procedure(), FIELDS, {"four_wire": "no", "spread": "3 ohm"}, id_="a")
    assert seen.parameters == {"four_wire": False, "spread": "3 ohm"}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("current", "1.5e-3", 1.5e-3),
        ("current", "1 mA", "1 mA"),
        ("points", "seven", "seven"),
        ("points", " 7 ", 7),
        ("current", "nan", "nan"),
        ("reference_temperature", "  ", None),
        ("four_wire", "no", False),
    ],
)
def test_what_is_typed(name, text, value):
    found = value_of(BY_NAME[name], text)
    assert found == value
    assert type(found) is type(value)


def test_problems_find_their_fields():
    problems = [
        ProblemLine(place="queue.toml: runs[0].parameters.current (line 4)", what="too high"),
        ProblemLine(place="queue.toml: runs[0].sample", what="no such sample"),
        ProblemLine(place="queue.toml: runs[0].id", what="taken"),
        ProblemLine(place="queue.toml: runs[0].parameters (line 4)", what="together they make no sense"),
    ]
    of_fields, others = sort_problems(problems, FIELDS)
    assert {name: one.what for name, one in of_fields.items()} == {
        "current": "too high",
        "sample": "no such sample",
        "id": "taken",
    }
    assert [one.what for one in others] == ["together they make no sense"]


def test_a_free_id():
    assert free_id("Resistance log!", []) == "resistance-log"
    assert free_id("log", ["log", "log-2"]) == "log-3"


VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=4),
)


@given(st.dictionaries(st.sampled_from([p.name for p in PARAMETERS]), VALUES), st.text(max_size=50))
def test_a_queue_file_holds_exactly_what_was_asked(parameters, notes):
    run = RunAsked(id="one", procedure="resistance-log", parameters=parameters, notes=notes)
    text = queue_file_text(run, station="/lab/station.toml", samples=None, folder=Path("/lab/queues"))
    read = tomllib.loads(text)
    (table,) = read["runs"]
    assert read["station"] == "../station.toml"
    assert table.get("parameters", {}) == parameters
    assert table["notes"] == notes
