"""A finished run in a folder, made without the runner."""

import math

import pytest
from matplotlib.figure import Figure

from bench.core.clock import VirtualClock
from bench.core.uncertainty import Component, combine, unresolved
from bench.runs.columns import Column
from bench.runs.record import Analysis, Table
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest
from bench.samples.model import Declared, Pellet, Sample

PELLET = Pellet("a", Declared(1e-3, 2e-5, "m"), Declared(1e-4, 5e-7, "m^2"))
SAMPLE = Sample("<powder>", material="Si & S", pellets=(PELLET,))


def figure(points=3):
    drawn = Figure(figsize=(2, 1.5))
    drawn.subplots().plot([math.sin(number) for number in range(points)])
    return drawn


@pytest.fixture(name="curve")
def curve_of():
    """A figure of so many points."""
    return figure


@pytest.fixture
def make_run(tmp_path):
    """Write a run: `make_run("id", status=..., simulated=..., figures=..., rows=...)`."""

    def make(run_id="r1", *, status="done", simulated=True, figures=None, table_rows=2, safe="verified"):
        request = RunRequest(
            id="first",
            procedure="pellet-conductivity",
            columns=(Column("Time", "s"), Column("Voltage", "V")),
            parameters={"current_max": 0.01, "pellets": "", "choices": [1, 2], "on": True},
            sample=SAMPLE,
            instruments={"meter": {"driver": "keithley2400", "limits": [{"current": LIMIT}]}},
            simulated=simulated,
            seed=7 if simulated else None,
            details={"parameter_units": {"current_max": "A"}},
        )
        with VirtualClock() as clock:
            folder = RunFolder.create(tmp_path, run_id, request, clock=clock)
            for number in range(3):
                clock.sleep(1.0)
                folder.rows.write({"Time": clock.now(), "Voltage": 0.1 * number})
            folder.journal.append(
                "operator asked", instruction="Mount <pellet> a", action="mount", details={}
            )
            folder.journal.append("warning", text="it is warm")
            parts = [
                Component("heights", 1e-5, "m", 6e-4, "B", note="3 independent"),
                Component("repeatability", 0.02, "1", 8e-4, "A", 7),
            ]
            results = {
                "conductivity": combine(0.05, "S/m", parts, ["type A only"]),
                "hall_mobility": unresolved("m^2/(V s)", "sign not resolved"),
            }
            table = Table(
                (Column("Pellet", kind="text"), Column("Height", "m")),
                tuple((f"p{number}", 1e-3 * number) for number in range(table_rows)),
            )
            if status == "done":
                folder.write_analysis(Analysis(results, {"pellets": table}), figures or {"i_v": figure()})
            folder.finish(status, reason="" if status == "done" else "execute: broke <off>", safe=safe)
        return RunFolder.open(folder.path)

    return make


LIMIT = {"low": -0.105, "high": 0.105, "unit": "A", "source": "station file"}
