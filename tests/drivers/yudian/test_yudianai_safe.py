"""Making a furnace with a Yudian controller safe: from any state, through faults, never by hope."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import CommunicationError, InstrumentError, ReadBackError, SafeStateError
from bench.core.programme import Dwell, ProgrammeError, Ramp, TemperatureProgramme
from simulators.instruments.yudian.yudianai import memory as codes
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault

READS = r"(?s)^..\x52"
WRITES = r"(?s)^..\x43"


def heated(bench):
    bench.driver.run_programme(bench.driver.load_programme(TemperatureProgramme((Ramp(200.0, 10.0),))))
    bench.clock.sleep(300.0)
    assert bench.driver.output_is_on()
    return bench


def stays_cold(bench):
    bench.inspect()
    spent = bench.furnace.energy_J
    bench.clock.sleep(3600.0)
    assert bench.inspect()["output_percent"] <= 0
    return bench.furnace.energy_J == spent


def test_a_running_programme_is_stopped(bench):
    report = heated(bench).driver.make_safe()
    assert report.verified
    assert "programme reset, output 0 %" in report.state
    assert "welded relay" in report.state
    assert stays_cold(bench)
    wear = bench.wear
    assert bench.driver.make_safe().verified
    assert bench.wear == wear, "what is safe is not written to again"


def test_manual_power_is_taken_away(bench):
    heated(bench)
    bench.simulated.set_on_panel(codes.AMAN, 0)
    bench.simulated.set_on_panel(codes.MV, 60)
    report = bench.driver.make_safe()
    assert "in manual, output 0 %" in report.state
    assert stays_cold(bench)


def test_a_low_limit_that_keeps_it_warm(bench):
    heated(bench)
    bench.simulated.set_on_panel(codes.OPL, 10)
    assert bench.driver.make_safe().verified
    assert stays_cold(bench)


def test_a_low_limit_that_heats_only_once_the_programme_is_stopped(bench):
    """With a broken sensor the output is 0 % until then, so waiting for 0 % proves nothing."""
    heated(bench)
    bench.simulated.set_on_panel(codes.OPL, 10)
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(2.0)
    assert bench.inspect()["output_percent"] == 0
    assert bench.driver.make_safe().verified
    assert stays_cold(bench)


def test_what_cannot_be_stopped_is_loud(bench):
    heated(bench)
    bench.simulated.memory.loc = 200
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE") as caught:
        bench.driver.make_safe()
    assert "programme run" in str(caught.value)


def test_a_stop_is_sent_even_where_nothing_comes_back(bench):
    heated(bench)
    bench.port.faults.add(Fault(r"(?s).", wrong.drop, times=None))
    with pytest.raises(SafeStateError):
        bench.driver.make_safe()
    assert bench.inspect()["state"] == "reset"


def test_a_welded_relay_is_not_seen_by_the_controller(bench):
    heated(bench)
    bench.furnace.weld_relay(True, bench.clock.now())
    assert bench.driver.make_safe().verified
    assert not stays_cold(bench), "which is why there has to be a cut-out"


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.lose, wrong.flip, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name
)
def test_a_read_survives_one_fault(bench, action):
    bench.port.faults.add(Fault(READS, action))
    assert bench.driver.temperature().value == pytest.approx(294, abs=3)
    assert bench.driver.identity().model == "AI-518P"


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.flip, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name
)
def test_a_write_whose_reply_is_lost_is_not_repeated(bench, qms, action):
    fault = bench.port.faults.add(Fault(WRITES, action, times=None))
    assert bench.driver.load_programme(qms) == qms.fingerprint
    assert bench.wear == fault.hits, "each was carried out once"


def test_a_write_that_never_arrived_is_told(bench, qms):
    bench.port.faults.add(Fault(WRITES, wrong.lose))
    with pytest.raises(ReadBackError):
        bench.driver.load_programme(qms)


def test_a_start_that_never_arrived_is_not_repeated(bench, short):
    fingerprint = bench.driver.load_programme(short)
    fault = bench.port.faults.add(Fault(WRITES, wrong.lose))
    with pytest.raises(InstrumentError, match="is in reset 5 s after it was told to run"):
        bench.driver.run_programme(fingerprint)
    assert fault.hits == 1
    assert bench.inspect()["state"] == "reset"


def test_silence_is_told(bench):
    bench.furnace.set_mains(False, bench.clock.now())
    bench.clock.sleep(1.0)
    with pytest.raises(CommunicationError, match="no complete reply"):
        bench.driver.temperature()


panel = st.lists(
    st.sampled_from(
        [
            (codes.SRUN, 0),
            (codes.SRUN, 1),
            (codes.SRUN, 2),
            (codes.AMAN, 0),
            (codes.AMAN, 1),
            (codes.MV, 80),
            (codes.OPL, 10),
            (codes.ERO, 50),
            (codes.ACT, 1),
            (codes.POINT, 0),
            (codes.PAF, 6),
            (0x53, 0),
            (0x53, -1),
        ]
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 3000.0), panel, st.booleans(), st.sampled_from(["good", "open", "shorted"]))
def test_safe_is_safe_at_any_moment_whatever_somebody_did(bench_class, after_s, presses, runs, sensor):
    """Verified, and then not a joule more."""
    bench = bench_class().ready()
    try:
        if runs:
            programme = TemperatureProgramme((Ramp(200.0, 10.0), Dwell(600.0)))
            bench.driver.run_programme(bench.driver.load_programme(programme))
        bench.clock.sleep(after_s)
        for code, value in presses:
            bench.simulated.set_on_panel(code, value)
            bench.clock.sleep(7.0)
        bench.furnace.control.become(sensor, bench.clock.now())
        bench.clock.sleep(2.0)
        assert bench.driver.make_safe().verified
        assert stays_cold(bench)
    finally:
        bench.close()


ramps = st.builds(Ramp, st.floats(30.0, 1200.0), st.floats(0.5, 50.0))
dwells = st.builds(lambda minutes: Dwell(60.0 * minutes), st.integers(1, 3200))


@settings(max_examples=30, deadline=None)
@given(ramps, st.lists(dwells | ramps, max_size=8), st.integers(0, 3), st.sampled_from(["1 min", "0.1 min"]))
def test_whatever_was_there_before_what_is_loaded_is_what_is_held(bench_class, first, rest, decimals, step):
    """Or it is refused with nothing written; never faster than asked."""
    words = {"decimals": decimals, "step_min": float(step.split()[0])}
    bench = bench_class(unit_options=words, program_time_step=step).ready()
    asked = TemperatureProgramme((first, *rest))
    try:
        try:
            fingerprint = bench.driver.load_programme(asked)
        except ProgrammeError:
            assert bench.wear == 0
            return
        held = bench.driver.read_programme()
        assert held.fingerprint == fingerprint
        for one, was in zip(held.segments, asked.segments, strict=True):
            if isinstance(one, Ramp):
                assert one.target_degC == pytest.approx(was.target_degC, abs=0.51 * 10**-decimals)
                assert one.rate_K_per_min <= was.rate_K_per_min * (1 + 1e-6)
            else:
                assert one.duration_s == pytest.approx(was.duration_s)
    finally:
        bench.close()
