"""Programmes of the Eurotherm driver on the simulated unit: upload, read back, run, hold, reset."""

import pytest

from bench.core.errors import (
    CommunicationError,
    InstrumentError,
    LimitError,
    ReadBackError,
)
from bench.core.limits import Limit, Limits
from bench.core.programme import Dwell, Holdback, ProgrammeError, Ramp, TemperatureProgramme


def until(bench, state, limit_s=3600.0, step_s=1.0):
    end = bench.clock.now() + limit_s
    while bench.driver.programmer_status().state != state:
        assert bench.clock.now() < end, bench.driver.programmer_status()
        bench.clock.sleep(step_s)


# ---- connecting


def test_connect_and_settings(make_bench):
    bench = make_bench()
    assert bench.driver.connect().model == "2408"
    settings = bench.driver.settings()
    assert settings["identity"]["firmware"] == "3.04"
    assert settings["proportional band / K"] == 60.0
    assert settings["integral time / s"] == 300.0
    assert bench.driver.read_setting("units") == 0
    assert bench.wear == 0, "connecting writes nothing"


@pytest.mark.parametrize("resource", ["ASRL4::INSTR", "TCPIP0::10.0.0.9::502::SOCKET"])
def test_serial_line_and_gateway(make_bench, resource, short):
    bench = make_bench(resource=resource).ready()
    bench.driver.run_programme(bench.driver.load_programme(short))
    assert bench.driver.programmer_status().state in ("run", "holdback")


def test_wrong_line_settings_are_silence(make_bench):
    bench = make_bench(baud_rate=19200)
    with pytest.raises(CommunicationError, match="no complete reply"):
        bench.driver.connect()


def test_data_that_look_like_terminators(bench):
    """0x0A and 0x0D inside a frame end nothing."""
    for value in (0x0A0A, 0x0D0A, 0x000A):
        bench.simulated.controller.settings.cycle_s = value / 10
        bench.simulated.controller.settings.comms_delay = 0
        assert bench.driver._registers.words(10, 1) == (value,)


# ---- the programme


def test_upload_read_back_and_fingerprint(bench, qms):
    fingerprint = bench.driver.load_programme(qms)
    held = bench.driver.read_programme()
    assert held == qms, "all its numbers are exact in single precision"
    assert held.fingerprint == qms.fingerprint == fingerprint
    stored = bench.simulated.controller.store.program(1)
    assert [one.kind for one in stored.segments[:4]] == [1, 1, 3, 0]
    assert stored.segments[2].duration_s == 36_000.0
    assert stored.segments[3].end_type == 1
    assert (stored.holdback, stored.ramp_units, stored.cycles) == (3, 1, 1)


def test_the_same_programme_again_writes_nothing(bench, qms):
    bench.driver.load_programme(qms)
    wear = bench.wear
    assert wear < 20
    bench.driver.load_programme(qms)
    assert bench.wear == wear
    hotter = TemperatureProgramme((Ramp(180.0, 5.0), Ramp(251.0, 2.0), Dwell(36_000.0)), qms.holdback)
    bench.driver.load_programme(hotter)
    assert bench.wear == wear + 1, "only what differs"


def test_what_single_precision_does_to_it(bench):
    odd = TemperatureProgramme((Ramp(250.1, 0.3), Dwell(0.0004)))
    fingerprint = bench.driver.load_programme(odd)
    held = bench.driver.read_programme()
    assert held.fingerprint == fingerprint != odd.fingerprint
    assert held.segments[0].target_degC == pytest.approx(250.1, rel=1e-7)
    bench.driver.run_programme(fingerprint)


def test_a_longer_programme_left_behind_does_not_matter(bench, qms, short):
    bench.driver.load_programme(qms)
    bench.driver.load_programme(short)
    assert bench.driver.read_programme() == short


def test_the_right_program_is_written_and_selected(make_bench, short):
    bench = make_bench(program=3).ready()
    bench.driver.run_programme(bench.driver.load_programme(short))
    assert bench.simulated.controller.settings.program == 3
    assert bench.simulated.controller.store.program(1).segments[0].kind == 0


def test_limits_are_checked_before_a_byte_leaves(make_bench):
    station = Limits(({"temperature": Limit(-260.0, 260.0, "degC", "station file")},))
    bench = make_bench(limits=station).ready()
    bench.port.disconnect()
    with pytest.raises(LimitError, match="station file"):
        bench.driver.load_programme(TemperatureProgramme((Ramp(261.0, 5.0),)))
    with pytest.raises(LimitError, match="2400 series"):
        bench.driver.load_programme(TemperatureProgramme((Ramp(200.0, 1000.0),)))


def test_too_many_segments(bench):
    many = TemperatureProgramme(tuple(Ramp(100.0 + one, 5.0) for one in range(16)))
    with pytest.raises(ProgrammeError, match="do not fit into the 16"):
        bench.driver.load_programme(many)


def test_a_write_that_vanishes_is_noticed(bench, qms):
    """Function 16 to what is not there is acknowledged: only reading back tells."""
    store = bench.simulated.controller.store
    found = store.find
    store.find = lambda address: None if address == 8328 else found(address)
    with pytest.raises(ReadBackError, match="holdback type at 8328"):
        bench.driver.load_programme(qms)


def test_it_runs_to_its_end_and_goes_cold(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    status = bench.driver.programmer_status()
    assert status.state == "run"
    assert status.segment == 1
    assert status.programme_left_s == pytest.approx(short.duration_s(status.setpoint_degC), abs=2)
    until(bench, "reset", 600.0)
    assert bench.driver.programmer_status().segment == 0
    assert bench.inspect()["setpoint_degC"] == 0.0
    assert bench.driver.programmer_status().output_percent == 0


def test_the_ten_hours_that_are_left_fit(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    until(bench, "run", 10.0)
    bench.clock.sleep(5200.0)
    status = bench.driver.programmer_status()
    assert (status.segment, status.state) == (3, "run")
    assert 34_000 < status.segment_left_s <= 36_000


def test_hold_resume_reset(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.driver.hold_programme()
    at = bench.driver.programmer_status().setpoint_degC
    bench.clock.sleep(100.0)
    assert bench.driver.programmer_status().setpoint_degC == at
    bench.driver.resume_programme()
    bench.clock.sleep(10.0)
    assert bench.driver.programmer_status().setpoint_degC > at
    bench.driver.reset_programme()
    assert bench.inspect()["state"] == "reset"
    with pytest.raises(InstrumentError, match="held only in run"):
        bench.driver.hold_programme()
    with pytest.raises(InstrumentError, match="resumed only in hold"):
        bench.driver.resume_programme()


def test_nothing_is_loaded_into_a_running_programmer(bench, short, qms):
    bench.driver.run_programme(bench.driver.load_programme(short))
    wear = bench.wear
    with pytest.raises(InstrumentError, match="loaded only in reset"):
        bench.driver.load_programme(qms)
    assert bench.wear == wear


def test_holdback_is_not_taken_for_the_end(bench):
    fast = TemperatureProgramme((Ramp(300.0, 200.0), Dwell(60.0)), Holdback("band", 5.0))
    bench.driver.run_programme(bench.driver.load_programme(fast))
    until(bench, "holdback", 300.0)
    assert bench.driver.guard_report().verified
