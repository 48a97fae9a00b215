"""The simulated AIBUS line: whole requests, checksums, addresses, and what is lost."""

import pytest

from bench.core.clock import VirtualClock
from simulators.wire.aibus import AibusFraming, Bus, Reply

READ_HIAL = bytes.fromhex("81 81 52 01 00 00 53 01")
SET_100 = bytes.fromhex("81 81 43 00 E8 03 2C 04")


class Unit:
    """Answers with what the description's example shows."""

    def __init__(self, listens=True):
        self.listens, self.seen = listens, []

    def is_listening(self):
        return self.listens

    def latency_s(self):
        return 0.003

    def read(self, code):
        self.seen.append(("read", code))
        return Reply(1000, 0, 0, 0x60, 0)

    def write(self, code, value):
        self.seen.append(("write", code, value))
        return Reply(-50, -1, -110, 0x70, value)


def ask(bus, frame):
    reply = bus.execute(frame.decode("latin-1"))
    return None if reply is None else reply.encode("latin-1").hex(" ").upper()


@pytest.fixture
def unit():
    return Unit()


@pytest.fixture
def line(unit):
    return Bus(VirtualClock(), {1: unit})


def test_the_frames_of_the_description(line, unit):
    assert ask(line, READ_HIAL) == "E8 03 00 00 00 60 00 00 E9 63"
    ask(line, SET_100)
    assert unit.seen == [("read", 1), ("write", 0, 1000)]


def test_negative_numbers(line, unit):
    """V = -121: checksum 0x51*256 + 0x43 - 121 + 1."""
    reply = bytes.fromhex(ask(line, bytes.fromhex("81 81 43 51 87 FF CB 50")))
    assert unit.seen == [("write", 0x51, -121)]
    assert reply[:8].hex(" ") == "ce ff ff ff 92 70 87 ff"
    words = [int.from_bytes(reply[at : at + 2], "little") for at in range(0, 10, 2)]
    assert (sum(words[:4]) + 1) & 0xFFFF == words[4]


@pytest.mark.parametrize(
    "frame",
    ["81 81 52 01 00 00 54 01", "82 82 52 01 00 00 54 01", "81 81 44 00 00 00 45 00"],
    ids=["checksum", "another address", "another command"],
)
def test_silence(line, frame):
    assert ask(line, bytes.fromhex(frame)) is None


def test_a_unit_that_is_off_is_silent():
    assert ask(Bus(VirtualClock(), {1: Unit(listens=False)}), READ_HIAL) is None


def test_an_address_that_is_none_or_taken(line):
    with pytest.raises(ValueError, match="0 to 80"):
        Bus(VirtualClock(), {81: Unit()})
    with pytest.raises(ValueError, match="has that address"):
        line.add(1, Unit())


def test_requests_are_cut_by_length_and_address():
    framing = AibusFraming()
    assert list(framing.frames(READ_HIAL + SET_100, 0.0)) == [READ_HIAL, SET_100]
    assert list(framing.frames(b"\x00\x81" + READ_HIAL[:3], 1.0)) == []
    assert list(framing.frames(READ_HIAL[3:], 1.01)) == [READ_HIAL]


def test_a_pause_spoils_a_request():
    framing = AibusFraming()
    assert list(framing.frames(READ_HIAL[:5], 0.0)) == []
    assert list(framing.frames(READ_HIAL[5:], 0.1)) == []


def test_who_does_not_wait_for_the_reply_is_not_heard():
    framing = AibusFraming()
    framing.line_busy_until(1.0)
    assert list(framing.frames(READ_HIAL, 0.9)) == []
    assert framing.collisions == 1
    assert list(framing.frames(READ_HIAL, 1.0)) == [READ_HIAL]
    other = framing.another()
    other.frames(READ_HIAL[:3], 2.0)
    other.forget()
    assert list(other.frames(READ_HIAL, 2.0)) == [READ_HIAL]
