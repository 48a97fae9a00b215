"""A furnace run on the simulated bench in virtual time, with hands that do something at an instant."""

from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import ConfigError, SafeStateError
from bench.runs.engine.control import QueueControl
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import connect
from bench.station.world import build_world

EXAMPLES = Path(__file__).resolve().parents[3] / "examples/qms"
SHORT = {
    "heat-programme": {"steps": "5 K/min to 60 degC; 2 K/min to 80 degC; hold 20 min"},
    "synthesis": {"batch": "B1", "dwell": "1 h"},
}


class Lab:
    """A copy of the example's furnace station. `world` and `station` are changed by replacing text."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("furnace-station.toml", "furnace-world.toml"):
            (folder / name).write_text((EXAMPLES / name).read_text())
        self.not_safe = ""

    def change(self, name, old, new):
        path = self.folder / f"furnace-{name}.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def queue(self, procedure, **parameters):
        given = {"interval_ramp": "5 s", "interval_dwell": "10 s", **SHORT.get(procedure, {}), **parameters}
        lines = "".join(
            f"{name} = {value if isinstance(value, int | float) else repr(value)}\n"
            for name, value in given.items()
        )
        roles = 'roles = { vessel = "vessel" }\n' if procedure == "synthesis" else ""
        path = self.folder / "queue.toml"
        path.write_text(
            'station = "furnace-station.toml"\n[[runs]]\nid = "one"\n'
            f'procedure = "{procedure}"\n{roles}[runs.parameters]\n{lines}'
        )
        return path

    def refusals(self, procedure, **parameters):
        with pytest.raises(ConfigError) as caught:
            load_queue(self.queue(procedure, **parameters))
        return str(caught.value)

    def run(self, procedure, *, at=(), seed=1, figures=False, **parameters):
        """`at`: (clock second, what is done to the world), in order. Outcome, folder, world at the end."""
        plan = load_queue(self.queue(procedure, **parameters))
        with VirtualClock() as clock:
            world = build_world(plan.station, clock, seed)

            def hands():
                for seconds, act in at:
                    clock.sleep(seconds - clock.now())
                    act(world)

            clock.spawn(hands, name="hands", background=True)
            try:
                with connect(plan.station, clock, world=world) as station:
                    runner = Runner(station, self.folder / "data", seed=seed, figures=figures)
                    (outcome,) = runner.run(plan).runs
                    after = world.inspect()
            except SafeStateError as error:  # told again when the bench is left
                self.not_safe = str(error)
            world.close()
        return outcome, RunFolder.open(outcome.folder), after

    def run_cut_off(self, procedure, *, at, cut_at, away_s, seed=1, **parameters):
        """The PC ends at `cut_at`, the next bench starts `away_s` later; the world goes on meanwhile."""
        plan = load_queue(self.queue(procedure, **parameters))
        with VirtualClock() as clock:
            world = build_world(plan.station, clock, seed)
            control = QueueControl()
            moments = [*at, (cut_at, lambda world: control.terminate("the PC ends"))]

            def hands():
                for seconds, act in sorted(moments, key=lambda moment: moment[0]):
                    clock.sleep(seconds - clock.now())
                    act(world)

            clock.spawn(hands, name="hands", background=True)
            for life in range(2):
                with connect(plan.station, clock, world=world) as station:
                    runner = Runner(
                        station,
                        self.folder / "data",
                        seed=seed,
                        figures=False,
                        guarded=False,
                        control=control,
                    )
                    runner.target = "served"  # this world does not end with the bench
                    (outcome,) = (runner.work() if life else runner.run(plan)).runs
                    after = world.inspect()
                if not life:
                    assert (outcome.status, outcome.safe) == ("interrupted", "kept")
                    control = QueueControl()
                    clock.sleep(away_s)
            world.close()
        return outcome, RunFolder.open(outcome.folder), after


def told(folder):
    """Everything the journal tells a reader."""
    return [entry.facts["text"] for entry in folder.entries() if entry.kind in ("note", "warning")]


def perform(action, **details):
    return lambda world: world.perform(action, {"fixture": "tube", **details})
