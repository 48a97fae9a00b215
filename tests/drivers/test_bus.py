"""One line for several drivers: opened once, silent in between, reopened after it was lost."""

import pytest
from pyvisa.constants import StatusCode
from pyvisa.errors import VisaIOError

from drivers import bus


class Wire:
    """An adapter that remembers."""

    def __init__(self, clock):
        self.clock, self.sent, self.flushes, self.closed, self.fault = clock, [], 0, 0, None
        self.opened = 1

    def reopen(self):
        if self.fault is not None:
            raise VisaIOError(self.fault)
        self.opened += 1

    def write(self, frame):
        if self.fault is not None:
            raise VisaIOError(self.fault)
        self.sent.append((self.clock.now(), frame))

    def read(self):
        if self.fault is not None:
            raise VisaIOError(self.fault)
        return "reply"

    def flush_read_buffer(self):
        self.flushes += 1

    def close(self):
        self.closed += 1


@pytest.fixture
def opened(clock):
    wires = []

    def opening():
        wires.append(Wire(clock))
        return wires[-1]

    def join(resource="ASRL4::INSTR"):
        return bus.join(resource, visa_library="@x", clock=clock, quiet_s=0.005, opening=opening)

    join.wires = wires
    yield join
    assert not [key for key in bus._open if key[0] == "@x"], "somebody was left on the bus"


def test_the_line_is_opened_once_and_closed_with_its_last_member(opened):
    one, other = opened(), opened("asrl4::instr")
    assert len(opened.wires) == 1
    assert one.lock is other.lock
    one.close()
    one.close()
    assert opened.wires[0].closed == 0
    assert other.read() == "reply"
    other.close()
    assert opened.wires[0].closed == 1


def test_another_line_is_another_bus(opened):
    one, other = opened(), opened("ASRL5::INSTR")
    assert len(opened.wires) == 2
    assert one.lock is not other.lock
    one.close()
    other.close()


def test_frames_keep_apart_whoever_sends_them(opened, clock):
    one, other = opened(), opened()
    one.write("a")
    one.read()
    other.write("b")
    clock.sleep(1.0)
    one.write("c")
    (first, _), (second, _), (third, _) = opened.wires[0].sent
    assert second - first == pytest.approx(0.005)
    assert third - second == pytest.approx(1.0)
    assert opened.wires[0].flushes == 3, "what came unasked is thrown away before each request"
    one.close()
    other.close()


def lose(opened, member):
    wire = opened.wires[-1]
    wire.fault = StatusCode.error_connection_lost
    with pytest.raises(VisaIOError):
        member.write("a")
    return wire


def test_a_lost_line_is_opened_anew_by_whoever_comes_next(opened):
    one, other = opened(), opened()
    wire = lose(opened, one)
    assert wire.closed == 1
    with pytest.raises(VisaIOError):
        opened()
    wire.fault = None
    again = opened()
    assert (len(opened.wires), wire.opened) == (1, 2)
    assert again.read() == "reply"
    for member in (one, other, again):
        member.close()


def test_the_others_are_told_that_the_line_was_lost_and_do_not_open_it_twice(opened):
    one, other = opened(), opened()
    wire = lose(opened, one)
    for member in (one, other):
        with pytest.raises(ConnectionError, match="was lost"):
            member.read()
    with pytest.raises(VisaIOError):
        one.reopen()
    wire.fault = None
    one.reopen()
    assert one.read() == "reply"
    with pytest.raises(ConnectionError, match="another instrument"):
        other.write("b")
    other.reopen()
    assert (other.read(), wire.opened) == ("reply", 2)
    other.reopen()
    assert wire.opened == 3, "asked for while nothing is known to be lost: the answers did not fit"
    one.close()
    other.close()


def test_a_member_that_has_left_gets_nothing_through_until_it_joins_again(opened):
    one, other = opened(), opened()
    one.close()
    for use in (one.read, one.device_clear, lambda: one.write("a")):
        with pytest.raises(ConnectionError, match="closed"):
            use()
    one.reopen()
    other.close()
    assert one.read() == "reply"
    assert opened.wires[0].closed == 0
    one.close()
    one.reopen()
    assert one.read() == "reply"
    assert len(opened.wires) == 1
    one.close()


def test_who_joins_again_finds_the_line_that_others_have_opened_meanwhile(opened):
    one = opened()
    one.close()
    other = opened()
    one.reopen()
    assert one.line is other.line is opened.wires[1]
    one.close()
    other.close()


def test_a_time_out_loses_nothing(opened):
    one = opened()
    opened.wires[0].fault = StatusCode.error_timeout
    with pytest.raises(VisaIOError):
        one.read()
    opened.wires[0].fault = None
    assert one.read() == "reply"
    one.close()


def test_a_line_that_cannot_be_opened_leaves_nothing_behind(clock):
    def fails():
        raise OSError("no such port")

    for _ in range(2):
        with pytest.raises(OSError, match="no such port"):
            bus.join("ASRL9::INSTR", visa_library="@x", clock=clock, quiet_s=0.0, opening=fails)
    assert not [key for key in bus._open if key[0] == "@x"]
