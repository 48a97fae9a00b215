"""The master's codec: vendor frames byte for byte, pymodbus as a second opinion, nothing wrong accepted."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    WriteMultipleRegistersRequest,
    WriteMultipleRegistersResponse,
    WriteSingleRegisterRequest,
)

from drivers import modbus_rtu
from drivers.modbus_rtu import Refusal, Replies
from drivers.replies import ReplyShapeError

units = st.integers(1, 247)
addresses = st.integers(0, 0xFFFF)
words = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=120)


def text(hexadecimal):
    return bytes.fromhex(hexadecimal).decode("latin-1")


def framed(pdu, unit):
    pdu.dev_id = unit
    pdu.transaction_id = 0
    return FramerRTU(DecodePDU(False)).buildFrame(pdu).decode("latin-1")


@pytest.mark.parametrize(
    ("request_", "frame"),
    [
        (modbus_rtu.read_words(2, 1, 2), "02 03 00 01 00 02 95 F8"),
        (modbus_rtu.write_word(2, 2, 250), "02 06 00 02 00 FA A8 7A"),
        (modbus_rtu.fast_status(2), "02 07 41 12"),
        (modbus_rtu.loop_back(2), "02 08 00 00 12 34 ED 4F"),
        (modbus_rtu.write_words(2, 164, [123, 150, 250]), "02 10 00 A4 00 03 06 00 7B 00 96 00 FA 20 71"),
        (modbus_rtu.write_words(1, 0x2088, [3]), "01 10 20 88 00 01 02 00 03 D9 1B"),
        (modbus_rtu.write_words(1, 0xC122, [0x437A, 0]), "01 10 C1 22 00 02 04 43 7A 00 00 19 A6"),
        (modbus_rtu.write_words(1, 0xC134, [0x0225, 0x5100]), "01 10 C1 34 00 02 04 02 25 51 00 81 3E"),
    ],
)
def test_the_vendors_frames(request_, frame):
    assert request_.frame == text(frame)


def test_the_vendors_replies():
    assert modbus_rtu.read_words(2, 1, 2).parse(text("02 03 04 00 12 00 16 E8 F8")) == (18, 22)
    assert modbus_rtu.read_words(2, 1, 2).parse(text("02 03 04 00 B7 00 D8 79 4F")) == (183, 216)
    assert modbus_rtu.fast_status(2).parse(text("02 07 30 D2 24")) == 0x30
    modbus_rtu.write_word(2, 2, 250).parse(text("02 06 00 02 00 FA A8 7A"))
    modbus_rtu.loop_back(2).parse(text("02 08 00 00 12 34 ED 4F"))
    modbus_rtu.write_words(2, 164, [123, 150, 250]).parse(text("02 10 00 A4 00 03 C1 D8"))


@given(units, addresses, words)
def test_requests_are_pymodbuss(unit, address, values):
    assume(address + len(values) <= 0x10000)
    count = len(values)
    assert modbus_rtu.read_words(unit, address, count).frame == framed(
        ReadHoldingRegistersRequest(address=address, count=count), unit
    )
    assert modbus_rtu.write_words(unit, address, values).frame == framed(
        WriteMultipleRegistersRequest(address=address, registers=values), unit
    )
    assert modbus_rtu.write_word(unit, address, values[0]).frame == framed(
        WriteSingleRegisterRequest(address=address, registers=[values[0]]), unit
    )


@given(units, addresses, words)
def test_replies_of_pymodbus_are_understood_and_measured(unit, address, values):
    assume(address + len(values) <= 0x10000)
    read = framed(ReadHoldingRegistersResponse(registers=values), unit)
    assert modbus_rtu.read_words(unit, address, len(values)).parse(read) == tuple(values)
    written = framed(WriteMultipleRegistersResponse(address=address, count=len(values)), unit)
    modbus_rtu.write_words(unit, address, values).parse(written)
    for reply in (read, written):
        raw = reply.encode("latin-1")
        assert Replies.head + Replies().rest(raw[: Replies.head]) == len(raw)


@given(units, st.integers(1, 4))
def test_exceptions_are_refusals(unit, code):
    reply = framed(ExceptionResponse(3, code), unit)
    with pytest.raises(Refusal) as caught:
        modbus_rtu.read_words(unit, 1, 2).parse(reply)
    assert caught.value.code == code
    raw = reply.encode("latin-1")
    assert Replies.head + Replies().rest(raw[: Replies.head]) == len(raw)


@given(words, st.data())
def test_one_wrong_bit_is_noticed(values, data):
    reply = bytearray(framed(ReadHoldingRegistersResponse(registers=values), 7).encode("latin-1"))
    place = data.draw(st.integers(0, 8 * len(reply) - 1))
    reply[place // 8] ^= 1 << place % 8
    with pytest.raises(ReplyShapeError):
        modbus_rtu.read_words(7, 0, len(values)).parse(reply.decode("latin-1"))


@pytest.mark.parametrize(
    "reply",
    [
        modbus_rtu.sealed(3, 3, b"\x04\0\x12\0\x16"),  # another unit
        modbus_rtu.sealed(2, 4, b"\x04\0\x12\0\x16"),  # another function
        modbus_rtu.sealed(2, 3, b"\x02\0\x12"),  # fewer words
        modbus_rtu.sealed(2, 3, b"\x04\0\x12"),  # a count that lies
        "",
        "€",
    ],
)
def test_a_reply_to_something_else_is_refused(reply):
    with pytest.raises(ReplyShapeError):
        modbus_rtu.read_words(2, 1, 2).parse(reply)


def test_an_acknowledgement_of_something_else_is_refused():
    with pytest.raises(ReplyShapeError, match="came back"):
        modbus_rtu.write_words(2, 164, [1, 2]).parse(text("02 10 00 A4 00 03 C1 D8"))


def test_too_many_words():
    with pytest.raises(ValueError, match="126"):
        modbus_rtu.read_words(1, 0, 126)


def test_the_silence_is_three_and_a_half_characters_but_never_nothing():
    assert modbus_rtu.silence_s(1200) == pytest.approx(0.0321, abs=1e-4)
    assert modbus_rtu.silence_s(115200) == 5e-3
