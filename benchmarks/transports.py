"""What a query costs on each way to a simulated instrument, and what the driver adds to it, all in one run.

In process (`@bench`), over TCP (a raw socket; pyvisa-py) and over a pseudo-terminal (pyserial; pyvisa-py),
where the instrument is served by a second process. Its latency is set to nothing. Prints one JSON document in
microseconds, best and median of the rounds, with each way's ratio to in-process. The driver's share: the
property `output_is_on` against the same query asked bare through pyvisa on the same connection, rounds
alternating; target: at most 10 us more. Absolute times on a shared machine wander by a factor of two.

Where another process answers, the share by the wall is mostly not the driver's: whoever comes a few
microseconds later finds the other process asleep, and waking it takes longer than they were. So beside it
stand the time that the driver keeps the processor, and a control: what the wall says of the bare query
followed by a pause that is as long as the driver's share in process.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyvisa
import serial

from bench.core.clock import RealClock
from bench.station.load import load_station
from bench.station.world import build_world
from drivers.keithley.keithley2400 import Keithley2400
from drivers.keithley.source_meter_settings import OUTPUT

ROOT = Path(__file__).resolve().parent.parent
QUERY = OUTPUT.query
METER = "[instruments.meter]\n"


def station_without_latency(folder: Path) -> Path:
    """The example station, its meter answering at once."""
    for name in ("station.toml", "world.toml"):
        shutil.copy(ROOT / "examples" / "qms" / name, folder)
    world = folder / "world.toml"
    text = world.read_text("utf-8")
    assert METER in text
    world.write_text(text.replace(METER, f'{METER}latency = "0 s"\n'), "utf-8")
    return folder / "station.toml"


@contextmanager
def served(station: Path) -> Iterator[dict[str, Any]]:
    """The meter's addresses in a world of another process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.cli", "sim", "serve", str(station), "--json"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["instruments"]["meter"]
    finally:
        process.terminate()
        process.wait()


def each_us(act: Callable[[], object], count: int) -> tuple[float, float]:
    """Microseconds for one, over `count` of them: by the wall, and of the processor in this thread."""
    begun, computed = time.perf_counter(), time.thread_time()
    for _ in range(count):
        act()
    computed, passed = time.thread_time() - computed, time.perf_counter() - begun
    return passed / count * 1e6, computed / count * 1e6


def pause(us: float) -> None:
    """Keep the processor for so long."""
    until = time.perf_counter() + us * 1e-6
    while time.perf_counter() < until:
        pass


def alternating(
    ways: dict[str, Callable[[], object]], rounds: int, count: int
) -> dict[str, dict[str, float]]:
    """Best and median of the rounds, which go through all ways in turn."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for act in ways.values():
        each_us(act, 20)
    for _ in range(rounds):
        for name, act in ways.items():
            times[name].append(each_us(act, count))
    return {name: _summary(*zip(*seen, strict=True)) for name, seen in times.items()}


def _summary(wall: tuple[float, ...], processor: tuple[float, ...]) -> dict[str, float]:
    return {
        "best_us": round(min(wall), 2),
        "median_us": round(statistics.median(wall), 2),
        "processor_us": round(statistics.median(processor), 2),
    }


def raw_query(address: str, opened: ExitStack) -> Callable[[], object]:
    """Over a plain socket."""
    host, _, port = address.rpartition(":")
    connection = opened.enter_context(socket.create_connection((host, int(port))))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    file = opened.enter_context(connection.makefile("rb"))
    message = QUERY.encode() + b"\n"

    def ask() -> bytes:
        connection.sendall(message)
        return file.readline()

    return ask


def serial_query(path: str, opened: ExitStack) -> Callable[[], object]:
    """Over a terminal with pyserial, which reads a byte at a time."""
    line = opened.enter_context(serial.Serial(path, timeout=10))
    message = QUERY.encode() + b"\n"

    def ask() -> bytes:
        line.write(message)
        return bytes(line.read_until(b"\n"))

    return ask


def driver_on(resource: str, library: object, opened: ExitStack) -> Keithley2400:
    """The very driver, connected."""
    meter = Keithley2400.open(resource, name="meter", clock=RealClock(), visa_library=library)
    opened.callback(meter.close)
    meter.connect()
    return meter


def measure(rounds: int, count: int) -> dict[str, Any]:
    """The whole report."""
    with ExitStack() as opened:
        station = station_without_latency(Path(opened.enter_context(tempfile.TemporaryDirectory())))
        world = build_world(load_station(station), RealClock(), 0)
        opened.callback(world.close)
        where = opened.enter_context(served(station))
        host, _, port = where["tcp"].rpartition(":")
        drivers = {
            "in process, @bench": driver_on("GPIB0::24::INSTR", world.visa_library, opened),
            "TCP, pyvisa-py": driver_on(f"TCPIP::{host}::{port}::SOCKET", "@py", opened),
        }
        bare: dict[str, Callable[[], object]] = {"TCP, raw socket": raw_query(where["tcp"], opened)}
        if where["pty"] is not None:
            bare["PTY, pyserial"] = serial_query(where["pty"], opened)
            drivers["PTY, pyvisa-py"] = driver_on(f"ASRL{where['pty']}::INSTR", "@py", opened)
        report: dict[str, Any] = {}
        # one terminal serves one client at a time, so the bare ways take their turn before the driver's
        for name, cost in alternating(bare, rounds, count).items():
            report[name] = {"query": cost}
        pause_us = 0.0
        for name, meter in drivers.items():
            report[name] = driver_share(meter, rounds, count, pause_us)
            pause_us = pause_us or report[name]["driver_adds_us"]  # that in process, which comes first
    local = report["in process, @bench"]["query"]["best_us"]
    for entry in report.values():
        entry["times_in_process"] = round(entry["query"]["best_us"] / local, 2)
    return report


def driver_share(meter: Any, rounds: int, count: int, pause_us: float) -> dict[str, Any]:
    """The bare query, the property, and the query with a pause on one connection."""
    connection: pyvisa.resources.MessageBasedResource = meter.adapter.connection

    def query_and_pause() -> None:
        connection.query(QUERY)
        pause(pause_us)

    ways: dict[str, Callable[[], object]] = {
        "query": lambda: connection.query(QUERY),
        "property": meter.output_is_on,
        "query, pause": query_and_pause,
    }
    costs = alternating(ways, rounds, count)
    bare = costs["query"]
    return {
        **costs,
        "driver_adds_us": round(costs["property"]["best_us"] - bare["best_us"], 2),
        "driver_adds_processor_us": round(costs["property"]["processor_us"] - bare["processor_us"], 2),
        "pause_us": pause_us,
        "pause_adds_us": round(costs["query, pause"]["best_us"] - bare["best_us"], 2),
    }


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--count", type=int, default=300, help="queries in a round")
    given = parser.parse_args()
    print(json.dumps(measure(given.rounds, given.count), indent=2))


if __name__ == "__main__":
    main()
