"""A sweep that is cut off anywhere and taken up again on the same rack, as a run folder would have it."""

from __future__ import annotations

import dataclasses
import json

from hall_bench import Rack, bench_of

from bench.core.clock import VirtualClock
from bench.runs.context import Restored
from procedures.transport.hall.sweep import HallFieldSweep

SMALL = {"points": 5, "groups": 1, "rim_groups": 2}


class CutOff(BaseException):
    """The computer is gone: nothing is tidied up."""


class Laboratory:
    """One rack; `rows`, `facts` and `kept` are what a folder would hold for the next attempt."""

    def __init__(self, rack=None, **parameters):
        self.rack = rack or Rack(noise_V=0.0)
        self.clock = VirtualClock()
        self.parameters = {**SMALL, **parameters}
        self.rows, self.facts, self.asked = [], {}, []
        self.mounting = lambda: None
        """What the person does who is asked to mount the film."""
        self.kept = None
        """The last checkpoint: label, state, how many rows, facts."""

    def attempt(self, cut_after=None, change=None, **more):
        """One attempt, cut off after so many of its rows; the record if it came to its end."""
        label, state, count, facts = self.kept or ("", {}, 0, {})
        self.rows, self.facts = self.rows[:count], dict(facts)
        left = [cut_after]

        def prepare(context):
            real, ask = context.measure, context.operator
            if self.kept is not None:
                context.restored = Restored(label, state, count, 0.0)

            def measure(row):
                real(row)
                self.rows.append({"Time": self.clock.now(), **row})
                if left[0] is not None:
                    left[0] -= 1
                    if left[0] <= 0:
                        raise CutOff

            def checkpoint(label, **state):
                self.kept = (label, json.loads(json.dumps(state)), len(self.rows), dict(self.facts))

            def operator(instruction, **more):
                self.asked.append(instruction)
                self.mounting()
                return ask(instruction, **more)

            context.measure, context.checkpoint, context.operator = measure, checkpoint, operator
            context.fact = lambda name, value: self.facts.update({name: json.loads(json.dumps(value))})

        procedure, record = bench_of(
            HallFieldSweep, self.rack, clock=self.clock, prepare=prepare, change=change,
            **self.parameters, **more,
        )  # fmt: skip
        self.procedure = procedure
        try:
            procedure.execute()
        except CutOff:
            self.guard()
            return None
        procedure.shutdown()
        return dataclasses.replace(record(), rows=self.rows, facts={**self.facts, "ambient_u_K": 0.2})

    def guard(self):
        """What the guard of a dead bench does, and a while."""
        self.rack.on, self.rack.closed = False, frozenset()
        self.rack.set_field(0.0)
        self.rack.log.append(("guard", "made safe"))
        self.clock.sleep(600.0)

    def way(self):
        """Where the magnet was sent after the last cut."""
        log = self.rack.log
        cut = max(k for k, entry in enumerate(log) if entry[0] == "guard")
        return [what for who, what in log[cut:] if who == "magnet" and what != "make_safe"]
