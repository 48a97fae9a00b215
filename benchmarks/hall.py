"""A whole Hall measurement through its rack in virtual time, against its messages alone, in one run.

One run of `hall` as the example queue has it: contacts, eight settings, fields + - - +; source, ammeter,
voltmeter, switch, gaussmeter, magnet supply and the room's thermometer. Every message is noted with its time.
The peer: the same messages at the same times through bare pyvisa, to the same simulated laboratory built
anew; what it takes is the simulation itself. The ratio is what queue, drivers, rows and the analysis add to
it. Rounds alternate. Prints one JSON document. Run it with: python benchmarks/hall.py
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyvisa

from bench.core.clock import VirtualClock
from bench.runs.planning.plan import Plan
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.station import connect
from bench.station.world import build_world

QUEUE = Path(__file__).resolve().parents[1] / "examples/qms/queues/hall.toml"
RUN = "hall-qms-0p7"
SERIAL = {"baud_rate": 9600, "data_bits": 7, "parity": pyvisa.constants.Parity.odd}
"""Of the thermometer."""
Message = tuple[float, str, bytes, bool]
"""Clock second, resource, what was written, whether a reply was read before the next write to it."""


def noted(library: Any, clock: VirtualClock) -> list[Message]:
    """From now on every write to the library is kept in this list, and marked once it is answered."""
    messages: list[Message] = []
    last: dict[object, int] = {}
    write, read = library.write, library.read

    def spy_write(session: Any, data: bytes) -> Any:
        name = library.sessions[session].parsed
        last[session] = len(messages)
        messages.append((clock.now(), str(name), data, False))
        return write(session, data)

    def spy_read(session: Any, count: int) -> Any:
        messages[last[session]] = (*messages[last[session]][:3], True)
        return read(session, count)

    library.write, library.read = spy_write, spy_read
    return messages


def run(plan: Plan, seed: int, keep: Callable[[Any, VirtualClock], list[Message]] | None) -> Any:
    """(seconds by the wall, seconds by the clock, messages) of the run from the queue to its result."""
    with tempfile.TemporaryDirectory() as folder, VirtualClock() as clock:
        world = build_world(plan.station, clock, seed)
        messages = keep(world.visa_library, clock) if keep else []
        began = clock.now()
        begun = time.perf_counter()
        with connect(plan.station, clock, world=world) as station:
            (outcome,) = Runner(station, Path(folder), seed=seed, figures=False).run(plan).runs
        spent = time.perf_counter() - begun
        assert outcome.status == "done", outcome.reason
        world.close()
        return spent, clock.now() - began, messages


def replay(plan: Plan, seed: int, messages: list[Message]) -> float:
    """Seconds by the wall for the messages alone."""
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, seed)
        world.perform("mount", {"fixture": "holder", "specimen": "qms-0p7/film"})
        manager = pyvisa.ResourceManager(world.visa_library)
        opened: dict[str, Any] = {
            name: manager.open_resource(name, **(SERIAL if name.startswith("ASRL") else {}))
            for name in {one[1] for one in messages}
        }
        begun = time.perf_counter()
        for at, name, data, answered in messages:
            if at > clock.now():
                clock.sleep(at - clock.now())
            opened[name].write_raw(data)
            if answered:
                opened[name].read_raw()
        spent = time.perf_counter() - begun
        world.close()
        return spent


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    plan = load_queue(QUEUE)
    plan = replace(plan, runs=tuple(one for one in plan.runs if one.id == RUN))
    _, clock_s, messages = run(plan, given.seed, noted)
    whole, bare = [], []
    for _ in range(given.rounds):
        whole.append(run(plan, given.seed, None)[0])
        bare.append(replay(plan, given.seed, messages))
    report = {
        "wall_s": round(statistics.median(whole), 2),
        "clock_s": round(clock_s),
        "messages": len(messages),
        "instruments": len({one[1] for one in messages}),
        "bare_messages_s": round(statistics.median(bare), 2),
        "ratio": round(statistics.median(w / b for w, b in zip(whole, bare, strict=True)), 2),
        "each_more_us": round(
            statistics.median((w - b) / len(messages) * 1e6 for w, b in zip(whole, bare, strict=True))
        ),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
