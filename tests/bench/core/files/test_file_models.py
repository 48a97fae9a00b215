"""Models of files: every mistake in words, at its place in the file."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from bench.core.errors import Problem
from bench.core.files import FileModel, Name, QuantityField, colliding, did_you_mean, read_toml, validate


class Inner(FileModel):
    length: Annotated[float, QuantityField("m", above=0.0)] = Field(examples=['"1 mm"'])
    colour: Literal["red", "green"] = "red"
    from_: str | None = Field(default=None, alias="from")


class Outer(FileModel):
    title: str
    flag: bool = False
    count: int = 0
    inners: list[Inner] = Field(default_factory=list)
    named: dict[Name, Inner] = Field(default_factory=dict)


@pytest.fixture
def problems(tmp_path):
    def check(text, at=()):
        path = tmp_path / "some.toml"
        path.write_text(text, encoding="utf-8")
        found, problems = validate(Outer if not at else Inner, read_toml(path), at)
        assert (found is None) == bool(problems)
        return [(problem.place, problem.what, problem.remedy) for problem in problems]

    return check


def test_a_good_file_is_a_model(tmp_path):
    path = tmp_path / "some.toml"
    path.write_text('title = "x"\n[[inners]]\nlength = "1 mm"\nfrom = "here"\n')
    found, problems = validate(Outer, read_toml(path))
    assert problems == []
    assert found.inners[0].length == 0.001
    assert found.inners[0].from_ == "here"


def test_each_kind_of_mistake_in_words(problems):
    found = problems(
        'title = 1\nflag = 7\ncount = "x"\nnamed = { "a b" = { length = 1 }, c = 3 }\n'
        '[[inners]]\nlength = 1\n[[inners]]\nlength = "-1 mm"\ncolour = "blue"\nform = "x"\n[[inners]]\n'
    )
    assert found == [
        ("some.toml: title (line 1)", "should be text in quotes, is 1", ""),
        ("some.toml: flag (line 2)", "should be true or false, is 7", ""),
        ("some.toml: count (line 3)", "should be a whole number, is 'x'", ""),
        ("some.toml: inners[1].length (line 8)", "'-1 mm' is not above 0 m", "check the number and its unit"),
        (
            "some.toml: inners[1].colour (line 9)",
            "'blue' is not one of the choices",
            "write 'red' or 'green'",
        ),
        (
            "some.toml: inners[1].form (line 10)",
            "unknown key 'form'",
            "did you mean 'from'? keys here: colour, from, length",
        ),
        ("some.toml: inners[2].length (line 11)", "'length' is missing", 'add length = "1 mm"'),
        (
            'some.toml: named."a b" (line 4)',
            "'a b' cannot be a name",
            "up to 64 letters, digits, '-', '_' and '.', beginning with a letter or digit",
        ),
        ("some.toml: named.c (line 4)", "should be a table, is 3", ""),
    ]


def test_part_of_a_file_is_checked_with_its_whole_place(problems):
    assert problems("[a.b]\nlenght = 1\n", ("a", "b")) == [
        ("some.toml: a.b.length (line 1)", "'length' is missing", 'add length = "1 mm"'),
        (
            "some.toml: a.b.lenght (line 2)",
            "unknown key 'lenght'",
            "did you mean 'length'? keys here: colour, from, length",
        ),
    ]


def test_line_ends_and_byte_order_marks_of_windows_are_read(tmp_path):
    path = tmp_path / "some.toml"
    path.write_bytes(b'\xef\xbb\xbftitle = "x"\r\n\r\nflag = 3\r\n')
    _, (problem,) = validate(Outer, read_toml(path))
    assert problem.place == "some.toml: flag (line 3)"


def test_problems_are_put_in_the_order_of_their_files_and_lines(tmp_path):
    path = tmp_path / "some.toml"
    path.write_text("a = 1\nb = 2\n")
    document = read_toml(path)
    own = [
        document.problem((), "whole"),
        document.problem(("a",), "first"),
        document.problem(("b",), "second"),
    ]
    other = [Problem("other.toml: x (line 1)", "x"), Problem("other.toml: y (line 9)", "y")]
    mixed = [other[1], own[2], own[1], other[0], own[0], own[1]]
    assert document.in_order(mixed) == [*own, *other]


def test_close_matches():
    assert did_you_mean("Meter", ["meter", "oven"]) == "did you mean 'meter'? known: meter, oven"
    assert did_you_mean("xyz", ["meter", "oven"], what="instruments") == "instruments: meter, oven"
    assert did_you_mean("xyz", []) == "there is nothing known here"
    assert "100 names" in did_you_mean("xyz", [f"name{number}" for number in range(100)])


def test_names_nobody_can_tell_apart():
    assert colliding(["a-b", "x", "A_B", "a_b"]) == [("A_B", "a-b"), ("a_b", "a-b")]
    assert colliding(["a", "b"]) == []
