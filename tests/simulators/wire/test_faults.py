"""Line faults by rule: what each does, when it strikes, and that the instrument cannot notice."""

import pytest

from bench.core.clock import VirtualClock
from simulators.wire.faults import (
    Fault,
    delay,
    disconnect,
    drop,
    garble,
    lose,
    over_range,
    replace,
    truncate,
)
from simulators.wire.port import DisconnectedError, Port
from simulators.wire.scpi import ScpiInstrument, Setting, Text, command


class Meter(ScpiInstrument):
    label = Setting("LABel", Text(20), "none")

    @command("READ?")
    def read(self):
        return "+1.250000E+00,+9.910000E+37, -3E-9,FRONT,12;.5;A1"


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def meter(clock):
    return Meter(clock, name="meter", identity="QMS,METER,0,1")


@pytest.fixture
def port(meter, clock):
    return Port(meter, clock, name="meter")


@pytest.fixture
def ask(port):
    def exchange(message):
        port.feed(message + b"\n")
        reply = port.take(1000)[0]
        port.discard_output()
        return reply

    return exchange


READING = b"+1.250000E+00,+9.910000E+37, -3E-9,FRONT,12;.5;A1\n"


@pytest.mark.parametrize(
    ("action", "reply"),
    [
        (drop, b""),
        (lose, b""),
        (garble, b""),
        (truncate, b"+1.250000E+00,+9.910000E"),
        (over_range, b"+9.9E37,+9.9E37, +9.9E37,FRONT,+9.9E37;+9.9E37;A1\n"),
        (replace(b"0,0"), b"0,0\n"),
    ],
)
def test_what_becomes_of_a_reply(port, ask, action, reply):
    port.faults.add(Fault("READ", action))
    struck = ask(b"READ?")
    if action is garble:
        assert struck != READING
        assert len(struck) == len(READING)
        assert struck.endswith(b"\n")
        assert not any(chr(byte).isdigit() and was == byte for byte, was in zip(struck, READING, strict=True))
    else:
        assert struck == reply
    assert ask(b"READ?") == READING  # once


def test_dropping_loses_the_reply_and_losing_the_message(port, meter, ask):
    port.faults.add(Fault("LAB", drop))
    assert ask(b"LAB 'one';LAB?") == b""
    assert meter.label == "one"
    port.faults.add(Fault("LAB", lose))
    assert ask(b"LAB 'two';LAB?") == b""
    assert meter.label == "one"


def test_a_lost_message_does_not_reach_the_error_queue(port, meter, ask):
    port.faults.add(Fault("FOO", lose))
    ask(b"FOO")
    assert meter.error_count == 0


def test_delays_add_to_the_time_of_the_instrument(port, clock):
    port.faults.add(Fault("READ", delay(1.5)))
    port.faults.add(Fault("READ", delay(0.25)))
    port.feed(b"READ?\n")
    assert port.available_at == 1.75


def test_pulling_the_plug(port, meter):
    port.faults.add(Fault("LAB", disconnect))
    port.feed(b"LAB 'one';LAB?\nLAB 'two'\n")
    assert meter.label == "one"  # what was sent first is carried out, the rest never arrives
    assert not port.connected
    with pytest.raises(DisconnectedError):
        port.feed(b"*OPC?\n")
    port.reconnect()
    port.feed(b"*OPC?\n")
    assert port.take(10)[0] == b"1\n"


def test_after_and_times(port, ask):
    fault = port.faults.add(Fault("READ", replace(b"x"), after=2, times=2))
    assert [ask(b"READ?") == READING for _ in range(6)] == [True, True, False, False, True, True]
    assert (fault.seen, fault.hits) == (6, 2)


def test_for_ever_until_removed(port, ask):
    fault = port.faults.add(Fault("READ", replace(b"x"), times=None))
    assert {ask(b"READ?") for _ in range(20)} == {b"x\n"}
    port.faults.remove(fault)
    assert ask(b"READ?") == READING
    with pytest.raises(ValueError, match="no such rule"):
        port.faults.remove(fault)


def test_the_pattern_is_searched_in_the_message(port, ask):
    port.faults.add(Fault(r"^\*ID.\?$", drop, times=None))
    assert ask(b"*IDN?") == b""
    assert ask(b"*OPC?") == b"1\n"
    assert ask(b"*OPC?;*IDN?") == b"1;QMS,METER,0,1\n"


def test_several_rules_act_in_order(port, ask):
    port.faults.add(Fault("READ", replace(b"1,2,3,4")))
    port.faults.add(Fault("READ", truncate))
    assert ask(b"READ?") == b"1,2"[:3]
    assert len(port.faults) == 2
    port.faults.clear()
    assert list(port.faults) == []


def test_equal_rules_are_two_rules(port):
    one, two = Fault("READ", drop), Fault("READ", drop)
    port.faults.add(one)
    port.faults.add(two)
    port.faults.remove(two)
    assert one in port.faults
    assert two not in port.faults


@pytest.mark.parametrize("action", [drop, garble, truncate, over_range, replace(b"x"), delay(1)])
def test_a_command_without_reply_gets_none_from_a_fault(port, meter, action):
    port.faults.add(Fault("LAB", action))
    port.feed(b"LAB 'one'\n")
    assert port.available_at is None
    assert meter.label == "one"


def test_faults_can_be_given_at_the_start(meter, clock):
    port = Port(meter, clock, name="meter", faults=[Fault("OPC", drop)])
    port.feed(b"*OPC?\n")
    assert port.available_at is None


def test_the_same_rules_do_the_same_again(clock):
    def history():
        port = Port(Meter(clock, name="m", identity="x"), clock, name="m")
        port.faults.add(Fault("READ", garble, after=1, times=3))
        port.faults.add(Fault(".", truncate, after=4, times=None))
        replies = []
        for _ in range(8):
            port.feed(b"READ?\n")
            replies.append(port.take(1000)[0])
        return replies

    assert history() == history()


def test_no_message_can_reach_the_rules(port, meter):
    port.faults.add(Fault("READ", drop, times=None))
    for message in (b"*RST\n", b"*CLS\n", b"SYST:FAUL:CLE\n", b"FAULT OFF\n"):
        port.feed(message)
    port.clear()
    port.feed(b"READ?\n")
    assert port.available_at is None
    assert meter.execute("SYST:ERR:CODE:ALL?") == "-113,-113"
