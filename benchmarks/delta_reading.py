"""What the driver adds to a reading of delta mode, over the bare query on the same connection, in one run.

A simulated 6221 with a 2182A reverses the current in virtual time; before each reading the clock goes on by
one conversion, so that a new one is there and one query fetches it. Bare: `SENS:DATA?` through pyvisa, the
reply left as text. Driver: `next_delta()`, the reply parsed, its number, current and flags checked. Rounds
alternate, because times on a shared machine wander by a factor of two. Prints one JSON document; target: at
most 10 us more, as for any driver property.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

from bench.core.clock import VirtualClock
from drivers.keithley.keithley6221 import Keithley6221
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.press import Press, PressBuild, Shorted
from simulators.physics.surroundings import Surroundings
from simulators.tables import Table
from simulators.wire.port import Port

RESOURCE = "GPIB0::12::INSTR"
CONVERSION_S = 0.02 + 2e-3 + 2.5e-3


def running(clock: VirtualClock) -> Keithley6221:
    """The driver, its delta test under way on a copper disc, without latency on the line."""
    room = Surroundings(296.15)
    press = Press(PressBuild(lead_ohm=0.5, piston_ohm=0.02, leakage_ohm=1e11, cable_F=1e-9), room)
    press.place(Shorted(), "short", 0.0)
    model = MODELS["keithley6221"]
    site = Site("source", clock, 1, room, press, True, press)
    device = model.build(site, model.options(Table("", {}, [])))
    library = BenchVisaLibrary.create()
    library.attach(RESOURCE, Port(device, clock, name="source"))
    source = Keithley6221.open(
        RESOURCE, name="source", clock=clock, visa_library=library, nanovoltmeter="2182A"
    )
    source.connect()
    source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01)
    source.start_delta()
    source.next_delta()
    return source


def each_us(act: Callable[[], object], clock: VirtualClock, count: int) -> float:
    """Microseconds for one of `count`, the clock going on in between."""
    spent = 0.0
    for _ in range(count):
        clock.sleep(CONVERSION_S)
        begun = time.perf_counter()
        act()
        spent += time.perf_counter() - begun
    return spent / count * 1e6


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--count", type=int, default=500, help="readings in a round")
    given = parser.parse_args()
    clock = VirtualClock()
    source = running(clock)
    bare = source.adapter.connection  # type: ignore[attr-defined]  # the pyvisa resource below the driver
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: bare.query(":SENS:DATA?"),
        "driver": source.next_delta,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.rounds):
        for name, act in ways.items():
            times[name].append(each_us(act, clock, given.count))
    source.make_safe()
    more = [driver - query for driver, query in zip(times["driver"], times["bare"], strict=True)]
    report = {
        **{f"{name}_us": round(statistics.median(seen), 2) for name, seen in times.items()},
        "more_us": {"median": round(statistics.median(more), 2), "best": round(min(more), 2)},
        "readings": given.rounds * given.count,
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
