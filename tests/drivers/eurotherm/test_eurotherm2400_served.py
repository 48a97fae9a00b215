"""The simulated 2408 on TCP and on a terminal: for pymodbus, minimalmodbus, our driver over pyvisa-py."""

import struct

import minimalmodbus
import pytest
import serial
from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusIOException

from bench.core.clock import PacedClock, RealClock
from drivers.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.backends.serving import terminal


@pytest.fixture
def tcp(make_bench, served):
    """A gateway: Modbus RTU frames in a TCP stream."""
    clock = PacedClock(1.0)
    bench = make_bench(units=(1, 7), clock=clock, resource="TCPIP0::gateway::502::SOCKET")
    with served(bench.port, clock) as published:
        host, port = published["tcp"].split(":")
        yield bench, host, int(port)


@pytest.fixture
def pty(make_bench, served):
    """An RS-485 line."""
    if not terminal.AVAILABLE:
        pytest.skip("no pseudo-terminals here")
    clock = PacedClock(1.0)
    bench = make_bench(units=(1, 7), clock=clock)
    with served(bench.port, clock) as published:
        yield bench, published["pty"]


def number(registers):
    return struct.unpack(">f", struct.pack(">HH", *registers))[0]


def with_pymodbus(client, bench):
    assert client.connect()
    try:
        assert client.read_holding_registers(122, device_id=1).registers == [0x2480]
        pv = number(client.read_holding_registers(0x8002, count=2, device_id=7).registers)
        assert pv == pytest.approx(bench.units[7].controller.pv, abs=0.5)
        client.write_registers(0x8000 + 48, [0x42C8, 0], device_id=1)
        assert bench.simulated.controller.settings.sp1 == 100.0
        assert client.write_register(24, 250, device_id=1).registers == [250]
        assert bench.simulated.controller.settings.sp1 == 25.0
        assert client.read_holding_registers(0x8001, device_id=1).exception_code == 2
        assert client.read_coils(2, count=9, device_id=1).bits[:9] == [False] * 9
        dwell = [0x0225, 0x5100]
        client.write_registers(8336, [3], device_id=1)
        client.write_registers(0x8000 + 2 * 8338, dwell, device_id=1)
        assert client.read_holding_registers(0x8000 + 2 * 8338, count=2, device_id=1).registers == dwell
        with pytest.raises(ModbusIOException):
            client.read_holding_registers(1, device_id=3)
    finally:
        client.close()


def test_pymodbus_over_tcp(tcp):
    bench, host, port = tcp
    client = ModbusTcpClient(host, port=port, framer=FramerType.RTU, timeout=0.5, retries=1)
    with_pymodbus(client, bench)


def test_pymodbus_over_a_terminal(pty):
    bench, path = pty
    with_pymodbus(ModbusSerialClient(path, baudrate=9600, timeout=0.5, retries=1), bench)


def with_minimalmodbus(line, bench):
    unit = minimalmodbus.Instrument(line, 1)
    unit.serial.timeout = 0.5
    assert unit.read_register(122) == 0x2480
    assert unit.read_float(0x8002) == pytest.approx(bench.simulated.controller.pv, abs=0.5)
    unit.write_float(0x8000 + 48, 100.5)
    assert bench.simulated.controller.settings.sp1 == 100.5
    unit.write_register(24, 25.0, number_of_decimals=1, functioncode=6)
    assert bench.simulated.controller.settings.sp1 == 25.0
    unit.write_register(8336, 3)
    unit.write_long(0x8000 + 2 * 8338, 36_000_000)
    assert bench.simulated.controller.store.program(1).segments[0].duration_s == 36_000.0
    assert unit.read_long(0x8000 + 2 * 8338) == 36_000_000
    with pytest.raises(minimalmodbus.IllegalRequestError):
        unit.read_register(0x8001)
    with pytest.raises(minimalmodbus.NoResponseError):
        minimalmodbus.Instrument(unit.serial, 3).read_register(1)


def test_minimalmodbus_over_a_terminal(pty):
    bench, path = pty
    with serial.Serial(path, baudrate=9600) as line:
        with_minimalmodbus(line, bench)


def test_minimalmodbus_over_tcp(tcp):
    bench, host, port = tcp
    with serial.serial_for_url(f"socket://{host}:{port}") as line:
        with_minimalmodbus(line, bench)


def with_our_driver(resource, bench, short):
    driver = Eurotherm2400.open(resource, name="furnace", clock=RealClock(), visa_library="@py")
    other = Eurotherm2400.open(resource, name="other", clock=driver._link.clock, visa_library="@py", unit=7)
    try:
        assert driver.connect().model == "2408"
        driver.run_programme(driver.load_programme(short))
        assert driver.read_programme() == short
        assert driver.programmer_status().state == "run"
        other.connect()
        assert other.programmer_status().state == "reset"
        assert driver.make_safe().verified
        assert bench.inspect()["state"] == "reset"
    finally:
        other.close()
        driver.close()


def test_our_driver_over_tcp(tcp, short):
    bench, host, port = tcp
    with_our_driver(f"TCPIP0::{host}::{port}::SOCKET", bench, short)


def test_our_driver_over_a_terminal(pty, short):
    bench, path = pty
    with_our_driver(f"ASRL{path}::INSTR", bench, short)
