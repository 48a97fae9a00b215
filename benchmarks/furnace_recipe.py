"""The ten-hour synthesis from queue to result in virtual time, its dwell logged every second or every five.

Prints CPU seconds and rows. Run it with: python benchmarks/furnace_recipe.py
"""

import tempfile
import time
from pathlib import Path

from bench.core.clock import VirtualClock
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import connect
from bench.station.world import build_world

STATION = Path(__file__).resolve().parents[1] / "examples/qms/furnace-station.toml"
QUEUE = """
station = "{station}"
[[runs]]
id = "one"
procedure = "synthesis"
roles = {{ vessel = "vessel" }}
parameters = {{ batch = "B1", interval_dwell = "{interval}" }}
"""


def measure(interval: str) -> tuple[float, int]:
    """CPU seconds, without figures, and rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        queue = folder / "queue.toml"
        queue.write_text(QUEUE.format(station=STATION.as_posix(), interval=interval), "utf-8")
        plan = load_queue(queue)
        begun = time.process_time()
        with VirtualClock() as clock:
            world = build_world(plan.station, clock, 1)
            with connect(plan.station, clock, world=world) as station:
                (outcome,) = Runner(station, folder / "data", seed=1, figures=False).run(plan).runs
            world.close()
        spent_s = time.process_time() - begun
        assert outcome.status == "done", outcome.reason
        assert outcome.folder is not None
        return spent_s, len(RunFolder.open(outcome.folder).table())


def main() -> None:
    """Both."""
    for interval in ("1 s", "5 s"):
        spent_s, rows = measure(interval)
        print(f"every {interval}: {spent_s:5.1f} s for {rows} rows, {1e6 * spent_s / rows:.0f} us a row")


if __name__ == "__main__":
    main()
