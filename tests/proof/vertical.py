"""A queue of pellet runs on the simulated bench, with a hook into the world before it starts."""

from pathlib import Path

from bench.core.clock import VirtualClock
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.station import connect
from bench.station.world import build_world

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/qms"


def queue_file(folder, runs, bench=EXAMPLES):
    """A queue of pellet measurements, one pellet each where `pellets` says so."""
    entries = "".join(
        f'[[runs]]\nid = "{name}"\nprocedure = "pellet-conductivity"\nsample = "{sample}"\n'
        f'parameters = {{ pellets = "{pellets}" }}\n'
        for name, sample, pellets in runs
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "queue.toml"
    path.write_text(
        f'station = "{(bench / "station.toml").as_posix()}"\n'
        f'samples = "{(EXAMPLES / "samples.toml").as_posix()}"\n{entries}'
    )
    return path


def measure(folder, runs, *, seed=3, before=lambda clock, world: None, bench=EXAMPLES):
    """Outcomes of the runs, and what the world looks like after them."""
    plan = load_queue(queue_file(folder, runs, bench))
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, seed)
        before(clock, world)
        with connect(plan.station, clock, world=world) as station:
            outcomes = Runner(station, folder / "data", seed=seed, figures=False).run(plan).runs
            after = world.inspect()
        world.close()
    return outcomes, after
