"""Quantities in files: text or number, the right dimension, and nothing that hangs or surprises."""

import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import QuantityError
from bench.core.quantities import parse_quantity

UNITS = {
    "A": ["A", "mA", "uA", "µA", "ampere"],
    "m": ["m", "mm", "um", "km"],
    "K": ["K", "mK"],
    "Pa": ["Pa", "MPa", "bar"],
}
FACTOR = {
    "A": 1,
    "mA": 1e-3,
    "uA": 1e-6,
    "µA": 1e-6,
    "ampere": 1,
    "m": 1,
    "mm": 1e-3,
    "um": 1e-6,
    "km": 1e3,
    "K": 1,
    "mK": 1e-3,
    "Pa": 1,
    "MPa": 1e6,
    "bar": 1e5,
}

magnitudes = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100)


@given(magnitudes, st.sampled_from([(unit, text) for unit, texts in UNITS.items() for text in texts]))
def test_a_text_is_its_number_times_the_factor_of_its_unit(magnitude, units):
    unit, text = units
    value = parse_quantity(f"{magnitude!r} {text}", unit)
    assert value == pytest.approx(magnitude * FACTOR[text], rel=1e-14)
    assert parse_quantity(magnitude, unit) == magnitude


@given(magnitudes, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_a_wrong_dimension_is_an_error(magnitude, unit, other):
    if unit != other:
        with pytest.raises(QuantityError, match="not a quantity in"):
            parse_quantity(f"{magnitude!r} {other}", unit)


def number_or_remedy(text, unit):
    try:
        return parse_quantity(text, unit), None
    except QuantityError as error:
        return None, error.remedy


@given(
    st.text(max_size=100) | st.text(alphabet="0123456789.eE+-*/^()# mA²⁹⁻", max_size=30),
    st.sampled_from(["A", "m^2", "1/K"]),
)
def test_any_text_is_a_finite_number_or_an_error_with_a_remedy(text, unit):
    value, remedy = number_or_remedy(text, unit)
    assert remedy if value is None else math.isfinite(value)


@pytest.mark.parametrize(
    "value",
    [
        True,
        {},
        [],
        None,
        datetime.date(2026, 1, 1),
        10**400,
        float("nan"),
        float("inf"),
        "nan m",
        "1e999 m",
        "",
        "m",
        "1,5 mm",
        "1 m # comment",
    ],
)
def test_what_is_no_quantity(value):
    with pytest.raises(QuantityError):
        parse_quantity(value, "m")


@pytest.mark.parametrize(
    "text",
    [
        "1 m**9**9**9",
        "1 m^9^9^9",
        "1 9**99999999",
        "1 m^(9^9)",
        "1 9^(9*9*9*9*9*9*9*9*9)",
        "1 9⁹⁹⁹⁹⁹⁹⁹",
        "1 9²^9^9",
        "1 9^9⁹",
    ],
)
def test_arithmetic_that_would_never_end_is_refused(text):
    with pytest.raises(QuantityError):
        parse_quantity(text, "m")


@pytest.mark.parametrize(
    ("text", "kelvin"),
    [
        ("0.2 K", 0.2),
        ("1 degC", 1),
        ("1 °C", 1),
        ("1.8 degF", 1),
        ("1 delta_degC", 1),
        (0.5, 0.5),
        ("0.5", 0.5),
        ("200 mK", 0.2),
    ],
)
def test_a_difference_of_temperatures_has_no_zero_point(text, kelvin):
    assert parse_quantity(text, "K", difference=True) == pytest.approx(kelvin, rel=1e-12)


def test_a_temperature_has_one():
    assert parse_quantity("23 °C", "K") == 296.15
    assert parse_quantity("23 degC", "K") == 296.15


def test_exponents_of_ordinary_units():
    assert parse_quantity("1 cm^2", "m^2") == pytest.approx(1e-4)
    assert parse_quantity("1 cm**2", "m^2") == pytest.approx(1e-4)
    assert parse_quantity("1 cm²", "m^2") == pytest.approx(1e-4)
    assert parse_quantity("2.33 g/cm^3", "kg/m^3") == pytest.approx(2330)
    assert parse_quantity("1 m^(-1)", "1/m") == 1
    assert parse_quantity("3 V/s^0.5", "V/s^0.5") == 3
