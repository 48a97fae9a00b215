"""Programs that know nothing of us, over real sockets and terminals."""

import socket
import sys
import threading

import pytest
import pyvisa
import serial

from simulators.wire.port import INPUT_LIMIT

needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


class Raw:
    """A socket read line by line."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=30)
        self.file = self.socket.makefile("rwb")

    def write(self, text):
        self.file.write(text.encode() + b"\n")
        self.file.flush()

    def ask(self, text):
        self.write(text)
        return self.file.readline().decode().rstrip("\r\n")

    def close(self):
        self.file.close()
        self.socket.close()


@pytest.fixture
def dial(served):
    """Open raw connections; the meter is as new afterwards."""
    opened = []

    def connect(name="meter"):
        opened.append(Raw(served.tcp(name)))
        return opened[-1]

    yield connect
    for raw in opened:
        raw.close()
    last = Raw(served.tcp("meter"))
    last.write("*RST;*CLS")
    assert last.ask("*OPC?") == "1"
    last.close()


def test_a_raw_socket(served, dial):
    meter = dial()
    assert meter.ask("*IDN?") == served.publication["instruments"]["meter"]["idn"]
    meter.write(":SOUR:VOLT 1.25")
    assert float(meter.ask(":SOUR:VOLT?")) == 1.25
    meter.write(":NONSENSE 1")
    assert meter.ask(":SYST:ERR?").startswith("-113,")
    assert dial("ambient").ask("*IDN?") == served.publication["instruments"]["ambient"]["idn"]


def test_a_message_may_come_in_pieces_and_several_at_once(dial):
    meter = dial()
    for piece in (b":SOUR:VO", b"LT 0.5\r", b"\n:SOUR:VOLT?\n*OPC?\n"):
        meter.socket.sendall(piece)
    assert [float(meter.file.readline()) for _ in range(2)] == [0.5, 1.0]


def test_a_new_connection_finds_the_settings_and_empty_buffers(dial):
    first = dial()
    first.write(":SOUR:VOLT 2.5")
    assert first.ask("*OPC?") == "1"
    first.write("*IDN?")  # never read
    first.socket.sendall(b":SOUR:VOLT 9")  # never ended
    first.close()
    second = dial()
    assert float(second.ask(":SOUR:VOLT?")) == 2.5
    assert second.ask(":SYST:ERR?").startswith("0,")


def test_two_connections_share_the_instrument_and_not_their_replies(dial):
    one, two = dial(), dial()
    one.write(":SOUR:VOLT 3.5;:SOUR:VOLT?")
    two.write("*IDN?")
    assert two.file.readline().startswith(b"KEITHLEY")
    assert float(one.file.readline()) == 3.5
    assert float(two.ask(":SOUR:VOLT?")) == 3.5


def test_whoever_reads_late_gets_everything_in_order(dial):
    """More than the buffers of both ends hold: the instrument stops listening and loses nothing."""
    meter = dial()
    count = 20_000
    sent = b"".join(b":SOUR:VOLT %d;:SOUR:VOLT?;*IDN?\n" % (number % 20) for number in range(count))
    meter.socket.settimeout(None)
    writer = threading.Thread(target=meter.socket.sendall, args=(sent,))
    writer.start()
    values = [float(meter.file.readline().split(b";")[0]) for _ in range(count)]
    writer.join(30)
    assert not writer.is_alive()
    assert values == [float(number % 20) for number in range(count)]


def test_a_line_without_end_is_thrown_away_and_reported(dial):
    meter = dial()
    meter.socket.sendall(b"x" * (INPUT_LIMIT + 70_000) + b"\n")
    errors = [meter.ask(":SYST:ERR?") for _ in range(3)]
    assert any(error.startswith("-363") for error in errors), errors


def test_pyvisa_py(served, dial):
    host, port = served.tcp("meter")
    manager = pyvisa.ResourceManager("@py")
    meter = manager.open_resource(
        f"TCPIP::{host}::{port}::SOCKET", read_termination="\n", write_termination="\n", timeout=30_000
    )
    try:
        assert meter.query("*IDN?") == served.publication["instruments"]["meter"]["idn"]
        meter.write(":SOUR:VOLT -4")
        assert float(meter.query(":SOUR:VOLT?")) == -4.0
        meter.clear()
        assert meter.query("*OPC?") == "1"
    finally:
        meter.close()
        manager.close()


@needs_terminals
def test_pyserial_on_the_terminal(served, dial):
    with serial.Serial(served.pty("ambient"), timeout=30) as line:
        line.write(b"*IDN?\r\n")
        assert (
            line.read_until(b"\r\n").decode() == served.publication["instruments"]["ambient"]["idn"] + "\r\n"
        )
        line.write(b"KRDG?\r\n")
        assert 280 < float(line.read_until(b"\r\n")) < 310
    with serial.Serial(served.pty("meter"), timeout=30) as line:
        line.write(b":SOUR:VOLT 1.5\n:SOUR:VOLT?\n")
        assert float(line.read_until(b"\n")) == 1.5
    assert float(dial().ask(":SOUR:VOLT?")) == 1.5  # one instrument behind both


@needs_terminals
def test_the_terminal_outlives_those_who_open_it_and_holds_back_for_the_slow(served):
    for _ in range(2):
        with serial.Serial(served.pty("meter"), timeout=30) as line:
            line.write(b"*IDN?\n" * 200)  # more than a terminal's 4 kB
            for _ in range(200):
                assert line.read_until(b"\n").startswith(b"KEITHLEY")


@needs_terminals
def test_pyvisa_py_on_the_terminal(served):
    manager = pyvisa.ResourceManager("@py")
    meter = manager.open_resource(
        f"ASRL{served.pty('meter')}::INSTR", read_termination="\n", write_termination="\n", timeout=30_000
    )
    try:
        assert meter.query("*IDN?") == served.publication["instruments"]["meter"]["idn"]
    finally:
        meter.close()
        manager.close()
