"""Long and short forms, optional nodes, numeric suffixes, paths."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from simulators.wire.scpi import Boolean, NameList, Number, ScpiInstrument, Setting, command
from simulators.wire.scpi.grammar import parse_header

UNDEFINED = '-113,"Undefined header"'
NO_ERROR = '0,"No error"'


@pytest.mark.parametrize(
    "header",
    [
        ":SOURce:CURRent:LEVel:IMMediate:AMPLitude",
        ":SOUR:CURR:LEV:IMM:AMPL",
        ":SOUR:CURR",
        "SOUR:CURR",
        "SOURCE:CURR",
        "SOUR:CURRENT",
        ":sour:curr:lev",
        ":Sour1:CURR:IMM",
        ":SOURCE1:CURR:AMPL",
        "\t :SOUR:CURR",
    ],
)
def test_every_spelling_reaches_the_command(meter, header):
    assert meter.execute(f"{header} 0.25;:SOUR:CURR?") == "2.500000E-01"
    assert meter.execute(f"{header}?") == "2.500000E-01"
    assert meter.execute(":SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    "header",
    [
        ":SOURC:CURR",  # between short and long
        ":SOU:CURR",
        ":SOUR:CURREN",
        ":SOUR:CURRENTS",
        ":SOUR2:CURR",  # only 1 is allowed
        ":SOUR:CURR1",
        ":SOUR",
        ":CURR",
        ":SOUR:CURR:AMPL:LEV",  # wrong order
        ":SOUR:CURR:FOO",
        ":SOUR:CURR:RANG100",  # no blank before the number (manual B-8)
        "*FOO",
        ":SYST :ERR?",  # a blank in the name (manual B-8)
    ],
)
def test_what_is_no_spelling_is_undefined(error, header):
    assert error(f"{header} 1") == UNDEFINED


def test_a_command_without_query_and_a_query_without_command_are_undefined(error):
    assert error(":SYST:BEEP?") == UNDEFINED
    assert error(":SYST:BEEP ON") == NO_ERROR
    assert error("READ") == UNDEFINED


@pytest.mark.parametrize(
    ("header", "reply"),
    [
        ("TRAC:DATA?", "1"),
        ("TRACe3:DATA?", "3"),
        ("trace1:data?", "1"),
        ("ROUT2:CHAN7?", "2,7,none"),
        ("ROUT:CHAN?", "1,1,none"),
    ],
)
def test_numeric_suffixes_are_handed_over_and_default_to_1(meter, header, reply):
    assert meter.execute(header) == reply


def test_a_suffix_out_of_range(error):
    assert error("TRAC4:DATA?") == '-114,"Header suffix out of range"'
    assert error("TRAC0:DATA?") == '-114,"Header suffix out of range"'


def test_suffixes_come_before_parameters(meter):
    meter.execute("ROUT3:CHAN2 5;:ROUT:CHAN4 1,9")
    assert meter.log == [(3, 2, 5, -1), (1, 4, 1, 9)]


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        (":SOUR:CURR 0.5;CURR?", "5.000000E-01"),  # the path is SOUR
        (":SOUR:CURR:LEV 0.5;LEV?", "5.000000E-01"),  # the path is SOUR:CURR as it was sent
        (":SOUR:CURR:LEV 0.5;:SOUR:DEL?", "0.00000"),
        (":SOUR:DEL 2;*OPC?;DEL?", "1;2.00000"),  # a common command leaves the path alone
        ("SENS:VOLT:NPLC 2;NPLC?", "2.00"),
        ("CURR:NPLC 3;NPLC?", "3.00"),  # optional root left out: the path is CURR
        (":SENS:CURR:DC:NPLC 4;NPLC?;:SENS:VOLT:NPLC?", "4.00;4.00"),
    ],
)
def test_relative_headers_continue_the_path_as_it_was_sent(meter, message, reply):
    assert meter.execute(message) == reply
    assert meter.execute(":SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    "message",
    [
        ":SOUR:CURR 0.5;SOUR:CURR?",  # would be SOUR:SOUR:CURR
        ":SOUR:CURR:LEV 0.5;CURR?",  # the path is SOUR:CURR
        ":SOUR:CURR 0.5;LEV?",  # nodes left out do not count
        ":SOUR:CURR 0.5;:CURR?",  # a colon goes back to the root
    ],
)
def test_relative_headers_that_lead_nowhere(error, message):
    assert error(message) == UNDEFINED


def test_a_colon_before_a_common_command_is_taken_and_moves_no_path(meter):
    assert meter.execute(":*ESE 4;:*ESE?") == "4"
    assert meter.execute(":SOUR:CURR:LEV 0.25;:*CLS;LEV?") == "2.500000E-01"
    assert meter.execute(":SYST:ERR?") == NO_ERROR


def test_a_relative_path_ends_with_its_message(meter):
    meter.execute(":SOUR:CURR 0.5")
    assert meter.execute("CURR?") is None


@given(st.data())
def test_case_never_matters(data):
    meter = ScpiInstrument(VirtualClock(), name="m", identity="QMS,METER,0,1")
    message = data.draw(
        st.sampled_from(["*IDN?", "syst:err?", "STAT:QUES:ENAB 5;ENAB?", "*ESE 3;*ESE?", "status:preset"])
    )
    upper = data.draw(st.lists(st.booleans(), min_size=len(message), max_size=len(message)))
    mixed = "".join(c.upper() if up else c.lower() for c, up in zip(message, upper, strict=True))
    assert meter.execute(mixed) == meter.execute(message)
    assert meter.error_count == 0


@given(st.lists(st.booleans(), min_size=4, max_size=4), st.lists(st.booleans(), min_size=5, max_size=5))
def test_all_variants_of_a_pattern_are_the_same_command(kept, long_forms):
    header = parse_header("SOURce[:CURRent][:LEVel][:IMMediate][:AMPLitude]")
    nodes = [node for node, keep in zip(header.nodes, [True, *kept], strict=True) if keep]
    words = [node.long if long else node.short for node, long in zip(nodes, long_forms, strict=False)]

    class One(ScpiInstrument):
        @command("SOURce[:CURRent][:LEVel][:IMMediate][:AMPLitude]?")
        def one(self):
            return "here"

    assert One(VirtualClock(), name="one", identity="x").execute(":".join(words) + "?") == "here"


def test_the_variants_of_a_pattern():
    header = parse_header("[:SENSe[1]]:FUNCtion[:ON]")
    spelled = {
        ":".join(words)
        for variant in header.variants
        for words in itertools.product(*(n.spellings for n in variant))
    }
    assert spelled == {
        f"{root}{name}{tail}"
        for root in ("", "SENS:", "SENSE:", "SENS1:", "SENSE1:")
        for name in ("FUNC", "FUNCTION")
        for tail in ("", ":ON")
    }
    assert header.canonical == "SENS:FUNC:ON"


@pytest.mark.parametrize(
    "pattern", ["", "?", "source", "[:SOURce", "SOURce]", "SOUR ce", "SOURce##", "SOURce[2]"]
)
def test_patterns_outside_the_notation_are_refused(pattern):
    with pytest.raises(ValueError, match="header pattern"):
        parse_header(pattern)


def test_the_same_header_twice_is_refused():
    class Twice(ScpiInstrument):
        a = Setting("SOURce:DELay", Number(0, 1), 0.0)

        @command("SOURce:DELay?")
        def b(self):
            return 0

    with pytest.raises(ValueError, match="SOUR:DEL\\? is declared twice"):
        Twice(VirtualClock(), name="twice", identity="x")


def test_contradicting_spellings_are_refused():
    class Torn(ScpiInstrument):
        a = Setting("SOURce:DELay", Boolean(), False)
        b = Setting("SOURce#:LEVel", Boolean(), False)

    with pytest.raises(ValueError, match="contradict"):
        Torn(VirtualClock(), name="torn", identity="x")


def test_nothing_can_follow_a_list():
    with pytest.raises(ValueError, match="no parameter can follow"):
        command("FORMat", NameList("A"), Boolean())


def test_an_instrument_replaces_standard_commands():
    class Own(ScpiInstrument):
        @command("*IDN?")
        def who(self):
            return "me"

    assert Own(VirtualClock(), name="own", identity="x").execute("*IDN?") == "me"


def test_a_subclass_overrides_a_method_or_its_header():
    class Base(ScpiInstrument):
        @command("FIRst?")
        def first(self):
            return "base"

        @command("SECond?")
        def second(self):
            return "base"

    class Derived(Base):
        def first(self):
            return "derived"

        @command("THIRd?")
        def second(self):
            return "moved"

    derived = Derived(VirtualClock(), name="derived", identity="x")
    assert derived.execute("FIR?;THIR?") == "derived;moved"
    assert derived.execute("SEC?;:SYST:ERR?") is None
    assert derived.execute("SYST:ERR?") == UNDEFINED
