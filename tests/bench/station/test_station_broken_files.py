"""Whatever is wrong with a station file, the answer is a list of problems, never a traceback."""

import copy
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.core.errors import ConfigError, Problem
from bench.core.files import TomlDocument
from bench.station import Station, check_station
from bench.station.load import station_from

slow = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

scalars = st.one_of(
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        ["1 mA", "1 m**9**9**9", "GPIB0::24::INSTR", "meter", "meter.a", "x:Y", "fake-meter", "ASRL"]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["", "driver", "u", "limits", "[key]", "meter", "a b"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


RULES = """
[interlocks.hot]
quantity = "ambient"
above = "30 degC"
for = "2 min"
then = "abort"

[interlocks.silent]
quantity = "Voltage of meter"
below = "-1 V"
then = "warn"
instruments = ["second"]
"""


def paths(value, at=()):
    """Every key path in nested tables and lists."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


def mutated(data, draw):
    """`data` with one value replaced, removed, renamed or moved."""
    path = draw(st.sampled_from([path for path in paths(data) if path]))
    table = data
    for key in path[:-1]:
        table = table[key]
    kind = draw(st.sampled_from(["replace", "remove", "rename", "copy"]))
    if kind == "replace":
        table[path[-1]] = draw(values)
    elif kind == "copy":
        table[path[-1]] = copy.deepcopy(draw(st.sampled_from([data, table, table[path[-1]]])))
    else:
        value = table.pop(path[-1])
        if kind == "rename" and isinstance(table, dict):
            table[draw(st.text(max_size=8))] = value
    return data


@slow
@given(data=st.data())
def test_any_mutation_of_the_data_gives_problems_or_a_station(fakelab, station_text, data):
    tables = tomllib.loads(station_text + RULES)
    for _ in range(data.draw(st.integers(1, 4))):
        tables = mutated(tables, data.draw)
    problems = problems_of(tables)
    assert all(problem.place.startswith("station.toml") and problem.what for problem in problems)
    assert len(set(problems)) == len(problems)


def problems_of(tables):
    try:
        station = station_from(TomlDocument(Path("station.toml"), tables))
    except ConfigError as error:
        return error.problems or ["an error without a problem"]
    return [] if isinstance(station, Station) else ["no station"]


@slow
@given(data=st.data())
def test_any_mutation_of_the_text_gives_problems_or_none(fakelab, station_text, tmp_path, data):
    text = station_text + RULES
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(st.text(alphabet=" \n\"'[]{}=.,#\\aé1", max_size=3)) + text[end:]
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    problems = check_station(path)
    assert all(
        isinstance(problem, Problem) and problem.place.startswith("station.toml") for problem in problems
    )
    if not problems:
        assert {"name", "ambient", "instruments"} <= set(tomllib.loads(text))


@slow
@given(broken=st.sets(st.integers(0, 7), min_size=1))
def test_any_set_of_mistakes_is_listed_whole(fakelab, station_text, tmp_path, broken):
    mistakes = [
        ('name = "fake bench"', "name = 1", "name"),
        ('u = "0.2 K"', 'u = "0.2 V"', "ambient.u"),
        ('"105 mA"', '"105 furlong"', "instruments.meter.limits.current"),
        ("voltage = 21", 'voltage = "x"', "instruments.meter.limits.voltage"),
        ('load = "cell"', "", "instruments.second.load"),
        ('"ASRL3::INSTR"', '"nowhere"', "instruments.room.resource"),
        ('"meter.force_high"', '"metre.force_high"', "fixtures.press.wiring.force_high"),
        ("our-own = ", "our-own = 3 #", "procedures.our-own"),
    ]
    text = station_text
    for number in broken:
        text = text.replace(mistakes[number][0], mistakes[number][1])
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    places = [
        problem.place.split(" (line")[0].removeprefix("station.toml: ") for problem in check_station(path)
    ]
    assert places == [mistakes[number][2] for number in sorted(broken)]


@pytest.mark.parametrize(
    ("content", "place", "what", "remedy"),
    [
        (b"name = 1 mA", "(line 1)", "not valid TOML", 'a quantity goes in quotes: "1 mA"'),
        (b"\n\nname = bench", "(line 3)", "not valid TOML", "text goes in quotes"),
        (b"a = 1\na = 2", "(line 2)", "cannot overwrite a value, in: a = 2", "twice"),
        (b"[a]\n[a]", "(line 2)", "not valid TOML", "twice"),
        (b'p = "C:\\data"', "(line 1)", "not valid TOML", "single quotes"),
        (b"a = [1,\n2", "(line 2)", "not valid TOML", "not closed"),
        (b"hello", "(line 1)", "not valid TOML", "KEY = VALUE"),
        (b'name = "\xff"', "station.toml", "not UTF-8", "UTF-8"),
        (b"a = " + b"[" * 5000, "station.toml", "nested too deeply", "a few levels"),
        (b"a = " + b"9" * 5000, "station.toml", "4300 digits", ""),
    ],
)
def test_a_file_that_is_not_toml_is_one_problem_with_its_line(tmp_path, content, place, what, remedy):
    path = tmp_path / "station.toml"
    path.write_bytes(content)
    (problem,) = check_station(path)
    assert place in problem.place
    assert what in problem.what
    assert remedy in problem.remedy


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path):
    (missing,) = check_station(tmp_path / "nothing.toml")
    assert "no such file" in missing.what
    (folder,) = check_station(tmp_path)
    assert folder.what == "is a folder"
    (impossible,) = check_station(tmp_path / "a\0b")
    assert "cannot be read" in impossible.what


def test_an_empty_file_lists_what_is_needed(tmp_path):
    path = tmp_path / "station.toml"
    path.write_text("")
    problems = check_station(path)
    assert [problem.what for problem in problems] == [
        "'name' is missing",
        "'ambient' is missing",
        "'instruments' is missing",
    ]
    assert json.dumps([problem.remedy for problem in problems]).count("add") == 3
