"""Program messages: separators, joined replies, what happens after an error, the error queue."""

import pytest

from bench.core.clock import VirtualClock
from simulators.wire.scpi import ScpiError, ScpiInstrument, command
from simulators.wire.scpi.errors import STANDARD_ERRORS, ErrorQueue, event_bit

NO_ERROR = '0,"No error"'
UNDEFINED = '-113,"Undefined header"'


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("*IDN?", "QMS,METER,0,1"),
        ("*IDN?;*OPC?", "QMS,METER,0,1;1"),
        (" *IDN? ; *OPC? ", "QMS,METER,0,1;1"),
        ("*OPC?;;*OPC?;", "1;1"),
        ("*OPC?\r", "1"),
        ("\x00*OPC?\t\x0b", "1"),
        (":SOUR:DEL 1", None),
        ("", None),
        (";;", None),
        ("\r\n", None),
        ("FLAG?;LIM?;TRAC2:DATA?;*OPT?;*TST?", "1;-5.000000E-01;2;0;0"),
    ],
)
def test_replies_of_one_message_are_joined(meter, message, reply):
    assert meter.execute(message) == reply
    assert meter.execute(":SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT&RANG 1", -101),
        ("*IDN?é", -101),
        ("\x7f*IDN?", -101),
        ("A::B 1", -102),
        ("SOUR:", -102),
        ("::SOUR:CURR 1", -102),
        ("1SOUR 1", -102),
        ("**RST", -102),
        ("?", -102),
        (":SOUR:CURR (1", -102),
        (":SOUR:CURR 1)", -102),
        ("*IDN?*OPC?", -111),
        ("SENS:FUNC'VOLT'", -111),
        ("SOUR:CURR,5", -111),
        ("SOURCECURRENT 1", -112),
        (":DISP:TEXT 'a", -151),
    ],
)
def test_messages_that_cannot_be_read(error, message, code):
    assert error(message) == f'{code},"{STANDARD_ERRORS[code]}"'


@pytest.mark.parametrize("middle", ["FOO", ":SOUR:CURR", ":SOUR:CURR 9", "SETT?", "ODD?", "*ESE 256"])
def test_what_follows_a_refused_unit_is_discarded(meter, middle):
    assert meter.execute(f"*OPC?;{middle};:SOUR:DEL 3;:*IDN?") == "1"
    assert meter.source.delay == 0.0
    assert meter.error_count == 1


def test_an_instrument_may_go_on_after_an_execution_error(clock):
    class Tolerant(ScpiInstrument):
        goes_on_after_execution_error = True

        @command("REFuse")
        def refuse(self):
            raise ScpiError(-221)

    tolerant = Tolerant(clock, name="t", identity="x")
    assert tolerant.execute("REF;*OPC?;*ESE 999;*OPC?;FOO;*OPC?") == "1;1"
    assert tolerant.execute("SYST:ERR:CODE:ALL?") == "-221,-222,-113"


def test_a_reported_error_does_not_end_the_message_and_may_leave_no_reply(meter):
    assert meter.execute("SIL?;*OPC?") == "1"
    assert meter.execute("SIL?") is None
    assert meter.execute(":SYST:ERR?") == '+802,"OUTPUT blocked by output off"'


def test_an_error_of_the_makers_own(meter):
    assert meter.execute("ODD?") is None
    assert meter.execute(":SYST:ERR?") == '+900,"Odd failure"'


def test_an_unknown_code_needs_a_text():
    with pytest.raises(KeyError):
        ScpiError(+802)


def test_an_error_of_python_in_a_command_is_a_bug_and_stays_one(clock):
    class Broken(ScpiInstrument):
        @command("BREak?")
        def broken(self):
            raise ValueError("a bug in the simulator")

    with pytest.raises(ValueError, match="a bug"):
        Broken(clock, name="b", identity="x").execute("BRE?")


def test_repeating_a_message_that_fails_fails_again(meter):
    for _ in range(3):
        meter.execute("FOO 1")
    assert meter.execute(":SYST:ERR:COUN?") == "3"


def test_more_messages_than_are_remembered(meter):
    for number in range(5000):
        meter.execute(f":SOUR:DEL {number / 1000}")
    assert meter.execute(":SOUR:DEL?") == "4.99900"
    assert meter.error_count == 0


# -- the error queue ----------------------------------------------------------------------------------------


def test_the_queue_is_first_in_first_out(meter):
    meter.execute("FOO")
    meter.execute(":SOUR:CURR 9")
    assert meter.execute("SYST:ERR?;:STAT:QUE?;:SYST:ERR:NEXT?") == (
        '-113,"Undefined header";-222,"Parameter data out of range";0,"No error"'
    )


def test_a_full_queue_says_so_in_its_last_entry(meter):
    for _ in range(13):
        meter.execute("FOO")
    assert meter.execute("SYST:ERR:COUN?") == "10"
    assert meter.execute("SYST:ERR:CODE:ALL?") == ",".join(["-113"] * 9 + ["-350"])
    assert meter.execute("SYST:ERR?") == NO_ERROR


def test_the_capacity_is_the_instruments(clock):
    small = ScpiInstrument(clock, name="s", identity="x", error_capacity=2)
    for _ in range(3):
        small.execute("FOO")
    assert small.execute("SYST:ERR:ALL?") == '-113,"Undefined header",-350,"Queue overflow"'
    with pytest.raises(ValueError, match="cannot report its own overflow"):
        ErrorQueue(1)


def test_codes_alone(meter):
    assert meter.execute("SYST:ERR:CODE?") == "0"
    assert meter.execute("SYST:ERR:CODE:ALL?") == "0"
    assert meter.execute("SYST:ERR:ALL?") == NO_ERROR
    meter.execute("SIL?")
    meter.execute("FOO")
    assert meter.execute("SYST:ERR:CODE:NEXT?") == "+802"
    assert meter.execute("SYST:ERR:CODE:ALL?") == "-113"


@pytest.mark.parametrize("message", [":SYST:CLE", ":STAT:QUE:CLE", "*CLS"])
def test_emptying_the_queue(meter, message):
    meter.execute("FOO")
    meter.execute(message)
    assert meter.execute("SYST:ERR?") == NO_ERROR


@pytest.mark.parametrize(
    ("code", "bit"),
    [
        (-100, 32),
        (-199, 32),
        (-200, 16),
        (-222, 16),
        (-350, 8),
        (-363, 8),
        (802, 8),
        (-410, 4),
        (-420, 4),
        (-500, 8),
    ],
)
def test_the_class_of_an_error_sets_its_bit(code, bit):
    assert event_bit(code) == bit


@pytest.mark.parametrize(
    ("happens", "code", "bit"), [("interrupted", -410, 4), ("unterminated", -420, 4), ("overrun", -363, 8)]
)
def test_protocol_errors(meter, happens, code, bit):
    meter.execute("*CLS")
    getattr(meter, happens)()
    assert meter.execute("*ESR?;:SYST:ERR?") == f'{bit};{code},"{STANDARD_ERRORS[code]}"'


def test_rst_restores_settings_and_leaves_status_alone(meter):
    meter.execute(":SOUR:DEL 3;:FORM:ELEM TIME;*ESE 5;:STAT:MEAS:ENAB 7;FOO")
    meter.execute("*RST")
    assert meter.execute(":SOUR:DEL?;:FORM:ELEM?;*ESE?;:STAT:MEAS:ENAB?") == "0.00000;VOLT,CURR;5;7"
    assert meter.error_count == 1


def test_a_refused_change_leaves_the_old_value(meter):
    meter.execute(":SOUR:CURR 1.05;:SYST:RSEN ON")
    assert meter.execute(":SYST:RSEN?;:SYST:ERR?") == '0;-221,"Settings conflict"'
    meter.execute(":SOUR:CURR 0.5;:SYST:RSEN ON")
    assert meter.execute(":SYST:RSEN?") == "1"


def test_settings_are_plain_values_in_python(meter):
    meter.source.nplc = 10
    assert meter.execute("CURR:NPLC?") == "10.00"
    meter.execute("CURR:NPLC 2")
    assert meter.source.nplc == 2.0


def test_two_instruments_share_nothing():
    clock = VirtualClock()
    one, two = (ScpiInstrument(clock, name=n, identity=n) for n in ("one", "two"))
    one.execute("*ESE 7;FOO")
    assert two.execute("*IDN?;*ESE?;:SYST:ERR?") == f"two;0;{NO_ERROR}"
