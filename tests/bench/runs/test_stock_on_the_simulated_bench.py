"""Untouched: a procedure and a driver of pymeasure on the simulated bench, in virtual time."""

from pathlib import Path

from pymeasure.experiment import FloatParameter
from pymeasure.experiment import Procedure as Stock
from pymeasure.instruments.keithley import Keithley2400

from bench.core.clock import VirtualClock
from bench.runs.compatibility.stock import adopt
from bench.runs.engine.leases import whole_station
from bench.runs.estimate import Estimate
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.station import build_world, connect, load_station

STATION = Path(__file__).parents[3] / "examples" / "qms" / "station.toml"


class OutputLeftOn(Stock):
    """Sources a current and forgets to switch it off."""

    current = FloatParameter("Current", units="A", default=1e-4)
    DATA_COLUMNS = ["Current (A)", "Voltage (V)"]  # noqa: RUF012

    def startup(self):
        self.meter = Keithley2400("GPIB0::24::INSTR")
        self.meter.reset()
        self.meter.source_mode = "current"
        self.meter.compliance_voltage = 10
        self.meter.source_current = self.current
        self.meter.source_enabled = True

    def execute(self):
        for _ in range(3):
            self.meter.write(":READ?")
            voltage, current, *_ = (float(field) for field in self.meter.read().split(","))
            self.emit("results", {"Current (A)": current, "Voltage (V)": voltage})

    def shutdown(self):
        self.meter.adapter.close()


def test_it_measures_and_the_bench_switches_off_what_it_left_on(tmp_path):
    with VirtualClock() as clock:
        station = load_station(STATION)
        world = build_world(station, clock, seed=1)
        world.perform("short", {"fixture": "press"})
        with connect(station, clock, world=world) as connected:
            run = PlannedRun(
                id="stock",
                procedure=adopt(OutputLeftOn, "stock"),
                parameters={},
                sample=None,
                roles={},
                fixtures={},
                instruments=tuple(station.instruments),
                resources=frozenset([whole_station(station.name)]),
                estimate=Estimate(0, 3),
                stock=True,
            )
            outcome = Runner(connected, tmp_path, seed=1).run(Plan(STATION, station, None, (run,))).runs[0]
        world.close()
    assert (outcome.status, outcome.safe, outcome.reason) == ("done", "verified", "")
    rows = list(RunFolder.open(outcome.folder).table().rows())
    assert len(rows) == 3
    assert all(abs(row["Current"] - 1e-4) < 1e-6 for row in rows)
