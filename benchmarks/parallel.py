"""Runs side by side on one station, in virtual time: does a meter ever wait for another one?

A station of many source meters and presses is made from the packaged example. Each gets stability logs, all
are in one queue, and the whole bench runs it: scheduler, leases, drivers, bytes, simulated meters, folders.
With `--gpib` eight meters share a bus, which one of them holds while it reads.

Prints one JSON document. `efficiency` is what the busiest meter's runs last over what the queue lasts,
`against_alone` the queue of one meter over that of all; both in virtual seconds, whatever the computer. Real
seconds are beside it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.core.clock import VirtualClock
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import connect
from bench.station.world import build_world

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "qms"
METER = """
[instruments.meter{n}]
driver = "keithley2400"
resource = "{resource}"
load = "passive"
limits = {{ current = "105 mA", voltage = "21 V", power = "0.5 W" }}
[fixtures.press{n}]
kind = "pellet_press"
[fixtures.press{n}.wiring]
force_high = "meter{n}.force_high"
force_low = "meter{n}.force_low"
sense_high = "meter{n}.sense_high"
sense_low = "meter{n}.sense_low"
"""
STATION = """
name = "many meters"
ambient = {{ temperature = "296 K", u = "1 K" }}
{meters}
[simulation]
world = "qms"
file = "world.toml"
"""
RUN = """
[[runs]]
id = "log-{n}-{turn}"
procedure = "resistance-log"
sample = "qms-0p7"
roles = {{ meter = "meter{n}" }}
fixtures = {{ press = "press{n}" }}
[runs.parameters]
pellet = "a"
current = "1 mA"
voltage_max = "2 V"
interval = "10 s"
duration = "{duration_s} s"
"""


@dataclass(frozen=True)
class Measured:
    """Virtual seconds, besides `real_s`. `busiest_s` is the sum of the runs of the busiest meter."""

    statuses: tuple[str, ...]
    queue_s: float
    longest_s: float
    busiest_s: float
    real_s: float

    @property
    def efficiency(self) -> float:
        """1 where no meter with something to do ever waited for another."""
        return self.busiest_s / self.queue_s


def write_lab(folder: Path, meters: int, turns: int, *, gpib: bool) -> Path:
    """Station, world and queue; the logs of one turn differ in length by up to a fifth. Returns the queue."""
    shutil.copy(EXAMPLE / "samples.toml", folder)
    world = (EXAMPLE / "world.toml").read_text("utf-8")
    meter, press = _table(world, "instruments.meter"), _table(world, "fixtures.press")
    world = world.replace(meter, "").replace(press, "").replace(_table(world, "instruments.ambient"), "")
    tables, numbers = [], range(1, meters + 1)
    for n in numbers:
        tables.append(meter.replace("instruments.meter", f"instruments.meter{n}"))
        tables.append(press.replace("fixtures.press", f"fixtures.press{n}"))
    (folder / "world.toml").write_text(world + "\n" + "\n".join(tables), encoding="utf-8")
    resource = "GPIB{board}::{address}::INSTR" if gpib else "TCPIP0::10.0.{board}.{address}::5025::SOCKET"
    found = "".join(
        METER.format(n=n, resource=resource.format(board=(n - 1) // 8, address=n % 8 + 10)) for n in numbers
    )
    (folder / "station.toml").write_text(STATION.format(meters=found), encoding="utf-8")
    runs = [
        RUN.format(n=n, turn=turn, duration_s=500 + 100 * n // meters)
        for turn in range(1, turns + 1)
        for n in numbers
    ]
    queue = folder / "queue.toml"
    head = 'station = "station.toml"\nsamples = "samples.toml"\n'
    queue.write_text(head + "".join(runs), encoding="utf-8")
    return queue


def _table(text: str, name: str) -> str:
    """One table of a TOML text, with its heading."""
    start = text.index(f"[{name}]")
    return text[start : text.index("\n[", start)] + "\n"


def measure(folder: Path, meters: int, turns: int, *, gpib: bool = False) -> Measured:
    """One queue on one station in an empty folder."""
    plan = load_queue(write_lab(folder, meters, turns, gpib=gpib))
    start = time.perf_counter()
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, 1)
        with connect(plan.station, clock, world=world) as station:
            outcomes = Runner(station, folder / "data", seed=1, figures=False).run(plan).runs
        world.close()
    spans: dict[str, list[tuple[float, float]]] = {}
    for outcome in outcomes:
        if outcome.folder is not None:
            lasted = RunFolder.open(outcome.folder).info["clock"]
            meter = outcome.id.split("-")[1]
            spans.setdefault(meter, []).append((lasted["start_s"], lasted["end_s"]))
    every = [span for one in spans.values() for span in one]
    return Measured(
        statuses=tuple(outcome.status for outcome in outcomes),
        queue_s=max(end for _, end in every) - min(begin for begin, _ in every),
        longest_s=max(end - begin for begin, end in every),
        busiest_s=max(sum(end - begin for begin, end in one) for one in spans.values()),
        real_s=time.perf_counter() - start,
    )


def main() -> None:
    """Once alone, then side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meters", type=int, default=16)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--gpib", action="store_true")
    arguments = parser.parse_args()
    found = []
    for meters in (1, arguments.meters):
        with tempfile.TemporaryDirectory() as name:
            one = measure(Path(name), meters, arguments.turns, gpib=arguments.gpib)
        found.append(
            {
                "meters": meters,
                "runs": len(one.statuses),
                "done": one.statuses.count("done"),
                "virtual_s": round(one.queue_s, 2),
                "longest_run_s": round(one.longest_s, 2),
                "efficiency": round(one.efficiency, 5),
                "real_s": round(one.real_s, 2),
            }
        )
    against_alone = round(found[0]["virtual_s"] / found[1]["virtual_s"], 5)
    print(json.dumps({"benchmark": "parallel", "queues": found, "against_alone": against_alone}, indent=1))


if __name__ == "__main__":
    main()
