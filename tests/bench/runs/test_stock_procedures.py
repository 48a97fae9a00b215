"""A procedure written for stock pymeasure, run by the bench without a change in it."""

import os
import time

import numpy as np
import pytest
from pymeasure.experiment import FloatParameter, Metadata, Parameter
from pymeasure.experiment import Procedure as Stock
from pymeasure.units import ureg

from bench.runs.compatibility.stock import adopt, stock_columns
from bench.runs.engine.leases import whole_station
from bench.runs.estimate import Estimate
from bench.runs.planning.plan import PlannedRun
from bench.runs.storage.folder import RunFolder

LIBRARY = []


class Ramp(Stock):
    """A typical one: it opens its own instrument, sleeps, and asks whether to stop."""

    name = Parameter("Sample name", default="x")
    step = FloatParameter("Step", units="V", default=0.5)
    operator = Metadata("Operator", default="AB")

    DATA_COLUMNS = ["Voltage (V)", "Current (A)", "Comment"]  # noqa: RUF012

    act = staticmethod(lambda procedure: None)

    def startup(self):
        LIBRARY.append(os.environ.get("PYVISA_LIBRARY"))

    def execute(self):
        type(self).act(self)
        for number in range(4):
            time.sleep(600)
            self.emit("results", {"Voltage (V)": self.step * number, "Current (A)": 1e-6, "Comment": "ok"})
            self.emit("progress", 25 * (number + 1))
            if self.should_stop():
                break


@pytest.fixture
def ramp(monkeypatch):
    LIBRARY.clear()
    monkeypatch.delenv("PYVISA_LIBRARY", raising=False)
    return lambda act: monkeypatch.setattr(Ramp, "act", staticmethod(act))


def planned(bench, instruments=("meter", "furnace"), **parameters):
    return PlannedRun(
        id="ramp",
        procedure=adopt(Ramp, "ramp"),
        parameters=parameters,
        sample=None,
        roles={},
        fixtures={},
        instruments=instruments,
        resources=frozenset([whole_station("lab")]),
        estimate=Estimate(0, 0),
        stock=True,
    )


def test_rows_parameters_metadata_and_time(bench, ramp):
    began = time.monotonic()
    (outcome,) = bench.run(planned(bench, step=0.25))
    assert time.monotonic() - began < 600
    assert (outcome.status, outcome.safe, outcome.procedure) == ("done", "verified", "ramp")
    assert bench.clock.now() == 2400
    folder = RunFolder.open(outcome.folder)
    assert (outcome.folder / "data.csv").read_text().splitlines()[:3] == [
        "Voltage / V,Current / A,Comment,Attempt",
        '0.0,1e-06,"ok",1',
        '0.25,1e-06,"ok",1',
    ]
    assert folder.info["parameters"] == {"name": "x", "step": 0.25}
    assert folder.record().facts == {"ambient_u_K": 0.2, "operator": "AB"}
    assert bench.facts(outcome, "leases taken")[0]["resources"] == ["station lab"]


def test_visa_is_the_worlds_while_it_runs_and_what_it_was_after(bench, ramp, monkeypatch):
    bench.run(planned(bench))
    assert LIBRARY == ["/somewhere/station.toml@bench"]
    assert "PYVISA_LIBRARY" not in os.environ
    monkeypatch.setenv("PYVISA_LIBRARY", "@py")
    bench.run(planned(bench))
    assert os.environ["PYVISA_LIBRARY"] == "@py"


def test_on_hardware_visa_is_left_alone(make_bench, ramp):
    make_bench(simulated=False).run(planned(None))
    assert LIBRARY == [None]


def test_the_instruments_it_used_are_made_safe(bench, ramp):
    def leave_on(procedure):
        bench.devices["meter"].on = True
        bench.devices["furnace"].on = True

    ramp(leave_on)
    (outcome,) = bench.run(planned(bench))
    assert outcome.safe == "verified"
    assert not bench.devices["meter"].on
    assert not bench.devices["furnace"].on


def test_should_stop_tells_of_an_abort(bench, ramp):
    bench.at(700, lambda: bench.control.abort_run("enough"))
    (outcome,) = bench.run(planned(bench))
    assert (outcome.status, outcome.safe, outcome.reason) == ("aborted", "verified", "enough")
    assert len(RunFolder.open(outcome.folder).table()) == 2


def test_one_that_never_asks_is_stopped_in_emit(bench, ramp):
    def deaf(procedure):
        while True:
            time.sleep(1)
            procedure.emit("results", {"Voltage (V)": 1.0})

    ramp(deaf)
    bench.at(10.5, lambda: bench.control.abort_run("enough"))
    (outcome,) = bench.run(planned(bench))
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert bench.clock.now() < 60


def test_it_is_paused_in_emit(bench, ramp):
    bench.at(100, bench.control.pause)
    bench.at(5000, bench.control.resume)
    (outcome,) = bench.run(planned(bench))
    assert outcome.status == "done"
    assert bench.clock.now() == 5000 + 3 * 600


@pytest.mark.parametrize(
    ("emitted", "stored"),
    [
        (1.5, 1.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3.0),
        ("250 mV", 0.25),
        (2 * ureg.mV, 0.002),
        (float("nan"), None),
        (None, None),
    ],
)
def test_values_that_pymeasure_would_take_or_lose(bench, ramp, emitted, stored):
    ramp(lambda procedure: procedure.emit("results", {"Voltage (V)": emitted, "Comment": 7}))
    (outcome,) = bench.run(planned(bench))
    row = next(iter(RunFolder.open(outcome.folder).table().rows()))
    assert row == {"Voltage": stored, "Current": None, "Comment": "7"}


@pytest.mark.parametrize("emitted", ["1 A", float("inf"), True])
def test_values_that_are_wrong_fail_instead_of_being_lost(bench, ramp, emitted):
    ramp(lambda procedure: procedure.emit("results", {"Voltage (V)": emitted}))
    (outcome,) = bench.run(planned(bench))
    assert (outcome.status, outcome.safe) == ("failed", "verified")


def test_batches_and_undeclared_columns(bench, ramp):
    def act(procedure):
        batch = {"Voltage (V)": np.arange(3, dtype=np.float32), "Current (A)": [1, 2, 3], "Other": "abc"}
        procedure.emit("batch results", batch)
        procedure.emit("batch results", {"Voltage (V)": [9.0], "Other": "x"})

    ramp(act)
    (outcome,) = bench.run(planned(bench))
    assert [row["Current"] for row in RunFolder.open(outcome.folder).table().rows()][:4] == [1, 2, 3, None]
    notes = bench.facts(outcome, "note")
    assert [note["facts"] for note in notes if "not declare" in note["text"]] == [{"columns": ["Other"]}]


def test_its_failure_is_a_failure(bench, ramp):
    def fail(procedure):
        raise OSError("no such device")

    ramp(fail)
    (outcome,) = bench.run(planned(bench))
    assert (outcome.status, outcome.safe) == ("failed", "verified")
    assert "no such device" in outcome.reason


@pytest.mark.parametrize(
    ("labels", "headers"),
    [
        (["Voltage (V)", "Voltage (mV)"], ["Voltage / V", "Voltage (mV) / mV"]),
        (["Phase", "Rate (V/s)"], ["Phase", "Rate / V/s"]),
        (["a / b", "Attempt"], ["a per b", "Attempt'"]),
        (["x", "x (V)"], ["x", "x (V) / V"]),
    ],
)
def test_labels_become_columns(labels, headers):
    assert [column.header for column in stock_columns(labels)] == headers
