"""`@bench` against stock pyvisa-sim `@sim`: queries per second through pyvisa, both in one run.

Prints one JSON document with both rates and their ratio for an identity query, a short number, a reply of
1 kB and a setter. Targets: at least 2.5 on `*IDN?` and 20 on the 1 kB reply. Rates on a shared machine wander
by a factor of two; the rounds alternate between the two backends, so that the ratios do not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyvisa

from bench.core.clock import VirtualClock
from simulators.backends.visa import BenchVisaLibrary
from simulators.wire.port import Port
from simulators.wire.scpi import Number, ScpiInstrument, Setting, command

IDENTITY = "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1234567,C32"
LONG = "+1.234567E-03," * 72 + "+1.234567E-03"
RESOURCE = "GPIB0::24::INSTR"


class Meter(ScpiInstrument):
    """The instrument of the comparison: a setting, and two replies that cost no time."""

    level = Setting(":SOURce:VOLTage[:LEVel]", Number(-210.0, 210.0, 0.0, unit="V"), 0.0)

    @command("READ?")
    def read(self) -> str:
        """A short number."""
        return "+1.234567E-03"

    @command("TRACe:DATA?")
    def trace(self) -> str:
        """A block of readings."""
        return LONG


def stock_file(setters: int) -> str:
    """The same instrument for pyvisa-sim, which looks through its setters one after another."""
    properties = "\n".join(
        f"""
      p{number}:
        default: 0
        setter: {{q: ":SOUR:P{number} {{:.6E}}"}}
        specs: {{type: float}}"""
        for number in range(setters - 1)
    )
    return f"""
spec: "1.1"
devices:
  meter:
    eom:
      GPIB INSTR: {{q: "\\n", r: "\\n"}}
    error: ERROR
    dialogues:
      - {{q: "*IDN?", r: "{IDENTITY}"}}
      - {{q: "READ?", r: "+1.234567E-03"}}
      - {{q: "TRAC:DATA?", r: "{LONG}"}}
    properties:{properties}
      level:
        default: 0
        setter: {{q: ":SOUR:VOLT {{:.6E}}"}}
        specs: {{type: float}}
resources:
  {RESOURCE}: {{device: meter}}
"""


def rate(act: Callable[[str], object], message: str, seconds: float) -> float:
    """How often a second, over about so many seconds."""
    count = 0
    start = time.perf_counter()
    end = start
    while end - start < seconds:
        for _ in range(50):
            act(message)
        count += 50
        end = time.perf_counter()
    return count / (end - start)


def open_meter(library: Any) -> Any:
    """The instrument as a pyvisa resource."""
    return pyvisa.ResourceManager(library).open_resource(
        RESOURCE, read_termination="\n", write_termination="\n"
    )


def compare(rounds: int, seconds: float, setters: int) -> dict[str, Any]:
    """All measurements, best of the rounds."""
    library = BenchVisaLibrary.create()
    clock = VirtualClock()
    library.attach(RESOURCE, Port(Meter(clock, name="meter", identity=IDENTITY), clock, name="meter"))
    with tempfile.TemporaryDirectory() as folder:
        stock = Path(folder, "meter.yaml")
        stock.write_text(stock_file(setters), "utf-8")
        meters = {"stock": open_meter(f"{stock}@sim"), "bench": open_meter(library)}
    report: dict[str, Any] = {}
    for name, message in (
        ("identity", "*IDN?"),
        ("number", "READ?"),
        ("kilobyte", "TRAC:DATA?"),
        ("setter", ":SOUR:VOLT 1.000000E+00"),
    ):
        best = dict.fromkeys(meters, 0.0)
        for _ in range(rounds):
            for which, meter in meters.items():
                act = meter.query if message.endswith("?") else meter.write
                act(message)
                best[which] = max(best[which], rate(act, message, seconds))
        report[name] = {
            "stock_per_s": round(best["stock"]),
            "bench_per_s": round(best["bench"]),
            "ratio": round(best["bench"] / best["stock"], 2),
        }
    return report


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.5, help="per measurement")
    parser.add_argument("--setters", type=int, default=20, help="properties of the stock device")
    given = parser.parse_args()
    report = compare(given.rounds, given.seconds, given.setters)
    print(json.dumps({"reply_bytes": {"identity": len(IDENTITY), "kilobyte": len(LONG)}, **report}, indent=2))


if __name__ == "__main__":
    main()
