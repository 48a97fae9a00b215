"""What is written in a cell reads back as the same value; what is no value is refused with its place."""

import csv
import io
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.runs.columns import Column, RowEncoder, RowError, header_line, parse_header, split_fields
from bench.runs.storage.values import DECODERS, ENCODERS, NotThisKind, kind_of

FINITE = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = TEXTS.map(str.strip).filter(
    lambda text: text and all(character >= " " for character in text) and " / " not in f"{text} "
)
UNITS = TEXTS.map(str.strip).filter(lambda text: all(character >= " " for character in text))
CASES = {"number": FINITE, "integer": st.integers(), "flag": st.booleans(), "text": TEXTS}
VALUES = st.one_of(*(st.tuples(st.just(kind), values) for kind, values in CASES.items()))


@given(VALUES)
@example(("number", -0.0))
@example(("number", 5e-324))
@example(("number", 1e22))
@example(("integer", 10**400))
@example(("text", ""))
@example(("text", 'a,"b"\n\\n\r\0é\u2028'))
def test_a_value_reads_back_as_it_was(case):
    kind, value = case
    cell = ENCODERS[kind](value)
    back = DECODERS[kind](cell)
    assert type(back) is type(value)
    assert back == value
    assert kind != "number" or math.copysign(1, back) == math.copysign(1, value)
    assert kind_of(cell) == kind  # a file without any description can still be read
    assert "\n" not in cell
    assert "\r" not in cell


@given(st.lists(VALUES, min_size=1))
def test_a_line_splits_into_the_cells_it_was_made_of(cases):
    cells = [ENCODERS[kind](value) for kind, value in cases]
    assert split_fields(",".join(cells)) == cells


@given(st.lists(TEXTS.filter(lambda text: not set("\\\r\n\0") & set(text)), min_size=1))
def test_other_programs_read_texts_as_they_were(texts):
    line = ",".join(ENCODERS["text"](text) for text in texts)
    assert next(csv.reader(io.StringIO(line, newline=""))) == texts


@pytest.mark.parametrize("kind", CASES)
def test_nothing_is_an_empty_cell(kind):
    assert ENCODERS[kind](None) == ""


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        ("number", np.float32(0.1), "0.10000000149011612"),
        ("number", np.float64(0.1), "0.1"),
        ("number", np.float16(0.5), "0.5"),
        ("number", np.int64(7), "7.0"),
        ("number", 7, "7.0"),
        ("number", np.array(2.5), "2.5"),
        ("number", Fraction(1, 4), "0.25"),
        ("number", Decimal("0.5"), "0.5"),
        ("integer", np.int64(-3), "-3"),
        ("integer", np.uint8(200), "200"),
        ("flag", np.bool_(True), "true"),
        ("flag", np.False_, "false"),
        ("text", np.str_("a"), '"a"'),
    ],
)
def test_numpy_scalars_and_exact_numbers_are_converted(kind, value, cell):
    assert ENCODERS[kind](value) == cell


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", math.nan),
        ("number", math.inf),
        ("number", -math.inf),
        ("number", np.float32("nan")),
        ("number", np.float64("inf")),
        ("number", np.longdouble("nan")),
        ("number", True),
        ("number", np.bool_(False)),
        ("number", "1.0"),
        ("number", b"1.0"),
        ("number", 1j),
        ("number", 2**53 + 1),
        ("number", 10**400),
        ("number", np.int64(2**53 + 1)),
        ("number", np.array([1.0])),
        ("number", np.datetime64("2026-01-01", "ns")),
        ("number", Decimal("0.1")),
        ("number", Decimal("NaN")),
        ("number", Ellipsis),
        ("integer", 1.0),
        ("integer", True),
        ("integer", np.float64(1)),
        ("integer", "1"),
        ("flag", 1),
        ("flag", "true"),
        ("flag", np.int64(1)),
        ("text", 1),
        ("text", b"a"),
        ("text", "\ud800"),
    ],
    ids=repr,
)
def test_what_is_no_value_of_its_kind_is_refused(kind, value):
    with pytest.raises(NotThisKind):
        ENCODERS[kind](value)


def test_a_quantity_with_a_unit_is_refused():
    pint = pytest.importorskip("pint")
    with pytest.raises(NotThisKind):
        ENCODERS["number"](pint.UnitRegistry().Quantity(1.0, "V"))


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", "nan"),
        ("number", "inf"),
        ("number", "1e999"),
        ("number", "1_0"),
        ("number", " 1"),
        ("number", "١"),
        ("number", ""),
        ("integer", "1.0"),
        ("integer", "+1"),
        ("flag", "True"),
        ("text", "a"),
        ("text", '"'),
        ("text", '"\\x"'),
        ("text", '"a"b"'),
    ],
)
def test_a_cell_that_was_not_written_here_is_refused(kind, cell):
    with pytest.raises(NotThisKind):
        DECODERS[kind](cell)


@given(st.lists(st.builds(Column, NAMES, UNITS), min_size=1, unique_by=lambda column: column.name))
def test_headers_read_back(columns):
    headers = parse_header(header_line(columns))
    assert headers == [column.header for column in columns]
    assert [Column.from_header(header) for header in headers] == columns


def test_the_header_names_the_quantity_with_its_unit():
    columns = (Column("Voltage", "V"), Column("Phase", kind="text"), Column("Rate, charge", "mA/g"))
    assert header_line(columns) == 'Voltage / V,Phase,"Rate, charge / mA/g"'


@pytest.mark.parametrize("name", ["", " V", "V ", "a / b", "a /", "a\nb", "a\x00", "\ud800"])
def test_a_name_that_would_not_read_back_is_refused(name):
    with pytest.raises(ValueError, match="column"):
        Column(name)


def test_a_unit_with_spaces_around_it_and_an_unknown_kind_are_refused():
    with pytest.raises(ValueError, match="unit"):
        Column("Voltage", " V")
    with pytest.raises(ValueError, match="kind"):
        Column("Voltage", kind="float")
    with pytest.raises(ValueError, match="unit should be"):
        Column.from_header("Voltage / ")


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(ValueError, match="'U'"):
        header_line((Column("U", "V"), Column("U", "mV")))


ENCODER = RowEncoder((Column("U", "V"), Column("Ok", kind="flag")))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"U": 1.0}, ["row 7", "'Ok'", "missing"]),
        ({"U": 1.0, "Ok": True, "I": 2.0}, ["row 7", "unknown", "'I'"]),
        ({"U": 1.0, "Ok": None, "V / V": 2.0}, ["unknown", "'V / V'"]),
        ({"U": math.nan, "Ok": True}, ["row 7", "'U'", "nan"]),
        ({"U": 1.0, "Ok": 1}, ["row 7", "'Ok'", "1 is not true or false"]),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_place(row, words):
    with pytest.raises(RowError) as caught:
        ENCODER.line(row, 7)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, BenchError)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_the_fast_way_for_rows_of_floats_refuses_too(bad):
    encoder = RowEncoder((Column("U"), Column("I")))
    assert encoder.line({"U": 1.0, "I": 2.0}, 1) == "1.0,2.0\n"
    with pytest.raises(RowError, match="row 2, column 'I'"):
        encoder.line({"U": 1.0, "I": bad}, 2)


@given(st.lists(FINITE, min_size=1, max_size=5))
def test_the_fast_and_the_careful_way_write_the_same(numbers):
    columns = [Column(f"c{index}") for index in range(len(numbers))]
    plain = {column.name: number for column, number in zip(columns, numbers, strict=True)}
    careful = {name: np.float64(number) for name, number in plain.items()}
    encoder = RowEncoder(columns)
    assert encoder.line(plain, 1) == encoder.line(careful, 1)
