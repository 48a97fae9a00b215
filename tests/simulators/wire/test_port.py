"""Bytes into a port and out of it: terminators, time, message exchange, buffers, the plug."""

import pytest

from bench.core.clock import VirtualClock
from simulators.wire.device import TimedDevice
from simulators.wire.port import INPUT_LIMIT, DisconnectedError, Port
from simulators.wire.scpi import ScpiInstrument, command


class Meter(ScpiInstrument):
    @command("READ?")
    def read(self):
        self.spend(0.1)
        return 1.25

    @command("WAIT")
    def settle(self):
        self.spend(1.0)


class Echo(TimedDevice):
    """A plain line protocol without status."""

    def __init__(self, clock):
        super().__init__(clock)
        self.heard = []

    def execute(self, message):
        self.begin()
        self.heard.append(message)
        self.spend(0.01)
        self.finish()
        return message.upper() if message.endswith("?") else None


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def meter(clock):
    return Meter(clock, name="meter", identity="QMS,METER,0,1")


@pytest.fixture
def port(meter, clock):
    return Port(meter, clock, name="meter")


def said(port):
    return port.take(10_000)[0]


def test_a_message_and_its_reply(port):
    port.feed(b"*IDN?\n")
    assert port.take(10_000) == (b"QMS,METER,0,1\n", True, False)
    assert port.take(10_000) == (b"", False, False)


@pytest.mark.parametrize(
    "pieces", [[b"*I", b"DN?", b"\n"], [b"*IDN?\r\n"], [b"\n\r\n*IDN?\n"], [b"*CLS\n*IDN?\n"]]
)
def test_messages_are_put_together_from_pieces(port, pieces):
    for piece in pieces:
        port.feed(piece)
    assert said(port) == b"QMS,METER,0,1\n"
    assert port.available_at is None


def test_end_terminates_a_message(port):
    port.feed(b"*ID")
    port.feed(b"N?", end=True)
    assert said(port) == b"QMS,METER,0,1\n"


def test_end_after_a_terminator_is_no_second_message(port, meter):
    port.feed(b"*IDN?\n", end=True)
    port.feed(b"", end=True)
    port.feed(b"\r\n", end=True)
    assert said(port) == b"QMS,METER,0,1\n"
    assert meter.error_count == 0


def test_terminators_are_the_ports(clock):
    echo = Echo(clock)
    port = Port(echo, clock, name="echo", input_terminator=b"\r", output_terminator=b"\r\n")
    port.has_message_exchange = False
    port.feed(b"a?\rb?\r")
    clock.sleep(1)
    assert said(port) + said(port) == b"A?\r\nB?\r\n"
    assert echo.heard == ["a?", "b?"]
    with pytest.raises(ValueError, match="empty input terminator"):
        Port(echo, clock, name="echo", input_terminator=b"")


def test_every_byte_reaches_a_plain_device(clock):
    echo = Echo(clock)
    Port(echo, clock, name="echo").feed(bytes(range(14, 256)) + b"\n")
    assert echo.heard == [bytes(range(14, 256)).decode("latin-1")]


def test_a_reply_is_there_when_the_instrument_has_finished(port, clock):
    port.latency_s = 0.005
    port.feed(b"READ?\n")
    assert port.available_at == pytest.approx(0.105)
    assert said(port) == b""
    clock.sleep(0.104)
    assert said(port) == b""
    assert port.bytes_waiting == 0
    clock.sleep(0.002)
    assert port.bytes_waiting == 13
    assert said(port) == b"1.250000E+00\n"


def test_a_busy_instrument_answers_later(port, clock):
    port.feed(b"WAIT\n")
    port.feed(b"READ?\n")
    assert port.available_at == pytest.approx(1.1)
    clock.sleep(5)
    port.clear()
    port.feed(b"READ?\n")
    assert port.available_at == pytest.approx(5.1)


def test_a_slow_line_delays_by_length(meter, clock):
    port = Port(meter, clock, name="meter", seconds_per_byte=0.001)
    port.feed(b"*IDN?\n")
    assert port.available_at == pytest.approx(0.014)


def test_reading_in_chunks_and_up_to_a_byte(port):
    port.feed(b"*IDN?\n")
    assert port.take(4) == (b"QMS,", False, False)
    assert port.bytes_waiting == 10
    assert port.take(100, stop=ord(",")) == (b"METER,", False, True)
    assert port.take(2) == (b"0,", False, False)
    assert port.take(2) == (b"1\n", True, False)
    assert port.take(2) == (b"", False, False)


def test_the_terminator_may_be_the_byte_to_stop_at(port):
    port.feed(b"*IDN?\n")
    assert port.take(100, stop=10) == (b"QMS,METER,0,1\n", True, True)


# -- message exchange ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "reply"), [(b"*OPC?\n", b"1\n"), (b":SYST:FOO\n", b""), (b"*ESE 0\n", b"")]
)
def test_a_new_message_interrupts_an_unread_reply(port, meter, later, reply):
    meter.execute("*CLS")
    port.feed(b"*IDN?\n")
    port.feed(later)
    assert said(port) == reply  # never the identity
    assert meter.execute("SYST:ERR?") == '-410,"Query INTERRUPTED"'
    assert int(meter.execute("*ESR?")) & 4


def test_a_partly_read_reply_is_interrupted_too(port, meter):
    port.feed(b"*IDN?\n")
    port.take(3)
    port.feed(b"*OPC?\n")
    assert said(port) == b"1\n"
    assert meter.execute("SYST:ERR?") == '-410,"Query INTERRUPTED"'


def test_a_reply_still_on_its_way_is_interrupted(port, meter, clock):
    port.feed(b"READ?\n")
    port.feed(b"*OPC?\n")
    clock.sleep(1)
    assert said(port) == b"1\n"
    assert meter.execute("SYST:ERR?") == '-410,"Query INTERRUPTED"'


def test_a_trigger_interrupts_as_well(port, meter):
    port.feed(b"*IDN?\n")
    port.trigger()
    assert said(port) == b""
    assert meter.execute("SYST:ERR:CODE:ALL?") == "-410,-211"


def test_half_a_message_interrupts_nothing(port, meter):
    port.feed(b"*IDN?\n")
    port.feed(b"*OP")
    assert said(port) == b"QMS,METER,0,1\n"
    assert meter.error_count == 0


def test_a_serial_line_queues_replies(port, meter):
    port.has_message_exchange = False
    port.feed(b"*IDN?\n*OPC?\n")
    assert (said(port), said(port)) == (b"QMS,METER,0,1\n", b"1\n")
    port.read_empty()
    assert meter.error_count == 0


def test_reading_without_a_query(port, meter):
    port.read_empty()
    assert meter.execute("SYST:ERR?") == '-420,"Query UNTERMINATED"'


def test_reading_while_the_reply_is_on_its_way_is_no_error(port, meter):
    port.feed(b"READ?\n")
    port.read_empty()
    assert meter.error_count == 0


def test_the_status_byte_sees_the_reply_when_it_is_there(port, clock):
    port.feed(b"*SRE 16;READ?\n")
    assert port.serial_poll() == 0
    clock.sleep(0.1)
    assert port.serial_poll() == 0x50
    assert said(port) == b"1.250000E+00\n"
    assert port.serial_poll() == 0


# -- buffers and the plug -----------------------------------------------------------------------------------


def test_clear_empties_both_buffers_and_frees_the_instrument(port, meter, clock):
    port.feed(b"WAIT;READ?\n*ID")
    port.clear()
    assert meter.busy_until == clock.now()
    port.feed(b"*OPC?\n")
    assert said(port) == b"1\n"
    assert meter.error_count == 0


def test_discarding_output_spares_what_is_not_there_yet(port, clock):
    port.has_message_exchange = False
    port.feed(b"*OPC?\nREAD?\n")
    port.discard_output()
    clock.sleep(1)
    assert said(port) == b"1.250000E+00\n"


def test_discarding_only_what_was_begun(port):
    port.feed(b"*IDN?\n")
    port.discard_output(only_begun=True)
    port.take(3)
    port.discard_output(only_begun=True)
    assert port.available_at is None
    port.feed(b"*IDN?\n")
    port.discard_output(only_begun=True)
    assert said(port) == b"QMS,METER,0,1\n"


def test_discarding_input(port, meter):
    port.feed(b"FO")
    port.discard_input()
    port.feed(b"*OPC?\n")
    assert said(port) == b"1\n"
    assert meter.error_count == 0


def test_endless_input_is_an_overrun(port, meter):
    port.feed(b"x" * INPUT_LIMIT)
    assert meter.error_count == 0
    port.feed(b"x")
    assert meter.execute("SYST:ERR?") == '-363,"Input buffer overrun"'
    port.feed(b"*OPC?\n")
    assert said(port) == b"1\n"


def test_the_plug(port):
    port.feed(b"*IDN?\n")
    port.disconnect()
    assert not port.connected
    assert port.take(99) == (b"", False, False)
    for access in (lambda: port.feed(b"*OPC?\n"), port.trigger, port.clear, port.serial_poll):
        with pytest.raises(DisconnectedError, match="port meter: the plug is out"):
            access()
    port.read_empty()
    port.reconnect()
    assert port.take(99) == (b"", False, False)
    port.feed(b"*OPC?\n")
    assert said(port) == b"1\n"


def test_waiting_ends_with_a_reply_or_when_the_time_is_up(port, clock):
    def talk():
        clock.sleep(2)
        port.feed(b"*OPC?\n")

    port.wait(1.0)
    assert clock.now() == 1.0
    clock.spawn(talk, name="talker")
    port.wait(None)
    assert clock.now() == 3.0
    port.wait(10)  # a reply is there: no waiting
    assert clock.now() == 3.0


def test_waiting_ends_when_the_plug_is_pulled(port, clock):
    def pull():
        clock.sleep(2)
        port.disconnect()

    clock.spawn(pull, name="somebody")
    port.wait(60)
    assert clock.now() == 2.0
    port.wait(60)
    assert clock.now() == 2.0
