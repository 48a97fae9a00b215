"""`bench://NAME` through pyserial, in virtual time."""

import importlib
import shutil
import tomllib
from pathlib import Path

import pytest
import serial

import simulators.backends.bench_serial
from bench.core.clock import VirtualClock
from simulators import world
from simulators.backends import stations
from simulators.wire import faults
from simulators.wire.faults import Fault

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "qms"
LINE = {"baudrate": 9600, "bytesize": 7, "parity": "O", "timeout": 2.0}


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def run_world(clock, tmp_path):
    """Start a world in this process under a station file; all are stopped."""
    started = []

    def start(name="station"):
        for file in ("station.toml", "world.toml"):
            shutil.copy(EXAMPLE / file, tmp_path / file)
        station = (tmp_path / "station.toml").rename(tmp_path / f"{name}.toml")
        built = world.build(tomllib.loads(station.read_text("utf-8")), tmp_path, clock, 1)
        stations.adopt(station, built)
        started.append(station)
        return station, built

    yield start
    for station in started:
        stations.stop(station)


@pytest.fixture
def bench(run_world):
    return run_world()[1]


@pytest.fixture
def thermometer(bench):
    with serial.serial_for_url("bench://ambient", **LINE) as line:
        yield line


def test_importing_the_package_registers_it_by_pyserials_hook():
    assert serial.protocol_handler_packages.count(simulators.backends.bench_serial.__name__) == 1
    importlib.reload(simulators.backends.bench_serial)
    assert serial.protocol_handler_packages.count(simulators.backends.bench_serial.__name__) == 1


def test_a_query_takes_the_time_of_the_line(thermometer, clock):
    thermometer.write(b"*IDN?\r\n")
    assert thermometer.in_waiting == 0
    reply = thermometer.read_until(b"\r\n")
    assert reply == b"LSCI,MODEL211,21A0001,020507\r\n"
    assert clock.now() == pytest.approx(0.020 + len(reply) * 10 / 9600)


@pytest.mark.parametrize("timeout", [0, 0.5, 3600.0])
def test_a_time_out_passes_on_the_clock(thermometer, clock, timeout):
    thermometer.timeout = timeout
    assert thermometer.read(10) == b""
    assert clock.now() == pytest.approx(timeout)


def test_what_came_before_the_time_out_is_returned(thermometer, clock):
    thermometer.write(b"KRDG?\r\n")
    some = thermometer.read(500)
    assert some.endswith(b"\r\n")
    assert clock.now() == pytest.approx(2.0)


def test_a_time_out_between_bytes_ends_a_read_earlier(thermometer, clock):
    thermometer.inter_byte_timeout = 0.1
    thermometer.write(b"KRDG?\r\n")
    arrived = clock.now()
    some = thermometer.read(500)
    assert some.endswith(b"\r\n")
    assert clock.now() - arrived == pytest.approx(0.020 + len(some) * 10 / 9600 + 0.1)


def test_a_time_out_shorter_than_the_reply_finds_it_later(thermometer):
    thermometer.timeout = 0.001
    thermometer.write(b"*IDN?\r\n")
    assert thermometer.readline() == b""
    thermometer.timeout = 1.0
    assert thermometer.readline().startswith(b"LSCI")


def test_reading_for_ever_wakes_when_another_actor_writes(thermometer, clock, bench):
    thermometer.timeout = None

    def later():
        clock.sleep(100.0)
        thermometer.write(b"*IDN?\r\n")

    writer = clock.spawn(later, name="writer")
    assert thermometer.read_until(b"\r\n").startswith(b"LSCI")
    assert clock.now() > 100.0
    writer.join()


@pytest.mark.parametrize("wrong", [{"baudrate": 1200}, {"parity": "N"}, {"bytesize": 8}, {"stopbits": 2}])
def test_a_wrongly_set_line_carries_nothing(bench, wrong):
    with serial.serial_for_url("bench://ambient", **(LINE | wrong)) as line:
        assert line.write(b"*IDN?\r\n") == 7
        assert line.readline() == b""
        for name, value in LINE.items():
            setattr(line, name, value)
        line.stopbits = 1
        line.write(b"*IDN?\r\n")
        assert line.readline().startswith(b"LSCI")


def test_an_instrument_on_a_bus_takes_any_line_and_has_no_message_exchange(bench):
    with serial.serial_for_url("bench://meter", timeout=2) as line:
        line.write(b"*IDN?\n*OPC?\n")
        assert [line.readline()[:8], line.readline()] == [b"KEITHLEY", b"1\n"]
        line.write(b":SYST:ERR?\n")
        assert line.readline().startswith(b"0,")


def test_opening_finds_the_settings_and_empty_buffers(bench):
    with serial.serial_for_url("bench://meter", timeout=2) as line:
        line.write(b":SOUR:VOLT 2.5\n*IDN?\n:SOUR:VOLT 9")
    with serial.serial_for_url("bench://meter", timeout=2) as line:
        line.write(b":SOUR:VOLT?\n")
        assert float(line.readline()) == 2.5


def test_the_input_buffer_can_be_emptied(thermometer, clock):
    thermometer.write(b"*IDN?\r\n")
    clock.sleep(1.0)
    assert thermometer.in_waiting == 30
    thermometer.reset_input_buffer()
    assert (thermometer.in_waiting, thermometer.out_waiting) == (0, 0)
    assert thermometer.read(1) == b""


def test_a_break_lasts_on_the_clock(thermometer, clock):
    thermometer.send_break(0.4)
    assert clock.now() == pytest.approx(0.4)


def test_size_bounds_reading_until(thermometer):
    thermometer.write(b"*IDN?\r\n")
    assert thermometer.read_until(b"\r\n", size=4) == b"LSCI"
    assert thermometer.read_until(b",") == b","


def test_a_pulled_plug_is_an_error_of_pyserial(bench, thermometer):
    assert thermometer.cts
    assert thermometer.dsr
    bench.ports["ambient"].disconnect()
    assert not thermometer.cd
    for act in (lambda: thermometer.write(b"x"), lambda: thermometer.read(1)):
        with pytest.raises(serial.SerialException, match="plug"):
            act()
    with pytest.raises(serial.SerialException, match="plug"):
        serial.serial_for_url("bench://ambient")
    bench.ports["ambient"].reconnect()
    thermometer.write(b"*IDN?\r\n")
    assert thermometer.readline().startswith(b"LSCI")


def test_faults_of_the_instrument_strike_here_too(bench, thermometer):
    bench.ports["ambient"].faults.add(Fault("KRDG", faults.drop))
    thermometer.write(b"KRDG?\r\n")
    assert thermometer.readline() == b""
    thermometer.write(b"KRDG?\r\n")
    assert thermometer.readline() != b""


def test_a_closed_port_says_so(thermometer):
    thermometer.close()
    thermometer.close()
    for act in (lambda: thermometer.write(b"x"), lambda: thermometer.read(1), lambda: thermometer.in_waiting):
        with pytest.raises(serial.PortNotOpenError):
            act()


@pytest.mark.parametrize(
    "url", ["bench://", "bench://toaster", "bench://ambient/x", "bench://ambient?speed=2"]
)
def test_a_wrong_url_is_explained(bench, url):
    with pytest.raises(serial.SerialException, match=r"known: ambient, meter|should be bench://NAME"):
        serial.serial_for_url(url)


def test_without_a_world_there_is_nothing_to_open():
    with pytest.raises(serial.SerialException, match="no world runs"):
        serial.serial_for_url("bench://ambient")


def test_of_two_worlds_the_station_file_decides(run_world):
    first, _ = run_world("first")
    _, second_world = run_world("second")
    with pytest.raises(serial.SerialException, match="2 running worlds"):
        serial.serial_for_url("bench://meter")
    second_world.ports["meter"].disconnect()
    with serial.serial_for_url(f"bench://meter?station={first}", timeout=2) as line:
        line.write(b"*IDN?\n")
        assert line.readline().startswith(b"KEITHLEY")


def test_a_station_file_is_started_if_need_be(tmp_path, monkeypatch):
    monkeypatch.setenv("BENCH_CLOCK", "virtual")
    for file in ("station.toml", "world.toml"):
        shutil.copy(EXAMPLE / file, tmp_path / file)
    station = tmp_path / "station.toml"
    try:
        with serial.serial_for_url(f"bench://ambient?station={station}", **LINE) as line:
            line.write(b"*IDN?\r\n")
            assert line.readline().startswith(b"LSCI")
    finally:
        stations.stop(station)
    with pytest.raises(serial.SerialException, match="no station file"):
        serial.serial_for_url("bench://ambient?station=nowhere.toml")
