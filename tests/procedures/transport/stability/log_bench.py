"""A log in the simulated laboratory of the example, with a world file of one's own, in virtual time.

The drivers, their bytes and the simulated meter are real; the context is the one for stock pymeasure, with
checkpoints kept, so that any of them can be gone on from in the same world.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from bench.core.clock import VirtualClock
from bench.core.readings import Reading
from bench.runs.compatibility.stand_in import StandInContext
from bench.runs.context import Restored
from bench.runs.engine.operators import SimulatedOperator
from bench.runs.record import RunRecord
from bench.samples import load_samples
from bench.station import connect, load_station
from bench.station.world import build_world
from procedures.transport.stability.procedure import ResistanceLog

EXAMPLE = Path(__file__).resolve().parents[4] / "examples/qms"
WORLD = """
[ambient]
mean = "23 degC"
daily_swing = "{swing}"
[instruments.meter]
line_frequency = "50 Hz"
[instruments.ambient]
accuracy = "0.1 K"
[fixtures.press]
lead_resistance = "0.5 ohm"
piston_resistance = "20 mohm"
[samples.qms-0p7]
conductivity = "5e-2 S/m"
temperature_coefficient = "{alpha}"
area = "1 cm^2"
contact_resistivity = "0.0008 ohm m^2"
contact_emf = {{ value = "0 uV", u = "50 uV" }}
emf_drift = {{ value = "0 uV/min", u = "1 uV/min" }}
capacitance = "100 nF"
resistance_drift = "{drift}"
resistance_flicker = "{flicker}"
pellets = [{{ id = "a", height = "1.00 mm" }}]
"""


@dataclass
class Attempt:
    """What one execution left: rows, facts, checkpoints (label, state, rows), questions, seconds."""

    rows: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)
    checkpoints: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    seconds: float = 0.0


class KeepingContext(StandInContext):
    """Keeps what a run folder would keep; JSON is gone through, as on disk."""

    attempt: Attempt
    stop_after: int | None = None

    def measure(self, row):
        super().measure(row)
        self.attempt.rows.append(dict(self._rows[-1]))
        if self.stop_after is not None and len(self.attempt.rows) >= self.stop_after:
            raise CutOff

    def checkpoint(self, label, **state):
        self.attempt.checkpoints.append((label, json.loads(json.dumps(state)), len(self.attempt.rows)))

    def fact(self, name, value):
        self.attempt.facts[name] = json.loads(json.dumps(value))

    def note(self, text, **facts):
        self.attempt.notes.append(text)


class CutOff(Exception):
    """The computer is gone."""


class LogBench:
    """One laboratory; `log` may be called again and again in it."""

    def __init__(self, folder, seed=1, *, drift="0 1/s", flicker="0", alpha="0.002 1/K", swing="0.5 K"):
        (folder / "world.toml").write_text(
            WORLD.format(drift=drift, flicker=flicker, alpha=alpha, swing=swing)
        )
        text = (EXAMPLE / "station.toml").read_text()
        tomllib.loads(text)
        (folder / "station.toml").write_text(text)
        self.station = load_station(folder / "station.toml")
        self.clock = VirtualClock()
        self.world = build_world(self.station, self.clock, seed)
        self.sample = load_samples(EXAMPLE / "samples.toml")["qms-0p7"]

    def log(self, restored=None, began=None, stop_after=None, meanwhile=None, **parameters):
        """One attempt. `restored` is a kept checkpoint; `meanwhile(context)` may change the context first."""
        attempt = Attempt()
        procedure = ResistanceLog(sample="qms-0p7", **parameters)
        problems = procedure.problems(self.sample)
        assert not problems, problems

        def perform(action, details):
            attempt.asked.append((action, details.get("specimen")))
            return self.world.perform(action, details)

        with connect(self.station, self.clock, world=self.world) as connected:
            context = KeepingContext(
                procedure,
                {"meter": connected.instrument("meter")},
                sample=self.sample,
                fixtures={"press": "press"},
                operator=SimulatedOperator(perform),
                clock=self.clock,
                ambient=connected.ambient,
                ambient_u_K=0.06,
            )
            context.attempt = attempt
            context.stop_after = stop_after
            if began is not None:
                context._start = began
            if restored is not None:
                label, state, rows = restored
                context.restored = Restored(label, state, rows, 0.0)
            procedure.attach(context)
            procedure.emit = lambda *_: None
            procedure.should_stop = lambda: False
            if meanwhile is not None:
                meanwhile(context)
            before = self.clock.now()
            try:
                procedure.execute()
            except CutOff:
                pass
            finally:
                procedure.shutdown()
            attempt.seconds = self.clock.now() - before
        attempt.facts["ambient_u_K"] = 0.06
        return procedure, attempt


def record_of(procedure, rows, facts, sample):
    """As the analysis gets it."""
    return RunRecord(
        columns=procedure.columns,
        rows=rows,
        facts=facts,
        sample=sample,
        parameters={name: getattr(procedure, name) for name in procedure.parameter_objects()},
        simulated=True,
    )


__all__ = ["Attempt", "LogBench", "Reading", "record_of"]
