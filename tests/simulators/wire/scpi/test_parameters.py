"""Numbers with units and bounds, booleans, words, strings, lists; what each refuses and with which code."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.wire.scpi import Boolean, Choice, Integer, NameList, Number, Repeated, ScpiError, Text

MISSING = '-109,"Missing parameter"'
NOT_ALLOWED = '-108,"Parameter not allowed"'
DATA_TYPE = '-104,"Data type error"'
OUT_OF_RANGE = '-222,"Parameter data out of range"'
INVALID_SUFFIX = '-131,"Invalid suffix"'
NO_SUFFIX_ALLOWED = '-138,"Suffix not allowed"'
INVALID_WORD = '-141,"Invalid character data"'
BAD_CHARACTER = '-121,"Invalid character in number"'
NO_ERROR = '0,"No error"'


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("0.5", "5.000000E-01"),
        ("+5e-3", "5.000000E-03"),
        (".5E0", "5.000000E-01"),
        ("-1.", "-1.000000E+00"),
        ("1 e-1", "1.000000E-01"),
        ("5 MA", "5.000000E-03"),
        ("5ma", "5.000000E-03"),
        ("250 UA", "2.500000E-04"),
        ("3nA", "3.000000E-09"),
        ("0.001 KA", "1.000000E+00"),
        ("1A", "1.000000E+00"),
        ("1.05", "1.050000E+00"),
        ("MIN", "-1.050000E+00"),
        ("maximum", "1.050000E+00"),
        ("DEF", "0.000000E+00"),
    ],
)
def test_numbers(meter, text, reply):
    assert meter.execute(f":SOUR:CURR {text};CURR?") == reply
    assert meter.execute(":SYST:ERR?") == NO_ERROR


def test_a_suffix_scales_in_decimal(meter):
    meter.execute(":SOUR:CURR 1.1 MA")
    assert meter.source.level == 1.1e-3  # 1.1 * 1e-3 would be 0.0011000000000000001


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        (":SOUR:CURR? MIN", "-1.050000E+00"),
        (":SOUR:CURR? MAXimum", "1.050000E+00"),
        (":SOUR:CURR? DEF", "0.000000E+00"),
        (":TRIG:COUN? MAX", "2500"),
        (":TRIG:COUN? default", "1"),
        ("CURR:NPLC? MIN;NPLC? MAX", "0.01;10.00"),
    ],
)
def test_a_query_answers_its_bounds(meter, message, reply):
    assert meter.execute(message) == reply


def test_limits_follow_the_state(meter, error):
    assert error(":SOUR:CURR 1.05") == NO_ERROR
    meter.source.range = 0.1
    assert error(":SOUR:CURR 1.05") == OUT_OF_RANGE
    assert meter.execute(":SOUR:CURR? MAX") == "1.050000E-01"
    assert meter.execute(":SOUR:CURR MAX;CURR?") == "1.050000E-01"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (":SOUR:CURR", MISSING),
        (":SOUR:CURR 1,", MISSING),
        (":SOUR:CURR ,1", MISSING),
        ("ROUT:CHAN", MISSING),
        (":SOUR:CURR 1,2", NOT_ALLOWED),
        ("ROUT:CHAN 1,2,3", NOT_ALLOWED),
        ("*CLS 1", NOT_ALLOWED),
        (":SOUR:CURR? 1", NOT_ALLOWED),
        (":SOUR:CURR? MIN,MAX", NOT_ALLOWED),
        (":FORM:ELEM? MIN", NOT_ALLOWED),
        ("READ? MAX", NOT_ALLOWED),
        (":SOUR:CURR 'x'", DATA_TYPE),
        (":SOUR:CURR FAST", DATA_TYPE),
        (":SOUR:CURR INF", DATA_TYPE),
        (":SOUR:CURR (@1)", DATA_TYPE),
        (":SOUR:CURR 2", OUT_OF_RANGE),
        (":SOUR:CURR -1.0501", OUT_OF_RANGE),
        (":SOUR:CURR 1e400", OUT_OF_RANGE),
        (":SOUR:CURR 1E99999", '-123,"Exponent too large"'),
        (":SOUR:CURR 1E" + "9" * 5000, '-123,"Exponent too large"'),
        (":SOUR:CURR " + "9" * 5000, OUT_OF_RANGE),
        (":TRIG:COUN #H" + "F" * 5000, BAD_CHARACTER),
        (":SOUR:CURR 5 MV", INVALID_SUFFIX),
        (":SOUR:CURR 5 X", INVALID_SUFFIX),
        ("CURR:NPLC 5 S", NO_SUFFIX_ALLOWED),
        (":SOUR:CURR 1.2.3", BAD_CHARACTER),
        (":SOUR:CURR +-1", BAD_CHARACTER),
        (":SOUR:CURR 5_0", BAD_CHARACTER),
        (":SOUR:CURR 1 2", BAD_CHARACTER),
        (":TRIG:COUN 0", OUT_OF_RANGE),
        (":TRIG:COUN 2501", OUT_OF_RANGE),
        (":TRIG:COUN #HZZ", BAD_CHARACTER),
        (":TRIG:COUN #X1", DATA_TYPE),
        (":SYST:AZER 'ON'", DATA_TYPE),
        (":SYST:AZER MAYBE", INVALID_WORD),
        (":SYST:AZER 1_0", DATA_TYPE),
        (":SYST:AZER nan", INVALID_WORD),
        (":SOUR:FUNC FOO", INVALID_WORD),
        (":SOUR:FUNC VOLTA", INVALID_WORD),
        (":SOUR:FUNC 1", DATA_TYPE),
        (":SOUR:FUNC 'VOLT'", DATA_TYPE),
        (":FORM:ELEM VOLT,FOO", INVALID_WORD),
        (":FORM:ELEM 'VOLT'", DATA_TYPE),
        (":SENS:FUNC VOLT", DATA_TYPE),
        (":SENS:FUNC 'FOO'", INVALID_WORD),
        (":DISP:TEXT HELLO", DATA_TYPE),
        (":DISP:TEXT 'a'b", DATA_TYPE),
        (":DISP:TEXT 'longer than twelve'", '-223,"Too much data"'),
        (":DISP:TEXT 'open", '-151,"Invalid string data"'),
        (":SOUR:LIST:CURR 0,0.5,1,0.5", '-223,"Too much data"'),
        (":SOUR:LIST:CURR 0,5", OUT_OF_RANGE),
        ("LIM? MAX", '-224,"Illegal parameter value"'),
        (":LIM DEF", '-224,"Illegal parameter value"'),
    ],
)
def test_what_is_refused(error, meter, message, expected):
    before = vars(meter.source).copy()
    assert error(message) == expected
    assert vars(meter.source) == before


def test_no_value_is_set_where_the_parameter_is_refused(meter):
    meter.execute(":SOUR:CURR 0.5;:SOUR:CURR 7")
    assert meter.source.level == 0.5


@pytest.mark.parametrize(
    ("text", "value"), [("INF", math.inf), ("NINF", -math.inf), ("infinity", math.inf), ("1e30", 1e30)]
)
def test_infinity_where_it_is_allowed(meter, text, value):
    meter.execute(f"LIM {text}")
    assert meter.log == [value]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("ON", "1"),
        ("off", "0"),
        ("1", "1"),
        ("0", "0"),
        ("0.4", "0"),
        ("-0.5", "0"),
        ("7", "1"),
        ("1e0", "1"),
    ],
)
def test_booleans(meter, text, reply):
    assert meter.execute(f":SYST:AZER {text};AZER?") == reply


@pytest.mark.parametrize(("text", "reply"), [("VOLT", "VOLT"), ("CURRENT", "CURR"), ("memory", "MEM")])
def test_words_are_replied_in_short_form(meter, text, reply):
    assert meter.execute(f":SOUR:FUNC {text};FUNC?") == reply


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("11.6", 12), ("2.5", 3), ("#H1F", 31), ("#b101", 5), ("#Q17", 15), ("1E2", 100)],
)
def test_whole_numbers_are_rounded_and_read_in_other_bases(meter, text, value):
    assert meter.execute(f":TRIG:COUN {text};COUN?") == str(value)


def test_lists_of_names(meter):
    assert meter.execute("FORM:ELEM VOLTage, curr ,STAT;ELEM?") == "VOLT,CURR,STAT"
    assert meter.source.elements == ("VOLT", "CURR", "STAT")
    assert meter.execute("""SENS:FUNC "VOLT",'CURR:DC';FUNC?""") == '"VOLT:DC","CURR:DC"'


def test_lists_of_numbers(meter):
    assert meter.execute(":SOUR:LIST:CURR 0, 5e-1,MAX;CURR?") == "0.000000E+00,5.000000E-01,1.000000E+00"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("'a;b,c'", "a;b,c"),
        ('"it\'s"', "it's"),
        ('"a""b"', 'a"b'),
        ("'a''b'", "a'b"),
        ("''", ""),
        ("':*?#('", ":*?#("),
    ],
)
def test_strings_may_hold_separators_and_quotes(meter, sent, text):
    reply = meter.execute(f":DISP:TEXT {sent};TEXT?")
    assert meter.source.text == text
    assert reply == '"' + text.replace('"', '""') + '"'


def test_an_optional_parameter(meter):
    assert meter.execute("ROUT:CHAN? BLUE;CHAN?") == "1,1,BLUE;1,1,none".replace("BLUE", "B")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_repr_of_every_float_is_read_back_exactly(value):
    number = Number(None, None)
    assert number.resolve(number.parse(repr(value)), None) == value


@given(
    st.floats(min_value=-1e6, max_value=1e6), st.floats(min_value=-1e6, max_value=1e6), st.floats(-2e6, 2e6)
)
def test_a_number_passes_exactly_if_it_is_between_the_limits(one, other, value):
    low, high = sorted((one, other))
    number = Number(low, high)
    if low <= value <= high:
        assert number.resolve(number.parse(repr(value)), None) == value
    else:
        with pytest.raises(ScpiError) as caught:
            number.resolve(number.parse(repr(value)), None)
        assert caught.value.code == -222


@given(st.text(max_size=20))
def test_no_text_makes_a_parameter_fail_otherwise_than_by_an_scpi_error(text):
    kinds = [
        Number(-1.0, 1.0, 0.0, unit="V", infinity=True),
        Integer(0, 255),
        Boolean(),
        Choice("VOLTage[:DC]", "ON"),
        Text(5),
        NameList("A", "BEta", quoted=True),
        Repeated(Number(0.0, 1.0), 2),
    ]
    codes = set()
    for kind in kinds:
        try:
            kind.parse(text)
        except ScpiError as refused:
            codes.add(refused.code)
    assert codes <= {-104, -121, -123, -131, -138, -141, -151, -223}


def test_a_word_that_could_be_two_is_refused_when_declared():
    with pytest.raises(ValueError, match="several"):
        Choice("VOLTage", "VOLTime")


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("OHM", "2 MOHM", 2e6),
        ("HZ", "1mhz", 1e6),
        ("V", "2 MAV", 2e6),
        ("S", "5US", 5e-6),
        ("W", "3 PW", 3e-12),
    ],
)
def test_prefixes_depend_on_the_unit_as_488_2_says(unit, text, value):
    number = Number(None, None, unit=unit)
    assert number.resolve(number.parse(text), None) == value


def test_infinite_values_are_written_as_9_9e37():
    assert Number(None, None).format(math.inf) == "+9.900000E+37"
    assert Number(None, None).format(-math.inf) == "-9.900000E+37"
