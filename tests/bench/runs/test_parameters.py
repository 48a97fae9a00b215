"""Parameters with units: text and numbers in, floats in the declared unit out, never a guess."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.runs.parameters import ParameterError, QuantityParameter, SampleParameter


def current(**more):
    return QuantityParameter("Current", unit="A", **more)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("1 mA", 1e-3),
        ("250 uA", 250e-6),
        ("2 A", 2.0),
        (0.5, 0.5),
        (1, 1.0),
        ("0.25", 0.25),
        (np.float32(0.5), 0.5),
    ],
)
def test_text_with_a_unit_and_numbers_in_the_declared_unit(given_, expected):
    assert current().convert(given_) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "wrong", ["1 V", "1 kg", "mA", "", "nan", float("inf"), True, None, [1], "1 A A", "1 m**9**9**9"]
)
def test_what_is_not_a_current_is_an_error_that_pymeasure_can_catch(wrong):
    with pytest.raises(ParameterError, match="Current") as caught:
        current().convert(wrong)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, BenchError)


def test_bounds_may_be_texts_and_are_inclusive():
    parameter = current(minimum="1 uA", maximum="1 mA")
    assert parameter.convert("1000 uA") == 1e-3
    assert parameter.convert("1 uA") == 1e-6
    with pytest.raises(ParameterError, match=r"1\.1 mA is outside 1 uA to 1 mA"):
        parameter.convert("1.1 mA")
    with pytest.raises(ParameterError):
        parameter.convert(0)
    dwell = QuantityParameter("Dwell", unit="s", minimum="60 s", maximum="20 d")
    with pytest.raises(ParameterError, match="30 d 00 h is outside 1 min 00 s to 20 d 00 h"):
        dwell.convert("30 d")


def test_choices():
    parameter = QuantityParameter("Rate", unit="1/s", choices=("1 1/s", 10))
    assert parameter.convert("10 Hz") == 10
    with pytest.raises(ParameterError, match="not offered"):
        parameter.convert(2)


def test_the_default_is_checked_and_becomes_a_number_for_the_form():
    assert current(default="1 mA").value == 1e-3
    assert current(default="1 mA").default == 1e-3
    with pytest.raises(ParameterError):
        current(default="2 A", maximum="1 A")
    with pytest.raises(ParameterError):
        current(default="1 V")


@given(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False))
def test_what_is_written_into_a_header_reads_back_as_the_same_number(number):
    parameter = current()
    parameter.value = number
    assert parameter.convert(str(parameter)) == number


@given(st.floats(min_value=1e-9, max_value=1e-3))
def test_prefixes_agree_within_rounding(number):
    assert current().convert(f"{number * 1e6!r} uA") == pytest.approx(number, rel=1e-14)


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_an_optional_one_may_be_empty_as_in_a_form(nothing):
    assert current(optional=True).convert(nothing) is None
    assert SampleParameter(optional=True).convert(nothing) is None
    with pytest.raises(ParameterError):
        current().convert(nothing)


def test_a_copy_as_pymeasure_makes_it_is_independent():
    first = current(default="1 mA")
    second = copy.deepcopy(first)
    second.value = "2 mA"
    assert (first.value, second.value) == (1e-3, 2e-3)


def test_a_sample_is_a_name():
    parameter = SampleParameter()
    assert parameter.convert(" qms-0p7 ") == "qms-0p7"
    for wrong in ("", "a b", 3, None, "../x"):
        with pytest.raises(ParameterError):
            parameter.convert(wrong)
