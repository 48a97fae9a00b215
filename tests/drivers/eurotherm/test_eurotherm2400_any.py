"""For any programme and any moment: what is uploaded is what is held, and safe is safe."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import InstrumentError
from bench.core.programme import Dwell, Holdback, Ramp, TemperatureProgramme
from drivers.eurotherm.eurotherm2400_programme import as_programmed

ramps = st.builds(Ramp, st.floats(0.0, 1200.0), st.floats(0.02, 900.0))
dwells = st.builds(Dwell, st.floats(0.0, 1e6))
holdbacks = st.just(Holdback()) | st.builds(
    Holdback, st.sampled_from(["low", "high", "band"]), st.floats(0.5, 500.0)
)
programmes = st.builds(
    lambda first, rest, holdback, end: TemperatureProgramme((first, *rest), holdback, end),
    ramps,
    st.lists(ramps | dwells, max_size=14),
    holdbacks,
    st.sampled_from(["reset", "dwell"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(programmes, min_size=1, max_size=3))
def test_whatever_was_there_before_the_upload_is_what_is_held(bench_class, loads):
    bench = bench_class().ready()
    try:
        for programme in loads:
            fingerprint = bench.driver.load_programme(programme)
            held = bench.driver.read_programme()
            assert held == as_programmed(programme)
            assert held.fingerprint == fingerprint
            wear = bench.wear
            bench.driver.load_programme(programme)
            assert bench.wear == wear
    finally:
        bench.close()


panel = st.lists(
    st.sampled_from(
        [
            ("press_run_hold",),
            ("keep_run_hold_pressed",),
            ("press_auto_manual",),
            ("set", 24, 250.0),
            ("set", 15, 1),
            ("set", 25, 300.0),
            ("set", 276, 1),
            ("set", 35, 2.0),
            ("set", 34, 50.0),
            ("set", 553, 1),
            ("set", 518, 2),
        ]
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 3000.0), panel, st.booleans(), st.sampled_from(["good", "open", "shorted"]))
def test_safe_is_safe_at_any_moment_whatever_somebody_did(bench_class, after_s, presses, runs, sensor):
    """Verified, and then not a joule more."""
    bench = bench_class().ready()
    try:
        if runs:
            programme = TemperatureProgramme((Ramp(200.0, 10.0),))
            bench.driver.run_programme(bench.driver.load_programme(programme))
        bench.clock.sleep(after_s)
        for name, *arguments in presses:
            getattr(bench.simulated.panel, name)(*arguments)
            bench.clock.sleep(7.0)
        bench.furnace.control.become(sensor, bench.clock.now())
        bench.clock.sleep(2.0)
        report = bench.driver.make_safe()
        assert report.verified
        bench.inspect()
        spent = bench.furnace.energy_J
        bench.clock.sleep(3600.0)
        assert bench.inspect()["output_percent"] == 0
        assert bench.furnace.energy_J == spent
    finally:
        bench.close()


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["drop", "lose", "flip", "truncate"]), st.integers(0, 60), st.integers(1, 4))
def test_any_burst_of_faults_ends_in_the_right_programme_or_an_error(bench_class, action, after, times):
    from simulators.wire import faults as wrong
    from simulators.wire.faults import Fault

    bench = bench_class().ready()
    programme = TemperatureProgramme(
        (Ramp(180.0, 5.0), Ramp(250.0, 2.0), Dwell(36_000.0)), Holdback("band", 10.0)
    )
    try:
        bench.port.faults.add(Fault(r"(?s)^\x01", getattr(wrong, action), after=after, times=times))
        try:
            fingerprint = bench.driver.load_programme(programme)
            bench.driver.run_programme(fingerprint)
        except InstrumentError:
            return
        bench.port.faults.clear()
        assert bench.inspect()["state"] == "run"
        stored = bench.simulated.controller.store.program(0)
        assert [(one.kind, one.target, one.rate, one.duration_s) for one in stored.segments[:2]] == [
            (1, 180.0, 5.0, 0.0),
            (1, 250.0, 2.0, 0.0),
        ]
        assert stored.segments[2].duration_s == 36_000.0
        assert stored.segments[3].end_type == 1
        assert bench.driver.read_programme().fingerprint == fingerprint
    finally:
        bench.close()
