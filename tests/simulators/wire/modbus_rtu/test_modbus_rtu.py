"""The slave's side of Modbus RTU: the vendor's frames, framing by silence, several units, broadcast."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU

from bench.core.clock import VirtualClock
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.modbus_rtu import Bus, ExceptionReply, RegisterUnit, RtuFraming
from simulators.wire.modbus_rtu.crc import checksum, is_whole
from simulators.wire.port import Port

BYTE_s = 10 / 9600
SILENCE_s = 3.5 * BYTE_s


class Words:
    """Registers with nothing behind them; 500 is refused."""

    def __init__(self, **words):
        self.words = {int(key[1:]): value for key, value in words.items()}
        self.writes = []

    def read(self, address, count):
        return [self.words.get(number, 0) for number in range(address, address + count)]

    def write(self, address, words):
        if address == 500:
            raise ExceptionReply(3)
        self.writes.append((address, tuple(words)))
        self.words.update(enumerate(words, address))

    def write_one(self, address, word):
        if address == 500:
            raise ExceptionReply(2)
        self.write(address, (word,))

    def read_bits(self, address, count):
        return [number in (2, 10) for number in range(address, address + count)]

    def write_bit(self, address, on):
        self.writes.append((address, on))

    def fast_status(self):
        return 0x30


class Unit(RegisterUnit):
    """Always listening."""

    def is_listening(self):
        return True


class Line:
    """Some units behind one port."""

    def __init__(self, silence_s=SILENCE_s, **units):
        self.clock = VirtualClock()
        self.registers = {int(key[1:]): registers for key, registers in units.items()}
        self.framing = RtuFraming(silence_s)
        bus = Bus(self.clock, {key: Unit(registers) for key, registers in self.registers.items()})
        self.port = Port(bus, self.clock, name="line", framing=self.framing, seconds_per_byte=BYTE_s)

    def say(self, text, wait_s=0.1):
        frame = bytes.fromhex(text)
        self.port.feed(frame)
        self.clock.sleep(wait_s)
        return self.port.take(300)[0].hex(" ").upper()

    def seal(self, text):
        frame = bytes.fromhex(text)
        return (frame + checksum(frame)).hex()


@pytest.fixture
def line():
    return Line(u2=Words(w1=0x12, w2=0x16))


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("02 03 00 01 00 02 95 F8", "02 03 04 00 12 00 16 E8 F8"),  # HA026230, 3.14, integer resolution
        ("02 06 00 02 00 FA A8 7A", "02 06 00 02 00 FA A8 7A"),  # 3.17, set-point 25.0
        ("02 07 41 12", "02 07 30 D2 24"),  # 3.18
        ("02 08 00 00 12 34 ED 4F", "02 08 00 00 12 34 ED 4F"),  # 3.18, loop-back
        (
            "02 10 00 A4 00 03 06 00 7B 00 96 00 FA 20 71",
            "02 10 00 A4 00 03 C1 D8",
        ),  # 3.19, misprint corrected
    ],
)
def test_the_vendors_examples(line, request_, reply):
    assert line.say(request_) == reply


def test_the_vendors_example_of_bits():
    line = Line(u19=Words())
    assert line.say("13 01 00 02 00 0E 1F 7C") == "13 01 02 01 01 C1 AF"  # 3.13


def test_the_vendors_misprints_are_misprints():
    assert not is_whole(bytes.fromhex("02 10 00 A4 00 03 06 01 7B 03 96 00 FA 20 71"))  # 3.19 as printed
    assert checksum(bytes.fromhex("02 03 04 00 B7 00 D8")).hex() == "794f"  # 18.3 in 3.14, printed as B2
    assert is_whole(bytes.fromhex("02 03 04 00 B2 00 D8 69 4E"))


@given(st.binary(min_size=2, max_size=254))
def test_the_checksum_is_pymodbuss(data):
    assert checksum(data) == FramerRTU.compute_CRC(data).to_bytes(2, "big")


def test_exceptions_and_silence(line):
    assert line.say(line.seal("02 10 01F4 0001 02 0000"))[3:8] == "90 03"
    assert line.say(line.seal("02 06 01F4 0000"))[3:8] == "86 02"
    assert line.say(line.seal("02 03 0000 007E"))[3:8] == "83 03", "126 words"
    assert line.say("02 03 00 01 00 02 95 F9") == "", "a bad checksum"
    assert line.say(line.seal("02 2B 0E 01 00")) == "", "an unknown function: no exception 1 from this maker"
    assert line.say(line.seal("03 03 0001 0001")) == "", "somebody else's address"
    assert line.say(line.seal("02 10 0005 0002 02 0001")) == "", "a count that contradicts itself"
    assert line.say("02 03 00 01 00 02 95 F8") != "", "and it still talks"


def test_several_units_answer_for_themselves():
    line = Line(u1=Words(w7=1), u2=Words(w7=2))
    assert line.say(line.seal("01 03 0007 0001")).startswith("01 03 02 00 01")
    assert line.say(line.seal("02 03 0007 0001")).startswith("02 03 02 00 02")


def test_addresses_on_a_line_are_different_and_sensible():
    bus = Line(u1=Words()).port.device
    with pytest.raises(ValueError, match="another slave"):
        bus.add(1, Unit(Words()))
    for address in (0, 255):
        with pytest.raises(ValueError, match="1 to 254"):
            bus.add(address, Unit(Words()))
    bus.add(2, Unit(Words()))
    assert set(bus.units) == {1, 2}


def test_a_broadcast_reaches_all_answers_nothing_and_needs_its_wait():
    line = Line(u1=Words(), u2=Words())
    assert line.say(line.seal("00 06 0018 0007"), wait_s=SILENCE_s * 1.1) == ""
    assert [one.writes for one in line.registers.values()] == [[(0x18, (7,))]] * 2
    assert line.say(line.seal("00 06 0018 0008"), wait_s=0.1) == "", "too early: lost"
    assert line.registers[1].writes == [(0x18, (7,))]
    line.say(line.seal("00 06 0018 0008"))
    assert line.registers[1].writes[-1] == (0x18, (8,))
    assert line.say(line.seal("00 03 0001 0001")) == "", "nothing can be read so"


def test_without_silence_frames_run_into_each_other(line):
    line.port.feed(bytes.fromhex("02 03 00 01 00 02 95 F8"))
    line.port.feed(bytes.fromhex("02 07 41 12"))
    line.clock.sleep(0.1)
    assert line.port.take(300)[0][1] == 3
    assert line.port.take(300)[0] == b""
    assert line.framing.collisions == 1


def test_a_request_on_top_of_a_reply_is_lost(line):
    line.port.feed(bytes.fromhex("02 03 00 01 00 02 95 F8"))
    line.clock.sleep(5e-3)
    assert line.say("02 07 41 12", wait_s=0.2).startswith("02 03")
    assert line.port.take(300)[0] == b""


def test_a_frame_in_two_pieces(line):
    line.port.feed(bytes.fromhex("02 03 00"))
    line.clock.sleep(SILENCE_s / 2)
    assert line.say("01 00 02 95 F8").startswith("02 03 04")
    line.port.feed(bytes.fromhex("02 03 00"))
    line.clock.sleep(SILENCE_s * 1.1)
    assert line.say("01 00 02 95 F8") == "", "too long a pause ends a frame"
    assert line.say("02 07 41 12") != ""


def test_a_gateway_takes_a_stream():
    line = Line(silence_s=0.0, u2=Words(w1=0x12, w2=0x16))
    line.port.feed(bytes.fromhex("02 03 00 01 00 02 95 F8 02 07 41 12"))
    line.clock.sleep(0.2)
    assert [line.port.take(300)[0][1] for _ in range(2)] == [3, 7]


@pytest.mark.parametrize("data", [b"\n", b"\r\n\x00", bytes(300), b"\x02\x10\x00\xa4\x00\x03\x06"])
def test_rubbish_is_forgotten_after_a_silence(line, data):
    line.port.feed(data)
    line.clock.sleep(0.01)
    assert line.say("02 07 41 12") == "02 07 30 D2 24"


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8))
def test_nothing_that_is_said_breaks_it(pieces):
    line = Line(u2=Words())
    for piece in pieces:
        line.port.feed(piece)
        line.clock.sleep(0.01)
    assert line.say("02 07 41 12") == "02 07 30 D2 24"


def test_faults_of_the_line(line):
    line.port.faults.add(Fault(r"^\x02\x07", wrong.flip))
    assert not is_whole(bytes.fromhex(line.say("02 07 41 12")))
    assert is_whole(bytes.fromhex(line.say("02 07 41 12")))
    line.port.faults.add(Fault(r"^\x02\x07", wrong.drop))
    assert line.say("02 07 41 12") == ""
    line.port.faults.add(Fault(r"^\x02\x07", wrong.delay(1.0)))
    assert line.say("02 07 41 12") == ""
    line.clock.sleep(1.0)
    assert line.port.take(300)[0] == bytes.fromhex("02 07 30 D2 24")


def test_a_long_stream_of_frames_loses_none():
    line = Line(silence_s=0.0, u2=Words())
    line.port.feed(bytes.fromhex("02 07 41 12") * 100)
    line.clock.sleep(5.0)
    replies = []
    while reply := line.port.take(300)[0]:
        replies.append(reply)
    assert replies == [bytes.fromhex("02 07 30 D2 24")] * 100


def test_each_connection_has_its_own_half_frames():
    line = Line(silence_s=0.0, u2=Words())
    other = line.port.another()
    line.port.feed(bytes.fromhex("02 07"))
    other.feed(bytes.fromhex("02 07 41 12"))
    line.port.feed(bytes.fromhex("41 12"))
    line.clock.sleep(0.1)
    assert other.take(300)[0] == line.port.take(300)[0] == bytes.fromhex("02 07 30 D2 24")
