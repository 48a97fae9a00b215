"""Several units on one line, what is recorded, from a station file, and over real sockets and terminals."""

import pytest

from bench.core.clock import PacedClock, RealClock, VirtualClock
from bench.core.errors import CommunicationError, ConfigError
from bench.core.roles import TemperatureProgrammer
from bench.core.traffic import Header, read_recording
from bench.core.traffic.writing import RecordingWriter
from bench.station.connect import connect
from bench.station.load import load_station
from drivers.eurotherm.eurotherm2400 import Eurotherm2400
from drivers.yudian.yudianai import YudianAI
from simulators.backends.serving import terminal

STATION = """
name = "Furnaces"

[ambient]
temperature = "23 degC"
u = "1 K"

[instruments.furnace]
driver = "yudianai"
resource = "ASRL6::INSTR"
load = "passive"
limits = {{ temperature = "260 degC", rate = "5 K/min" }}
options = {{ unit = 1, program_time_step = "1 min" }}

[instruments.second]
driver = "yudianai"
resource = "ASRL6::INSTR"
load = "passive"
options = {{ {options} }}
"""


def test_two_units_on_one_line(make_bench, qms, short):
    bench = make_bench(units=(1, 7)).ready()
    second = bench.open(unit=7)
    second.connect()
    assert second.adapter.lock is bench.driver.adapter.lock
    bench.driver.run_programme(bench.driver.load_programme(short))
    second.run_programme(second.load_programme(qms))
    bench.driver.make_safe()
    assert bench.units[1].inspect()["state"] == "reset"
    assert bench.units[7].inspect()["state"] == "run"
    assert bench.framing.collisions == 0
    second.close()
    assert bench.driver.programmer_status().state == "reset", "the line stays open for the other"


def test_two_actors_on_one_line_keep_their_exchanges_apart(make_bench):
    """A reply says neither whose it is nor to what: only order and checksum keep them apart."""
    bench = make_bench(units=(1, 7)).ready()
    second = bench.open(unit=7)
    second.connect()
    found = {1: [], 7: []}

    def ask(driver, unit):
        for _ in range(100):
            found[unit].append(driver.temperature().value)
            driver.programmer_status()

    actors = [
        bench.clock.spawn(ask, driver, unit, name=f"unit {unit}")
        for unit, driver in ((1, bench.driver), (7, second))
    ]
    for actor in actors:
        actor.join()
    assert [len(one) for one in found.values()] == [100, 100]
    assert bench.framing.collisions == 0
    assert abs(sum(found[1]) - sum(found[7])) / 100 > 0.05, "each its own calibration error"


def test_a_line_carries_one_protocol(make_bench):
    bench = make_bench().ready()
    with pytest.raises(CommunicationError, match="speak AIBUS, not Modbus RTU"):
        Eurotherm2400.open(bench.resource, name="other", clock=bench.clock, visa_library=bench.library)
    assert bench.driver.temperature().usable


def test_from_a_station_file(tmp_path, make_bench, qms):
    bench = make_bench(units=(1, 7))
    path = tmp_path / "station.toml"
    path.write_text(STATION.format(options='unit = 7, program_time_step = "1 min"'), "utf-8")
    with connect(load_station(path), bench.clock, visa_library=bench.library) as connected:
        assert connected.candidates(TemperatureProgrammer) == ["furnace", "second"]
        for name in ("furnace", "second"):
            one = connected.instrument(name)
            one.run_programme(one.load_programme(qms))
        connected.keep(["second"])
    assert bench.units[1].inspect()["state"] == "reset"
    assert bench.units[7].inspect()["state"] == "run"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("unit = 1", "with unit 1 is also instrument 'furnace'"),
        ("unit = 90", "cannot be used"),
        ('unit = 2, program_time_step = "1 s"', "cannot be used"),
    ],
)
def test_mistakes_in_a_station_file(tmp_path, options, told):
    path = tmp_path / "station.toml"
    path.write_text(STATION.format(options=options), "utf-8")
    with pytest.raises(ConfigError, match=told):
        load_station(path)


def test_recorded_and_replayed(bench, short, tmp_path):
    path = tmp_path / "furnace.jsonl"
    writer = RecordingWriter(
        path,
        Header(
            "furnace", bench.resource, "yudianai", "passive", True, options={"program_time_step": "1 min"}
        ),
    )

    def visit(driver):
        driver.connect()
        driver.run_programme(driver.load_programme(short))
        return driver.read_programme(), driver.programmer_status().state, driver.make_safe().state

    first = visit(bench.open(traffic=writer.write))
    writer.close()
    recording = read_recording(path)
    again = YudianAI.replaying(recording, clock=VirtualClock())
    assert visit(again) == first
    assert again.adapter.position == len(recording.exchanges)


@pytest.mark.parametrize("kind", ["tcp", "pty"])
def test_over_a_socket_and_a_terminal(make_bench, served, short, kind):
    if kind == "pty" and not terminal.AVAILABLE:
        pytest.skip("no pseudo-terminals here")
    clock = PacedClock(1.0)
    resource = "TCPIP0::gateway::4001::SOCKET" if kind == "tcp" else "ASRL6::INSTR"
    bench = make_bench(units=(1, 7), clock=clock, resource=resource)
    with served(bench.port, clock) as published:
        host, _, port = published["tcp"].rpartition(":")
        where = f"TCPIP0::{host}::{port}::SOCKET" if kind == "tcp" else f"ASRL{published['pty']}::INSTR"
        driver = YudianAI.open(
            where, name="furnace", clock=RealClock(), visa_library="@py", program_time_step="1 min"
        )
        try:
            assert driver.connect().model == "AI-518P"
            driver.run_programme(driver.load_programme(short))
            assert driver.read_programme() == short
            assert driver.programmer_status().state == "run"
            assert driver.make_safe().verified
            assert bench.inspect()["state"] == "reset"
        finally:
            driver.close()
