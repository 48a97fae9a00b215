"""Steps "measure every 10 s" by concurrent procedures through pyvisa, in virtual time.

Prints one JSON document: seconds, steps per second, the virtual days that passed, and a hash of all replies,
which must be the same on each run. `--steps 100000` is the target's size (800,000 steps in at most 20 s).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time

import pyvisa

from bench.core.clock import VirtualClock
from simulators.backends.visa import BenchVisaLibrary
from simulators.noise import gaussian
from simulators.wire.port import Port
from simulators.wire.scpi import ScpiInstrument, command


class Nanovoltmeter(ScpiInstrument):
    """The smallest instrument with physics: noise that depends on the time and nothing else."""

    @command(":SENSe:DATA:FRESh?")
    def fresh(self) -> str:
        """One conversion."""
        return f"{1e-6 + gaussian(1, self.name, self.time) * 5e-9:+.8E}"


def measure(procedures: int, steps: int) -> dict[str, object]:
    """One run of the benchmark."""
    clock = VirtualClock()
    library = BenchVisaLibrary.create()
    for number in range(procedures):
        meter = Nanovoltmeter(clock, name=f"meter {number}", identity="QMS,NANOVOLTMETER,0,1")
        library.attach(f"GPIB0::{number + 1}::INSTR", Port(meter, clock, name=meter.name, latency_s=0.0))
    manager = pyvisa.ResourceManager(library)
    digests = [hashlib.sha256() for _ in range(procedures)]

    def procedure(number: int) -> None:
        meter = manager.open_resource(
            f"GPIB0::{number + 1}::INSTR", read_termination="\n", write_termination="\n"
        )
        update, query = digests[number].update, meter.query  # type: ignore[attr-defined]
        if number % 2:
            clock.sleep(number)  # half of them in lock-step, half offset
        for _ in range(steps):
            update(query(":SENS:DATA:FRES?").encode())
            clock.sleep(10)

    actors = [clock.spawn(procedure, n, name=f"procedure {n}") for n in range(procedures)]
    start = time.perf_counter()
    for actor in actors:
        actor.join()
    seconds = time.perf_counter() - start
    together = hashlib.sha256("".join(d.hexdigest() for d in digests).encode()).hexdigest()
    return {
        "procedures": procedures,
        "steps_each": steps,
        "seconds": round(seconds, 3),
        "steps_per_second": round(procedures * steps / seconds),
        "virtual_days": round(clock.now() / 86400, 2),
        "hash": together[:16],
    }


def main() -> None:
    """Run it twice and compare the hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--procedures", type=int, default=8)
    parser.add_argument("--steps", type=int, default=100_000)
    arguments = parser.parse_args()
    runs = [measure(arguments.procedures, arguments.steps) for _ in range(2)]
    print(json.dumps({"runs": runs, "same_hash": runs[0]["hash"] == runs[1]["hash"]}, indent=2))


if __name__ == "__main__":
    main()
