"""Samples as declared: SI units and uncertainties after loading, every mistake at once."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import ConfigError
from bench.samples import Declared, Film, Pellet, Sample, check_samples, load_samples
from bench.samples.json import sample_as_json, sample_from_json
from bench.samples.model import UnknownSampleError
from bench.samples.tables import area_of_disc

GOOD = """\
[samples.qms-0p7]
material = "QMS(0.7)"
batch = "2026-01"
notes = "pale"
temperature_coefficient = { value = "0.01 1/K", u = "0.003 1/K" }
true_density = "2.33 g/cm^3"
[[samples.qms-0p7.pellets]]
id = "a"
height = { value = "1.00 mm", u = "20 um" }
area = { value = "1.000 cm^2", u = "0.005 cm^2" }
mass = { value = "0.140 g", u = "1 mg" }
pressure = "50 MPa"
[[samples.qms-0p7.pellets]]
id = "b"
height = { value = 0.002, u = 2e-5 }
diameter = { value = "11.28 mm", u = "30 um" }
[samples.bare-si]
material = "Si"
"""


@pytest.fixture
def samples_file(tmp_path):
    def write(text=GOOD):
        path = tmp_path / "samples.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def approx(value, u, unit):
    return Declared(pytest.approx(value, rel=1e-12), pytest.approx(u, rel=1e-12), unit)


def test_everything_is_in_si_units(samples_file):
    path = samples_file()
    book = load_samples(path)
    assert (list(book), len(book), book.path) == (["qms-0p7", "bare-si"], 2, path)
    assert book["bare-si"] == Sample("bare-si", "Si")
    sample = book.sample("qms-0p7")
    assert (sample.material, sample.batch, sample.notes) == ("QMS(0.7)", "2026-01", "pale")
    assert sample.temperature_coefficient == approx(0.01, 0.003, "1/K")
    assert sample.true_density == approx(2330, 0, "kg/m^3")
    assert sample.pellet("a") == Pellet(
        id="a",
        height=approx(1e-3, 20e-6, "m"),
        area=approx(1e-4, 5e-7, "m^2"),
        mass=approx(140e-6, 1e-6, "kg"),
        pressure=approx(50e6, 0, "Pa"),
    )
    second = sample.pellet("b")
    assert second.height == approx(0.002, 2e-5, "m")
    assert second.area == approx(math.pi * 11.28e-3**2 / 4, math.pi * 11.28e-3 / 2 * 30e-6, "m^2")
    assert (second.mass, second.pressure) == (None, None)


def test_a_film_has_a_thickness(samples_file):
    text = GOOD + '[samples.bare-si.film]\nthickness = { value = "10 um", u = "0.5 um" }\n'
    book = load_samples(samples_file(text))
    assert book["bare-si"].film == Film(approx(1e-5, 5e-7, "m"))
    assert book["qms-0p7"].film is None
    for sample in book.values():
        assert sample_from_json(sample_as_json(sample)) == sample
    old = sample_as_json(book["qms-0p7"])
    del old["film"]  # as run folders of before have it
    assert sample_from_json(old) == book["qms-0p7"]


def test_which_way_the_contacts_of_a_film_go_may_be_declared(samples_file):
    film = '[samples.bare-si.film]\nthickness = { value = "10 um", u = "0.5 um" }\ncontacts = '
    book = load_samples(samples_file(GOOD + film + '"clockwise"\n'))
    assert book["bare-si"].film.numbering == "clockwise"
    assert sample_from_json(sample_as_json(book["bare-si"])) == book["bare-si"]
    (problem,) = check_samples(samples_file(GOOD + film + '"around"\n'))
    assert "contacts" in str(problem.place)


def test_a_thickness_needs_its_uncertainty(samples_file):
    text = GOOD + '[samples.bare-si.film]\nthickness = "10 um"\nwidth = 3\n'
    places = {problem.place for problem in check_samples(samples_file(text))}
    assert len(places) == 2
    assert all("samples.bare-si.film" in str(place) for place in places)


@given(st.floats(1e-6, 1e3), st.floats(0, 1e-2))
def test_the_area_of_a_disc_doubles_the_relative_uncertainty_of_its_diameter(diameter, relative):
    area = area_of_disc(Declared(diameter, diameter * relative, "m"))
    assert area.unit == "m^2"
    assert area.value == pytest.approx(math.pi / 4 * diameter**2, rel=1e-12)
    assert area.u / area.value == pytest.approx(2 * relative, rel=1e-9, abs=1e-15)


@given(st.floats(1e-9, 1e9), st.floats(0, 1e9))
def test_text_and_number_mean_the_same(tmp_path_factory, value, u):
    path = tmp_path_factory.getbasetemp() / "same.toml"
    pellet = (
        "[[samples.x.pellets]]\nid = '{}'\nheight = {{ value = {}, u = {} }}\narea = {{ value = 1, u = 0 }}\n"
    )
    path.write_text(
        "[samples.x]\nmaterial = 'x'\n"
        + pellet.format("number", repr(value), repr(u))
        + pellet.format("text", f"'{value!r} m'", f"'{u!r} m'")
    )
    number, text = load_samples(path)["x"].pellets
    assert number.height == text.height == Declared(value, u, "m")


def test_names_that_are_not_there_are_answered_with_those_that_are(samples_file):
    book = load_samples(samples_file())
    with pytest.raises(UnknownSampleError, match="did you mean 'bare-si'"):
        book.sample("bare-Si")
    with pytest.raises(UnknownSampleError, match=r"no pellet 'c'.*its pellets: a, b"):
        book["qms-0p7"].pellet("c")
    with pytest.raises(KeyError):
        book["x"]


MISTAKES = [
    ('material = "QMS(0.7)"\n', "", "samples.qms-0p7.material", "'material' is missing", "add material"),
    ('material = "Si"', 'material = ""', "samples.bare-si.material", "'material' is empty", "add material"),
    ('batch = "2026-01"', 'bath = "2026-01"', "samples.qms-0p7.bath", "unknown key", "did you mean 'batch'?"),
    ("notes = ", "notes = 3 #", "samples.qms-0p7.notes", "text in quotes", ""),
    (
        '"0.01 1/K"',
        '"0.01 K"',
        "samples.qms-0p7.temperature_coefficient.value",
        "not a quantity in '1/K'",
        "1 1/K",
    ),
    (
        '"2.33 g/cm^3"',
        '"2.33 g"',
        "samples.qms-0p7.true_density",
        "not a quantity in 'kg/m^3'",
        "same dimension",
    ),
    ('"2.33 g/cm^3"', "[2]", "samples.qms-0p7.true_density", "should be a table", ""),
    ('"1.00 mm"', '"1.00 mA"', "samples.qms-0p7.pellets[0].height.value", "not a quantity in 'm'", '"1 m"'),
    ('"1.00 mm"', '"0 mm"', "samples.qms-0p7.pellets[0].height.value", "not above 0 m", "check"),
    ('"20 um"', '"-20 um"', "samples.qms-0p7.pellets[0].height.u", "below 0 m", "check"),
    (', u = "20 um"', "", "samples.qms-0p7.pellets[0].height.u", "'u' is missing", 'add u = "20 um"'),
    (
        '{ value = "1.00 mm", u = "20 um" }',
        '"1 mm"',
        "samples.qms-0p7.pellets[0].height.u",
        "missing",
        "add u",
    ),
    ('"50 MPa"', "true", "samples.qms-0p7.pellets[0].pressure", "true or false", "1 Pa"),
    ("diameter", "diametre", "samples.qms-0p7.pellets[1]", "cross-section is missing", "diameter likewise"),
    ("mass =", "diameter =", "samples.qms-0p7.pellets[0]", "both area and diameter", "keep the one"),
    ('id = "b"', 'id = "a"', "samples.qms-0p7.pellets[1].id", "'a' twice", "its own"),
    ('id = "b"', 'id = "a/b"', "samples.qms-0p7.pellets[1].id", "cannot be a name", "letters"),
    ("[samples.bare-si]", "[samples.QMS_0p7]", "samples.QMS_0p7", "cannot be told from 'qms-0p7'", "differ"),
    ("[samples.bare-si]", '[samples."bare si"]', 'samples."bare si"', "cannot be a name", "letters"),
]


@pytest.mark.parametrize(("old", "new", "place", "what", "remedy"), MISTAKES)
def test_a_mistake_is_told_with_its_place_and_remedy(samples_file, old, new, place, what, remedy):
    assert GOOD.count(old) >= 1
    found = check_samples(samples_file(GOOD.replace(old, new, 1)))
    told = [problem for problem in found if problem.place.partition(" (line")[0] == f"samples.toml: {place}"]
    assert len(told) == 1, found
    assert what in told[0].what
    assert remedy in told[0].remedy


def test_the_place_tells_the_line(samples_file):
    (problem,) = check_samples(
        samples_file(GOOD.replace("[samples.bare-si]", "\n\n[samples.bare-si]\nx = 1"))
    )
    assert problem.place == "samples.toml: samples.bare-si.x (line 20)"


def test_all_of_many_mistakes_are_listed(samples_file):
    text = GOOD
    wanted = []
    for old, new, place, _, _ in (
        MISTAKES[0],
        MISTAKES[2],
        MISTAKES[4],
        MISTAKES[7],
        MISTAKES[9],
        MISTAKES[12],
        MISTAKES[13],
    ):
        text = text.replace(old, new, 1)
        wanted.append(f"samples.toml: {place}")
    with pytest.raises(ConfigError) as caught:
        load_samples(samples_file(text))
    places = [problem.place.partition(" (line")[0] for problem in caught.value.problems]
    assert set(wanted) < set(places)
    assert sorted(set(places) - set(wanted)) == ["samples.toml: samples.qms-0p7.pellets[1].diametre"]
    assert len(places) == len(wanted) + 1


def test_a_good_file_has_no_problems(samples_file):
    assert check_samples(samples_file()) == []


def test_a_file_without_samples(samples_file):
    (problem,) = check_samples(samples_file("[sample.x]\nmaterial = 'x'\n"))[:1]
    assert problem.what in {"'samples' is missing", "unknown key 'sample'"}


@given(st.text(max_size=30), st.integers(0, len(GOOD)), st.integers(0, 20))
def test_any_damage_gives_problems_or_samples(tmp_path_factory, insert, start, length):
    path = tmp_path_factory.getbasetemp() / "damaged.toml"
    damaged = GOOD[:start] + insert + GOOD[start + length :]
    path.write_text(damaged, encoding="utf-8", errors="replace", newline="")
    problems = check_samples(path)
    assert all(problem.place.startswith("damaged.toml") and problem.what for problem in problems)
    if not problems:
        assert all(isinstance(sample, Sample) for sample in load_samples(path).values())
