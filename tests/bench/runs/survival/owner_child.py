"""A bench that owns a data folder, has switched an output on and works; test_guard_processes.py starts it.

Arguments: data folder, station file, endpoint of a served world. Says "on" when the output is on; a line on
its stdin ends it in order.
"""

import sys
from pathlib import Path

from bench.runs.queue.item import NewItem
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest
from bench.runs.survival.guard import start_guard
from bench.runs.survival.ownership import Ownership
from bench.station import connect, load_station
from bench.station.remote_world import RemoteWorld

data, station_path, endpoint = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]


def new_item():
    return NewItem(
        id="holding",
        procedure="holding",
        spec={"procedure": "holding"},
        station=str(station_path.absolute()),
        samples=None,
        target="served",
        resources=(),
        instruments=("meter",),
        duration_s=1.0,
        rows=1,
    )


with (
    Ownership.take(data, station=station_path, target="served", world=endpoint, command="a child"),
    RemoteWorld(endpoint) as world,
    connect(world.stationed(load_station(station_path)), world.clock(), world=world) as station,
):
    start_guard(data, patience_s=3.0)
    queue = RunQueue(data)
    (item,) = queue.add([new_item()], who="child")
    folder = RunFolder.create(data, "holding-1", RunRequest(id="holding", procedure="holding", columns=()))
    queue.note_state(
        item.key, "running", run_id="holding-1", folder="runs/holding-1", on_host_loss="make_safe", attempt=1
    )
    meter = station.instrument("meter")
    meter.source_current(range_A=1e-3, compliance_V=10.0)
    meter.set_output(True)
    meter.set_level(1e-3)
    sys.stdout.write("on\n")
    sys.stdout.flush()
    sys.stdin.readline()
    station.make_safe()
    folder.finish("done", safe="verified")
    queue.note_state(item.key, "done", safe="verified")
    queue.close()
