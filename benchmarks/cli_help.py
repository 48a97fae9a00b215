"""`bench --help` against `import pymeasure.experiment`, each in fresh interpreters, in turns within one run.

Prints one JSON document with the medians in seconds, `ratio` = help over import, and the time of an empty
interpreter. Target: help in at most 0.3 s on an idle machine; the ratio is what a busy one can be held to.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "help_s": ["-m", "bench.cli", "--help"],
    "import_pymeasure_experiment_s": ["-c", "import pymeasure.experiment"],
    "empty_interpreter_s": ["-c", "pass"],
}


def seconds(arguments: list[str]) -> float:
    """Wall time of one interpreter from start to end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


def measure(rounds: int) -> dict[str, object]:
    """Medians over `rounds`; one more round before them fills the caches and is not counted."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for counted in [False, *[True] * rounds]:
        for name, arguments in COMMANDS.items():
            spent = seconds(arguments)
            if counted:
                times[name].append(spent)
    medians = {name: statistics.median(spent) for name, spent in times.items()}
    ratio = medians["help_s"] / medians["import_pymeasure_experiment_s"]
    return {
        "benchmark": "cli_help",
        "rounds": rounds,
        **{name: round(value, 4) for name, value in medians.items()},
        "fastest_help_s": round(min(times["help_s"]), 4),
        "ratio": round(ratio, 4),
        "target_s": 0.3,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))
