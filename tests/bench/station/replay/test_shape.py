"""Replies by shape."""

import pytest

from bench.station.replay.shape import differences, fields


@pytest.mark.parametrize(
    ("recorded", "simulated", "alike"),
    [
        ("+1.000000E-03", "-9.123456E+37", True),
        ("+1.000000E-03", "1.000000E-03", False),
        ("+1.000000E-03", "+1.00000E-03", False),
        ("+1.000000E-03", "+1.000000E-3", False),
        ("+1.000000E-03", "+1.000000e-03", False),
        ("1", "1024", True),
        ("1", "1.0", False),
        ("1.5", "123.25", True),
        ("+296.08", "+96.1", True),
        ("NORM", "NORM", True),
        ("NORM", "HIMP", True),
        ("NORM", "NORMAL", False),
        ("NORM", '"NORM"', False),
        ('"VOLT:DC"', '"VOLT"', False),
        ('0,"No error"', '0,"No error"', True),
        ('-113,"Undefined header; 1,2"', '-113,"Undefined header; 1,2"', True),
        ("1,2", "1", False),
        ("", "", True),
    ],
)
def test_alike_or_not(recorded, simulated, alike):
    assert (differences(recorded, simulated, same_value=False) == []) is alike


def test_a_value_that_was_set_counts():
    assert differences("+1.00E+00", "+1.01E+00", same_value=True)
    assert not differences("+1.00E+00", "+1.00E+00", same_value=True)
    assert not differences("0", "0", same_value=True)
    assert differences("NORM", "HIMP", same_value=True)


def test_commas_in_quotes_separate_nothing():
    assert fields('1,"a,b",2') == ["1", '"a,b"', "2"]
    assert fields("") == [""]
