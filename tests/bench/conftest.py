"""A data folder with furnace runs and measurements in it, written without furnace, press or runner."""

import pytest

from bench.core.uncertainty import Result
from bench.runs.columns import Column
from bench.runs.record import Analysis, Table
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest
from bench.samples import Sample

ACCEPTANCE = (
    Column("Quantity", kind="text"),
    Column("Value"),
    Column("Margin"),
    Column("Criterion", kind="text"),
    Column("Limit"),
    Column("Unit", kind="text"),
    Column("Verdict", kind="text"),
)
MASSES = {"SiO2": 0.5, "MgSO4": 0.5, "Al": 1.0}
WASHED = "washed with water"


class Powder:
    """Runs in `data`, one after another; each is in the catalogue when its method returns."""

    def __init__(self, data):
        self.data = data

    def furnace(self, id, procedure="synthesis", *, verdict="pass", makes=True, **more):
        """A run that makes or treats a batch; weighed in by "AB", washed by "CD"."""
        value = {"pass": 1.0, "fail": 0.0}.get(verdict)
        overshoot = {"pass": 6.0, "fail": 14.25}.get(verdict, 9.5)
        results = {
            "in_band_soak": Result(1795.0, "s", flags=("pass",)),
            "overshoot": Result(overshoot, "K", flags=(verdict,)),
            "accepted": Result(value, "1", flags=(verdict,)),
        }
        rows = (
            ("in_band_soak", 1795.0, 15.0, "at least", 1764.0, "s", "pass"),
            ("overshoot", overshoot, 1.0, "at most", 10.0, "K", verdict),
        )
        analysis = Analysis(results, {"acceptance": Table(ACCEPTANCE, rows)})
        batch = more.get("batch", "B1")

        def happened(journal):
            if makes:
                for number, by in enumerate(("AB", "CD"), 1):
                    journal.append("operator done", action="load", by=by, answers={})
                    steps = [
                        {"what": one, "utc": f"2026-01-0{number}T08:00:00+00:00"}
                        for one in ("weighed and sealed", WASHED)[:number]
                    ]
                    fact = {"id": batch, "masses_g": MASSES, "steps": steps}
                    journal.append("fact", name="batch", value=fact)
                    journal.append("operator done", action="gas", by="somebody else", answers={})
            else:
                journal.append("operator done", action="open", by="EF", answers={})
                fact = {"batch": batch, "what": "annealed", "utc": "2026-01-03T08:00:00+00:00"}
                journal.append("fact", name="batch step", value=fact)

        return self.run(id, procedure, {"batch": batch}, analysis, happened=happened, **more)

    def measured(self, id, sample="s1", *, batch="B1", **more):
        """A run on a sample that names `batch`."""
        results = {"conductivity": Result(0.05, "S/m", 5e-4, 2.0, 1e-3, flags=("a flag",))}
        return self.run(id, "pellet", {}, Analysis(results), sample=Sample(sample, "Si", batch=batch), **more)

    def run(
        self,
        id,
        procedure,
        parameters,
        analysis,
        *,
        sample=None,
        status="done",
        simulated=False,
        happened=None,
        started=None,
        batch=None,
    ):
        request = RunRequest(
            id, procedure, (Column("N"),), parameters=parameters, sample=sample, simulated=simulated
        )
        folder = RunFolder.create(self.data, f"run-{id}", request)
        if started is not None:
            folder.describe(started=started)
        if happened is not None:
            happened(folder.journal)
        if status == "done":
            folder.write_analysis(analysis)
        folder.finish(status, reason="" if status == "done" else "it broke", safe="verified")
        Catalogue(self.data).update(folder)
        return folder


@pytest.fixture
def powder(tmp_path):
    """`powder.furnace(ID, ...)` and `powder.measured(ID, ...)` write runs into `powder.data`."""
    return Powder(tmp_path / "data")
