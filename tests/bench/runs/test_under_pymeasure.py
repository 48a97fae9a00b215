"""A bench procedure under stock pymeasure: its Worker, its file, its stop flag, its command line."""

import math
import threading

import pytest
from pymeasure.experiment import Procedure as Stock
from pymeasure.experiment import Results, Worker
from run_fakes import Device, FakeSource, FakeThermometer, Sweep

from bench.core.clock import RealClock, VirtualClock
from bench.core.errors import BenchError
from bench.core.readings import Reading
from bench.runs.engine.operators import SimulatedOperator


@pytest.fixture
def clock():
    with VirtualClock() as clock:
        yield clock


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def bound(clock, device):
    """A procedure with its meter, and a function that has pymeasure run it in this thread."""
    procedure = Sweep(points=3)
    procedure.bind(
        meter=FakeSource("meter", clock, device),
        clock=clock,
        operator=SimulatedOperator(lambda action, details: {"slot": 1}),
        ambient=Reading(296.0, "K", 0.0),
        ambient_u_K=0.2,
    )
    return procedure


def run(procedure, folder, stop=None):
    results = Results(procedure, str(folder / "data.csv"))
    worker = Worker(results)
    if stop is not None:
        stop(worker)
    worker.run()
    messages = []
    while not worker.monitor_queue.empty():
        messages.append(worker.monitor_queue.get())
    return results, messages


def test_rows_reach_pymeasures_file_under_its_own_names(bound, tmp_path, device):
    results, messages = run(bound, tmp_path)
    assert bound.status == Stock.FINISHED
    assert list(results.data.columns) == ["Time (s)", "Level (V)", "Phase"]
    assert list(results.data["Level (V)"]) == [1.0, 2.0, 3.0]
    assert ("progress", 100.0) in messages
    assert messages[-1] is None
    assert not device.on


def test_the_file_loads_again_with_the_same_parameters(bound, tmp_path):
    run(bound, tmp_path)
    again = Results.load(str(tmp_path / "data.csv"), procedure_class=Sweep)
    assert again.procedure.current == 1e-3
    assert again.procedure.points == 3
    assert again.procedure.sample is None


def test_the_analysis_works_on_what_the_stand_in_recorded(bound, tmp_path):
    run(bound, tmp_path)
    record = bound.context.record()
    assert record.facts == {"ambient_u_K": 0.2, "points": 3}
    assert bound.analyse(record).results["level"].value == 2.0


def test_stop_ends_a_wait_and_counts_as_aborted(bound, tmp_path, clock, device):
    def stop_later(worker):
        def act():
            clock.sleep(1.5)
            worker.stop()

        clock.spawn(act, name="user")

    results, _ = run(bound, tmp_path, stop_later)
    assert bound.status == Stock.ABORTED
    assert len(results.data) == 1
    assert clock.now() < 2
    assert not device.on


def test_a_shutdown_that_raises_does_not_hang_pymeasure_and_is_a_failure(bound, tmp_path, hooks, device):
    def fail(run):
        raise OSError("VISA timeout")

    hooks["shutdown"] = fail
    _, messages = run(bound, tmp_path)
    assert bound.status == Stock.FAILED
    assert messages[-1] is None
    assert ("status", Stock.FAILED) in messages
    assert not device.on


def test_an_instrument_that_cannot_be_made_safe_is_a_failure(bound, tmp_path, device):
    device.stuck = True
    run(bound, tmp_path)
    assert bound.status == Stock.FAILED


def test_a_failure_in_execute_still_makes_safe(bound, tmp_path, hooks, device):
    def fail(run):
        raise ValueError("a bug")

    hooks["execute"] = fail
    run(bound, tmp_path)
    assert bound.status == Stock.FAILED
    assert not device.on


def test_the_context_is_the_same_for_the_procedure(bound, tmp_path, hooks, clock):
    seen = {}

    def look(run):
        context = run.context
        seen["answers"] = context.operator("mount", action="mount", details={})
        seen["ambient"] = context.ambient().value
        seen["fixture"] = context.fixture("press")
        seen["simulated"] = context.simulated
        context.checkpoint("here", cycle=1)
        context.note("a word")
        with pytest.raises(BenchError, match="row 1, column 'Level'"):
            context.measure({"Level": math.nan, "Phase": "x"})
        context.measure({"Level": None, "Phase": "a,b#c"})

    hooks["startup"] = look
    results, _ = run(bound, tmp_path)
    assert seen == {"answers": {"slot": 1}, "ambient": 296.0, "fixture": "press", "simulated": True}
    assert math.isnan(results.data["Level (V)"][0])
    assert results.data["Phase"][0] == "a;bno.c"


def test_waiting_for_a_person_ends_when_pymeasure_stops(clock, device, tmp_path, hooks):
    class Nobody:
        def ask(self, request):
            pass

    procedure = Sweep()
    procedure.bind(meter=FakeSource("meter", clock, device), clock=clock, operator=Nobody())
    hooks["startup"] = lambda run: run.context.operator("mount", action="mount")

    def stop_later(worker):
        clock.spawn(lambda: (clock.sleep(60), worker.stop()), name="user")

    run(procedure, tmp_path, stop_later)
    assert procedure.status == Stock.ABORTED


def test_in_a_worker_thread_on_the_real_clock(device, tmp_path):
    procedure = Sweep(points=2, dwell=0.001)
    procedure.bind(meter=FakeSource("meter", RealClock(), device))
    worker = Worker(Results(procedure, str(tmp_path / "data.csv")))
    worker.start()
    threading.Thread.join(worker, 30)
    assert procedure.status == Stock.FINISHED


def test_roles_are_checked_when_they_are_given(clock, device):
    procedure = Sweep()
    with pytest.raises(TypeError, match="not given: meter"):
        procedure.bind(clock=clock)
    with pytest.raises(TypeError, match="unknown: voltmeter"):
        procedure.bind(clock=clock, meter=FakeSource("m", clock, device), voltmeter=1)
    with pytest.raises(TypeError, match="has no read, set_output"):
        procedure.bind(clock=clock, meter=FakeThermometer("t", clock, device))


def test_outside_a_run_there_is_no_context_and_a_remedy():
    with pytest.raises(BenchError, match="bind"):
        _ = Sweep().context


def test_estimates_for_pymeasures_widget():
    assert Sweep(points=7, dwell=10).get_estimates() == [("Duration", "1 min 10 s"), ("Rows", "7")]


def test_pymeasures_command_line_takes_quantities():
    """ConsoleArgumentParser itself needs Qt; this is what it does with each parameter."""
    import argparse

    parser = argparse.ArgumentParser()
    for name, parameter in Sweep().parameter_objects().items():
        default, _, convert = parameter.cli_args
        parser.add_argument("--" + name, default=default, type=convert, help=parameter._cli_help_fields())
    given = vars(parser.parse_args(["--current", "2 mA", "--points", "4"]))
    assert (given["current"], given["points"], given["dwell"]) == (2e-3, 4, 1.0)
    with pytest.raises(SystemExit):
        parser.parse_args(["--current", "2 V"])
