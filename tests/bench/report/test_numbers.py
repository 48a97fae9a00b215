"""Numbers for people: digits after GUM 7.2.6, and never a value that contradicts the number behind it."""

import math
import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.report import numbers

FINITE = st.floats(-1e300, 1e300, allow_subnormal=False)
POSITIVE = st.floats(1e-300, 1e300)
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
WITH_U = re.compile(r"\(?(?P<v>-?[\d.]+) ± (?P<u>[\d.]+)\)?(?:×10(?P<e>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?$")


@pytest.mark.parametrize(
    ("value", "U", "text"),
    [
        (0.04981, 0.00123, "(0.0498 ± 0.0012) S/m"),
        (0.004981, 0.000123, "(4.98 ± 0.12)×10⁻³ S/m"),
        (1009.3, 22.4, "(1009 ± 22) S/m"),
        (12345.0, 2100.0, "(1.23 ± 0.21)×10⁴ S/m"),
        (5.0, 24.8, "(5 ± 25) S/m"),
        (610.0, 420.0, "(6.1 ± 4.2)×10² S/m"),
        (0.0, 0.5, "(0.00 ± 0.50) S/m"),
        (-0.05, 0.00999, "(-0.050 ± 0.010) S/m"),
        (1e-12, 3e-3, "(0.0 ± 3.0)×10⁻³ S/m"),
        (0.05, 0.0, "0.05000 S/m"),
        (1.0, 2e-300, "(1.00000000000000 ± 2.0×10⁻³⁰⁰) S/m"),
    ],
)
def test_value_and_uncertainty(value, U, text):
    assert numbers.value_and_uncertainty(value, U, "S/m") == text


@given(value=FINITE, U=POSITIVE)
def test_what_is_printed_is_the_number_to_the_last_digit_of_u(value, U):
    assume(abs(value) * numbers.FINEST <= U)
    match = WITH_U.match(numbers.value_and_uncertainty(value, U))
    assert match is not None
    scale = int((match["e"] or "0").translate(SUPERSCRIPTS))
    decimals = len(match["u"].partition(".")[2])
    half_a_place = Decimal(5).scaleb(scale - decimals - 1)
    for printed, exact in ((match["v"], value), (match["u"], U)):
        assert abs(Decimal(printed).scaleb(scale) - Decimal(exact)) <= half_a_place * Decimal("1.000001")
    digits = match["u"].replace(".", "").lstrip("0")
    assert len(digits) == 2
    assert len(match["v"].partition(".")[2]) == decimals


@given(value=FINITE, digits=st.integers(1, 8))
def test_a_number_keeps_its_digits(value, digits):
    text = numbers.number(value, digits)
    mantissa, _, exponent = text.partition("×10")
    read = float(f"{mantissa}e{exponent.translate(SUPERSCRIPTS) or 0}")
    assert math.isclose(read, value, rel_tol=0.51 * 10.0 ** (1 - digits), abs_tol=0.0)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_said_as_it_is(value):
    assert numbers.number(value) == str(value)


def result(**parts):
    return numbers.result({"value": None, "unit": "S/m", "U": None, **parts})


def test_a_result_without_a_value_is_a_dash():
    assert result() == "–"
    assert result(value=0.05) == "0.05000 S/m"
    assert result(value=0.05, U=0.001) == "(0.0500 ± 0.0010) S/m"


def test_the_unit_one_is_not_written():
    assert result(value=0.6, U=0.01, unit="1") == "0.600 ± 0.010"


def test_relative_and_declared():
    assert numbers.relative(0.021, 1.0) == "2.1 %"
    assert numbers.relative(25.0, -5.0) == "500 %"
    assert numbers.relative(1.0, 0.0) == "–"
    assert numbers.declared(1e-3, 2e-5, "m") == "0.001 m (u = 2e-05 m)"
    assert numbers.declared(2330.0, 0.0, "kg/m^3") == "2330 kg/m^3"
