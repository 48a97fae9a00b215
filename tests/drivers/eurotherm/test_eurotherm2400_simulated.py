"""The Eurotherm driver against the simulated unit and its furnace: programmes, guards, safe state, faults."""

import pytest

from bench.core.errors import (
    CommunicationError,
    InstrumentError,
    LimitError,
    LinkLostError,
    ReadBackError,
    SafeStateError,
)
from bench.core.limits import Limit, Limits
from bench.core.programme import Dwell, Holdback, ProgrammeError, Ramp, TemperatureProgramme
from bench.core.roles import GuardReport
from bench.runs.engine.guarding import can_guard_itself
from bench.runs.engine.safing import keep_or_make_safe
from drivers.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.physics.furnace import Charge, FurnaceBuild
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault

WRITES = r"^\x01\x10"
READS = r"^\x01\x03"


def until(bench, state, limit_s=3600.0, step_s=1.0):
    end = bench.clock.now() + limit_s
    while bench.driver.status().state != state:
        assert bench.clock.now() < end, bench.driver.status()
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
    assert bench.driver.status().state in ("run", "holdback")


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
    status = bench.driver.status()
    assert status.state == "run"
    assert status.segment == 1
    assert status.programme_left_s == pytest.approx(short.duration_s(status.setpoint_degC), abs=2)
    until(bench, "reset", 600.0)
    assert bench.driver.status().segment == 0
    assert bench.inspect()["setpoint_degC"] == 0.0
    assert bench.driver.status().output_percent == 0


def test_the_ten_hours_that_are_left_fit(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    until(bench, "run", 10.0)
    bench.clock.sleep(5200.0)
    status = bench.driver.status()
    assert (status.segment, status.state) == (3, "run")
    assert 34_000 < status.segment_left_s <= 36_000


def test_hold_resume_reset(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.driver.hold_programme()
    at = bench.driver.status().setpoint_degC
    bench.clock.sleep(100.0)
    assert bench.driver.status().setpoint_degC == at
    bench.driver.resume_programme()
    bench.clock.sleep(10.0)
    assert bench.driver.status().setpoint_degC > at
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


# ---- being left alone


def test_another_programme_is_not_started(bench, short, qms):
    fingerprint = bench.driver.load_programme(qms)
    bench.simulated.panel.set(8328 + 8 + 1, 300.0)  # somebody changes segment 1 at the panel
    with pytest.raises(InstrumentError, match="holds another programme"):
        bench.driver.run_programme(fingerprint)
    assert bench.inspect()["state"] == "reset"


@pytest.mark.parametrize(
    ("register", "value", "said"),
    [
        (518, 2, "would continue"),
        (553, 1, "broken thermocouple"),
        (34, 30.0, "broken thermocouple"),
        (24, 60.0, "would heat to its set-point of 60"),
        (276, 1, "another set-point"),
        (15, 1, "another set-point"),
        (278, 1, "holdback is switched off"),
        (111, 200.0, "set-point limit is 200"),
        (273, 1, "in manual"),
    ],
)
def test_what_speaks_against_being_left_alone(bench, qms, register, value, said):
    fingerprint = bench.driver.load_programme(qms)
    bench.simulated.panel.set(register, value)
    with pytest.raises(InstrumentError, match=said):
        bench.driver.run_programme(fingerprint)
    assert bench.inspect()["state"] == "reset"
    bench.simulated.panel.press_run_hold()  # it runs all the same, by hand
    report = bench.driver.guard_report()
    assert not report.verified
    assert said in report.limits["not to be relied on"]


def test_all_reasons_are_told_at_once(bench, qms):
    fingerprint = bench.driver.load_programme(qms)
    bench.simulated.panel.set(518, 2)
    bench.simulated.panel.set(34, 10.0)
    with pytest.raises(InstrumentError) as caught:
        bench.driver.run_programme(fingerprint)
    assert "would continue" in str(caught.value)
    assert "broken thermocouple" in str(caught.value)


def test_an_end_that_stays_hot_is_not_started(bench):
    hot = TemperatureProgramme((Ramp(60.0, 20.0),), end="dwell")
    with pytest.raises(InstrumentError, match="stays hot at its end"):
        bench.driver.run_programme(bench.driver.load_programme(hot))


def test_a_broken_thermocouple_starts_nothing(bench, short):
    fingerprint = bench.driver.load_programme(short)
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(1.0)
    with pytest.raises(InstrumentError, match="thermocouple is broken"):
        bench.driver.run_programme(fingerprint)


def test_programmes_of_the_front_panel_are_not_judged(bench, short):
    bench.driver.load_programme(short)
    for place, (register, value, said) in enumerate(
        [(8328 + 8, 4, "a step"), (8328 + 4, 0, "for ever"), (8328 + 2, 2, "not in K/min")]
    ):
        bench.driver.load_programme(short)
        bench.simulated.panel.set(register, value)
        with pytest.raises(InstrumentError, match=said):
            bench.driver.read_programme()
        assert place < 3
    bench.driver.load_programme(short)
    for segment in range(3, 17):
        bench.simulated.panel.set(8328 + 8 * segment, 3)
    with pytest.raises(InstrumentError, match="no end segment"):
        bench.driver.read_programme()


def test_a_running_programme_is_kept_and_a_held_one_is_not(bench, qms):
    assert can_guard_itself(Eurotherm2400)
    bench.driver.run_programme(bench.driver.load_programme(qms))
    report = bench.driver.guard_report()
    assert isinstance(report, GuardReport)
    assert report.verified
    assert report.limits["end"] == "reset, then 0 degC"
    assert report.limits["programme"] == qms.fingerprint
    kept = keep_or_make_safe(bench.clock, {"furnace": bench.driver})
    assert kept.safe == "kept"
    assert bench.inspect()["state"] == "run"
    bench.driver.hold_programme()
    assert not bench.driver.guard_report().verified
    left = keep_or_make_safe(bench.clock, {"furnace": bench.driver})
    assert left.safe == "verified"
    assert bench.inspect()["state"] == "reset"


def test_a_new_driver_attaches_and_judges_without_having_loaded_anything(bench, qms, caplog):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(3600.0)
    bench.driver.close()
    wear = bench.wear
    again = bench.open()
    again.connect()
    assert "is in run, found so and left so" in caplog.text
    assert again.read_programme().fingerprint == qms.fingerprint
    assert again.guard_report().verified
    assert again.status().state == "run"
    assert bench.wear == wear, "attaching writes nothing"


def test_a_working_copy_changed_in_hold_is_what_is_judged(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.simulated.panel.press_run_hold()
    bench.simulated.panel.set(8192 + 8 + 1, 300.0)
    bench.simulated.panel.press_run_hold()
    assert bench.driver.read_programme().peak_degC == 300.0
    assert bench.driver.guard_report().limits["peak"] == "300 degC"


# ---- safe


def test_make_safe_in_the_middle_of_a_run(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(1200.0)
    assert bench.inspect()["output_percent"] > 0
    report = bench.driver.make_safe()
    assert report.verified
    assert "output 0 %" in report.state
    assert "cannot open the contactor" in report.state
    now = bench.inspect()
    assert (now["state"], now["setpoint_degC"], now["output_percent"]) == ("reset", 0.0, 0.0)
    assert not bench.driver.output_is_on()
    before = bench.furnace.energy_J
    bench.clock.sleep(3600.0)
    bench.inspect()
    assert bench.furnace.energy_J == before


@pytest.mark.parametrize("setting", [(24, 200.0), (15, 1), (276, 1), (35, 1.0), (34, 40.0)], ids=str)
def test_make_safe_whatever_the_front_panel_has_done(bench, short, setting):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.simulated.panel.set(25, 300.0)
    bench.simulated.panel.set(*setting)
    if setting[0] == 276:
        bench.simulated.controller.settings.remote_sp = 250.0
    if setting[0] == 34:
        bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(120.0)
    assert bench.driver.make_safe().verified
    spent = bench.furnace.energy_J
    bench.clock.sleep(1800.0)
    bench.inspect()
    assert bench.furnace.energy_J == spent


def test_make_safe_in_manual(bench):
    bench.simulated.panel.press_auto_manual()
    bench.simulated.panel.set(3, 40.0)
    assert bench.driver.output_is_on()
    assert bench.driver.make_safe().verified
    assert bench.inspect()["output_percent"] == 0


def test_make_safe_twice_writes_nothing_the_second_time(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.driver.make_safe()
    wear = bench.wear
    assert bench.driver.make_safe().verified
    assert bench.wear == wear


def test_making_safe_never_raises_a_setpoint(bench):
    bench.simulated.panel.set(24, 10.0)
    bench.simulated.panel.set(112, 80.0)
    assert bench.driver.make_safe().verified
    assert bench.inspect()["setpoint_degC"] == 10.0


def test_a_setpoint_limit_that_keeps_it_hot_is_loud(bench):
    bench.simulated.panel.set(24, 200.0)
    bench.simulated.panel.set(112, 80.0)
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE") as caught:
        bench.driver.make_safe()
    assert "mains" in caught.value.remedy


def test_make_safe_without_a_line_is_loud(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.port.disconnect()
    with pytest.raises(SafeStateError, match="could not be verified"):
        bench.driver.make_safe()


def test_a_welded_relay_is_told_as_what_it_cannot_see(bench):
    bench.furnace.weld_relay(True, bench.clock.now())
    bench.clock.sleep(60.0)
    report = bench.driver.make_safe()
    assert "welded relay shows only as a temperature" in report.state
    first = bench.driver.temperature().value
    bench.clock.sleep(300.0)
    assert bench.driver.temperature().value > first + 50


# ---- things go wrong


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.lose, wrong.flip, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name
)
def test_a_read_survives_one_fault(bench, action):
    bench.port.faults.add(Fault(READS, action))
    assert bench.driver.temperature().value == pytest.approx(294, abs=2)
    assert bench.driver.identity().model == "2408"


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.flip, wrong.truncate, wrong.delay(1.05)], ids=lambda a: a.name
)
def test_a_write_whose_acknowledgement_is_lost_is_not_repeated(bench, qms, action):
    fault = Fault(WRITES, action, times=None)
    bench.port.faults.add(fault)
    fingerprint = bench.driver.load_programme(qms)
    assert fingerprint == qms.fingerprint
    assert bench.wear == fault.hits, "each was carried out once"


def test_a_write_that_never_arrived_is_told(bench, qms):
    bench.port.faults.add(Fault(WRITES, wrong.lose))
    with pytest.raises(ReadBackError):
        bench.driver.load_programme(qms)


def test_a_start_whose_acknowledgement_is_lost_is_confirmed_by_the_status(bench, short):
    fingerprint = bench.driver.load_programme(short)
    fault = bench.port.faults.add(Fault(WRITES, wrong.drop))
    bench.driver.run_programme(fingerprint)
    assert fault.hits == 1
    assert bench.inspect()["state"] == "run"


def test_a_start_that_was_lost_is_an_error_and_not_sent_again(bench, short):
    fingerprint = bench.driver.load_programme(short)
    fault = bench.port.faults.add(Fault(WRITES, wrong.lose))
    with pytest.raises(InstrumentError, match="5 s after it was told to run"):
        bench.driver.run_programme(fingerprint)
    assert fault.seen == 1
    assert bench.inspect()["state"] == "reset"


def test_a_reply_of_another_unit_is_not_taken(make_bench):
    bench = make_bench(units=(1, 2)).ready()
    stray = bytes.fromhex("02 07 00 D2 30")
    bench.port.faults.add(Fault(r"^\x01\x07", wrong.replace(stray), times=None))
    with pytest.raises(CommunicationError):
        bench.driver.temperature()


def test_the_plug_is_pulled(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.port.disconnect()
    with pytest.raises(LinkLostError):
        bench.driver.status()
    bench.driver.close()
    bench.port.reconnect()
    again = bench.open()
    again.connect()
    assert again.status().state == "run", "the controller did not mind"


def test_power_cut_is_told(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(1800.0)
    bench.furnace.set_mains(False, bench.clock.now())
    with pytest.raises(CommunicationError):
        bench.driver.status()
    bench.furnace.set_mains(True, bench.clock.now())
    bench.clock.sleep(5.0)
    status = bench.driver.status()
    assert status.power_failed
    assert status.state == "run"
    bench.driver.acknowledge_alarms()
    assert not bench.driver.status().power_failed


def test_breaks_and_alarms_in_the_status(bench):
    bench.simulated.panel.set(536, 2)
    bench.simulated.panel.set(13, 100.0)
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(2.0)
    status = bench.driver.status()
    assert status.sensor_break
    assert status.temperature_degC is None
    assert status.alarms == (1,)
    assert bench.driver.temperature().overload


# ---- several units on a line


def test_two_units_on_one_line(make_bench, qms, short):
    bench = make_bench(units=(1, 7)).ready()
    second = bench.open(unit=7)
    second.connect()
    assert second.adapter.lock is bench.driver.adapter.lock
    bench.driver.run_programme(bench.driver.load_programme(short))
    second.run_programme(second.load_programme(qms))
    assert bench.driver.read_programme() == short
    assert second.read_programme() == qms
    bench.driver.make_safe()
    assert bench.units[1].inspect()["state"] == "reset"
    assert bench.units[7].inspect()["state"] == "run"
    assert bench.framing.collisions == 0
    second.close()
    assert bench.driver.status().state == "reset", "the line stays open for the other"


def test_two_actors_on_one_line_keep_their_exchanges_apart(make_bench):
    bench = make_bench(units=(1, 7)).ready()
    second = bench.open(unit=7)
    second.connect()
    found = {1: [], 7: []}

    def ask(driver, unit):
        for _ in range(100):
            found[unit].append(driver.temperature().value)
            driver.status()

    actors = [
        bench.clock.spawn(ask, driver, unit, name=f"unit {unit}")
        for unit, driver in ((1, bench.driver), (7, second))
    ]
    for actor in actors:
        actor.join()
    assert [len(one) for one in found.values()] == [100, 100]
    assert bench.framing.collisions == 0
    differ = abs(sum(found[1]) / 100 - sum(found[7]) / 100)
    assert differ > 0.05, "each its own calibration error"


# ---- what it is for


def test_the_exotherm_is_seen_at_the_vessel_and_hardly_at_the_controller(make_bench, qms):
    bench = make_bench(build=FurnaceBuild()).ready()
    bench.furnace.load(Charge(14.0, completeness=1.0), bench.clock.now())
    bench.driver.run_programme(bench.driver.load_programme(qms))
    control, vessel = [], []
    while bench.driver.status().state != "reset":
        control.append(bench.driver.temperature().value)
        vessel.append(bench.furnace.vessel.temperature_K(bench.clock.now()))
        bench.clock.sleep(20.0)
    assert max(control) - 273.15 < 262
    assert max(v - c for v, c in zip(vessel, control, strict=True)) > 2


def test_the_same_seed_gives_the_same_run_and_another_another(make_bench, short):
    def rows(unit):
        bench = make_bench(units=(unit,)).ready()
        bench.driver.run_programme(bench.driver.load_programme(short))
        found = []
        for _ in range(100):
            found.append(bench.driver.status())
            bench.clock.sleep(5.0)
        return found

    first = rows(1)
    assert rows(1) == first
    assert [one.temperature_degC for one in rows(2)] != [one.temperature_degC for one in first]


def test_recorded_and_replayed(bench, short, tmp_path):
    from bench.core.traffic import Exchange

    traffic: list[Exchange] = []
    driver = bench.open(traffic=traffic.append)
    driver.connect()
    assert traffic[0].operation == "clear"
    assert all(one.as_json("furnace") for one in traffic)
    assert any("base64" in one.as_json("furnace") for one in traffic)
    assert [Exchange.from_json(one.as_json("furnace")) for one in traffic] == traffic
