import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import replies
from drivers.replies import ReplyShapeError


@pytest.mark.parametrize(
    ("text", "value"),
    [("+1.500000E-03", 1.5e-3), ("0", 0.0), (" -.5 ", -0.5), ("2.", 2.0), ("+9.9E37\n", 9.9e37)],
)
def test_numbers_are_read_in_all_their_forms(text, value):
    assert replies.number(text) == value


@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "1_0", "0x1", "1.5E", "1,5", "OL", "1.5E-03 V", "1 2", "+-1"]
)
def test_what_is_not_a_number_raises_instead_of_becoming_text(text):
    with pytest.raises(ReplyShapeError):
        replies.number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_survives_the_way_out_and_back(value):
    from drivers.settings import exact

    assert replies.number(exact(value)) == value


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_instrument_is_sent_a_value_that_is_no_number(value):
    from drivers.settings import exact

    with pytest.raises(ValueError, match="not a number"):
        exact(value)


def test_whole_numbers_may_come_as_floats_but_must_be_whole():
    assert replies.integer("+1.000000E+00") == 1
    with pytest.raises(ReplyShapeError):
        replies.integer("1.5")


def test_switches():
    assert replies.on_off("1") is True
    assert replies.on_off("OFF ") is False
    with pytest.raises(ReplyShapeError):
        replies.on_off("2")


def test_words_come_in_long_and_short_form():
    mode = replies.one_of("HIMPedance", "NORMal")
    assert [mode("HIMP"), mode("himpedance"), mode('"NORM"')] == ["HIMP", "HIMP", "NORM"]
    with pytest.raises(ReplyShapeError):
        mode("HIM")


@pytest.mark.parametrize("reply", ["1,2", "1,2,3,4", ""])
def test_the_number_of_fields_counts(reply):
    with pytest.raises(ReplyShapeError):
        replies.fields(3)(reply)
    assert replies.fields(3)("1, 2,3") == ("1", "2", "3")


def test_entries_of_an_error_queue():
    assert replies.error_entry('-222,"Parameter data out of range"') == (-222, "Parameter data out of range")
    assert replies.error_entry('+0,"No error"') == (0, "No error")
    assert replies.error_entry('0,"No error;0,0,0"') == (0, "No error;0,0,0")
    with pytest.raises(ReplyShapeError):
        replies.error_entry("garbage")


def test_an_empty_or_unprintable_text_is_an_error():
    assert replies.text(" abc\r") == "abc"
    for bad in ("", "\x00\x01"):
        with pytest.raises(ReplyShapeError):
            replies.text(bad)
