"""64 channels at 10 rows a second to three subscribers: what that costs the bench, and how late a row is.

The bench and its service are one process, as with `bench serve`; the subscribers are processes of their own.
The same 64 runs are measured twice in one go, without and with three subscribers of all of them, and once
without runs. CPU times are those of the process of the bench over the wall time, in shares of one core; the
share of the service is the difference. Latency: from the instant a row was acknowledged, taken in the
thread of its run, to the instant a subscriber holds it as a Python object, on the monotonic clock that all
processes of a machine share. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.core.clock import RealClock
from bench.runs.engine.control import QueueControl
from bench.runs.scheduling.runner import Runner
from bench.service.client import Client
from bench.service.models.queue import RunAsked, Submission
from bench.service.pauses import spare_what_is_loaded
from bench.service.room import Room, Settings
from bench.service.server import Service
from bench.station import connect, load_station

STATION = """name = "benchmark"
[ambient]
temperature = "296 K"
u = "1 K"
[instruments.unused]
driver = "lakeshore211"
resource = "ASRL3::INSTR"
[procedures]
channel = "benchmark_channel:Channel"
"""
PROCEDURE = '''
import time
from bench.runs.columns import Column
from bench.runs.parameters import QuantityParameter
from bench.runs.procedure import Procedure

class Channel(Procedure):
    """One channel of a cycler: ten quantities at even intervals; `Written` is the PC's monotonic clock."""

    name = "channel"
    columns = (Column("Time", "s"), Column("Written", "s"), *(Column(f"Q{n}", "V") for n in range(8)))
    interval = QuantityParameter("Interval", unit="s", default="100 ms")

    def execute(self):
        number, begun = 0, self.context.clock.now()
        while True:
            row = {f"Q{n}": number * 1.1 + n for n in range(8)}
            self.context.measure({**row, "Written": time.monotonic()})
            number += 1
            self.context.sleep(max(0.0, begun + number * self.interval - self.context.clock.now()))
'''
SUBSCRIBER = """
import json, sys, time
from pathlib import Path
from bench.service.client import Client

data, seconds, ids = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
late, rows, told = [], 0, 0
next_row = {}
with Client(data, role="view") as client, client.live() as stream:
    for run_id in ids:
        start = client.rows(run_id, limit=1).total
        next_row[run_id] = start
        stream.follow(run_id, start)
    end = begun = None
    for batch in stream:
        now = time.monotonic()
        end = end or now + seconds
        begun = begun or now + 2.0  # what was there before is history and no row that comes
        told += 1
        assert batch.start == next_row[batch.run_id], "a gap or a double"
        next_row[batch.run_id] += len(batch.rows)
        rows += len(batch.rows)
        if now > begun:
            late += [now - row[1] for row in batch.rows]
        if now > end:
            break
late.sort()
at = lambda share: round(1e3 * late[min(len(late) - 1, int(share * len(late)))], 2)
print(json.dumps({"rows": rows, "messages": told, "p50_ms": at(0.5), "p99_ms": at(0.99), "most_ms": at(1.0)}))
"""


def share(seconds: float) -> float:
    """CPU of this process over so many seconds, in shares of one core."""
    cpu, wall = time.process_time(), time.perf_counter()
    time.sleep(seconds)  # the benchmark itself waits
    return (time.process_time() - cpu) / (time.perf_counter() - wall)


def measure(channels: int, subscribers: int, seconds: float) -> dict[str, object]:
    """See the module."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "station.toml").write_text(STATION)
        (folder / "benchmark_channel.py").write_text(PROCEDURE)
        (folder / "subscriber.py").write_text(SUBSCRIBER)
        sys.path.insert(0, str(folder))
        data, control = folder / "data", QueueControl()
        ready = threading.Event()
        services: list[Service] = []

        def bench() -> None:
            with connect(load_station(folder / "station.toml"), RealClock()) as station:
                runner = Runner(station, data, control=control, guarded=False, figures=False)
                service = Service(Room(runner, Settings()))
                services.append(service)

                def owned() -> None:
                    service.start()
                    spare_what_is_loaded()
                    ready.set()

                try:
                    runner.work(stay=True, owned=owned, recovered=service.recovered)
                finally:
                    service.close()

        thread = threading.Thread(target=bench, name="bench")
        thread.start()
        assert ready.wait(30)
        try:
            found = _measured(services[0], data, channels, subscribers, seconds)
        finally:
            control.interrupt("the end")
            thread.join(60)
        return found


def _pauses_into(pauses: list[float]) -> Callable[[str, dict[str, int]], None]:
    """A callback of the collector: how long each collection keeps all threads waiting."""
    begun = 0.0

    def note(phase: str, _: dict[str, int]) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.perf_counter()
        else:
            pauses.append(time.perf_counter() - begun)

    return note


def _measured(
    service: Service, data: Path, channels: int, subscribers: int, seconds: float
) -> dict[str, object]:
    held_up: list[float] = []
    gc.callbacks.append(_pauses_into(held_up))
    idle = share(seconds / 4)
    with Client(data) as client:
        client.submit(Submission(runs=[RunAsked(id=f"c{n}", procedure="channel") for n in range(channels)]))
        while sum(1 for item in client.queue() if item.state == "running") < channels:
            time.sleep(0.1)
        ids = [str(item.run_id) for item in client.queue()]
    time.sleep(1.0)
    alone = share(seconds)
    line = [sys.executable, str(data.parent / "subscriber.py"), str(data), str(seconds + 2.0), *ids]
    children = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for _ in range(subscribers)]
    while len(service.room.feed.followers) < subscribers:
        time.sleep(0.1)
    time.sleep(0.5)
    watched = share(seconds)
    told = [json.loads(child.communicate()[0]) for child in children]
    return {
        "benchmark": "service",
        "channels": channels,
        "rows_per_s": 10 * channels,
        "subscribers": subscribers,
        "idle_share_of_a_core": round(idle, 4),
        "runs_alone_share": round(alone, 4),
        "runs_and_subscribers_share": round(watched, 4),
        "service_share": round(watched - alone, 4),
        "service_share_target": 0.25,
        "latency": told,
        "latency_target_ms": 100,
        "longest_collection_of_garbage_ms": round(1e3 * max(held_up, default=0.0), 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=64)
    parser.add_argument("--subscribers", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.channels, asked.subscribers, asked.seconds), indent=2))
