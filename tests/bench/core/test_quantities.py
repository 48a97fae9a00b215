"""Quantities as text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import QuantityError
from bench.core.quantities import format_quantity, parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1 mA", "A", 1e-3),
        ("1mA", "A", 1e-3),
        ("-2.5e-3 V", "mV", -2.5),
        ("1 cm^2", "m^2", 1e-4),
        ("1 cm²", "m^2", 1e-4),
        ("250 degC", "K", 523.15),
        ("250 °C", "K", 523.15),
        ("10 kΩ", "ohm", 1e4),
        ("20 µm", "m", 2e-5),
        ("0.01 1/K", "1/K", 0.01),
        ("2.33 g/cm^3", "kg/m^3", 2330.0),
        ("5e-2 S/m", "S/m", 0.05),
        ("3 %", "", 0.03),
        ("0.5", "V", 0.5),
        (2, "V", 2.0),
    ],
)
def test_text_becomes_a_number_in_the_asked_unit(text, unit, value):
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    "text", ["1 mA", "volt", "1 furlong per", "nan V", "inf", True, "", "1 __import__('os')", "V"]
)
def test_a_wrong_dimension_or_nonsense_is_an_error_that_says_what_to_write(text):
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text, "V")
    assert caught.value.remedy


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_numbers_pass_unchanged(number):
    assert parse_quantity(number, "A") == number
    assert parse_quantity(f"{number!r} A", "A") == number


@given(st.floats(min_value=1e-14, max_value=1e11))
def test_text_for_people_reads_back(number):
    assert math.isclose(parse_quantity(format_quantity(number, "A", 12), "A"), number, rel_tol=1e-10)


def test_format_uses_prefixes_only_where_the_unit_takes_one():
    assert format_quantity(1.23456e-3, "A") == "1.235 mA"
    assert format_quantity(1.23456e-3, "S/m") == "0.001235 S/m"
