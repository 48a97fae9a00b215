"""Gas and vacuum of a furnace run against scripted instruments: set, verified, watched, lost, judged."""

import pytest
from thermal_mocks import Mocks, always

from bench.core.errors import CommunicationError, MeasurementError
from drivers.manual.manualrotameter import ManualRotameter
from procedures.thermal.anneal import Anneal
from procedures.thermal.cooling import COLD_FOR_S
from procedures.thermal.drying import Drying
from procedures.thermal.figures import draw
from procedures.thermal.heat_programme import HeatProgramme
from procedures.thermal.synthesis import Synthesis

HOUR = 3600.0
SLOW = {"interval_ramp": "20 s", "interval_dwell": "20 s", "interval_cooling": "60 s"}
ARGON = {"gas": "argon", "gas_flow": 100.0, **SLOW}
STEPS = "10 K/min to 143 degC; hold 2 h"  # 12 minutes up


@pytest.fixture
def mocks():
    found = Mocks()
    with found.clock:
        yield found


def until(end, before=1.0, after=0.0):
    return lambda time: before if time < end else after


def between(begin, end, inside, outside):
    return lambda time: inside if begin <= time < end else outside


def fails(procedure):
    with pytest.raises(MeasurementError) as caught:
        procedure.execute()
    return caught.value.what


def flag(analysis, name):
    return analysis.results[name].flags[0]


# -- before the start ---------------------------------------------------------------------------------------


def test_the_recipe_sets_the_flow_and_heats_once_it_is_measured(mocks):
    flow = mocks.flow(supply=lambda time: min(1.0, time / 60.0))
    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, flow=flow)
    procedure.execute()
    assert flow.sent == [100.0]
    assert run.actions == ["gas"]
    assert run.rows[0]["Time"] > 48.0 + 30.0  # in its band, and steady
    gas = run.facts["gas"]
    assert (gas["declared"], gas["measured_by"], gas["low_sccm"]) == (False, "flow", 80.0)
    assert {row["Gas"] for row in run.rows} == {"Ar"}
    analysis = mocks.analysis(procedure, run)
    assert flag(analysis, "argon_in_limits") == flag(analysis, "accepted") == "pass"
    assert analysis.results["argon_in_limits"].value == 1.0
    assert analysis.results["lowest_flow"].value == pytest.approx(100.0)
    assert flow.sent == [100.0], "it flows on after the end"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ({"gas": "N2"}, "gas not argon: 'flow' is set to N2"),
        ({"gas": ""}, "gas not argon: 'flow' is set to a gas that it cannot name"),
        ({"held": True}, "its valve is held by hand"),
        ({"answers": always(False)}, "no reply"),
    ],
)
def test_an_unfit_controller_is_refused_before_anybody_loads_anything(mocks, script, said):
    procedure = Anneal(**SLOW)
    run = mocks.begin(procedure, flow=mocks.flow(**script))
    with pytest.raises((MeasurementError, CommunicationError), match=said):
        procedure.execute()
    assert run.asked == run.rows == run.instruments["flow"].sent == []
    assert mocks.furnace.programme is None


def test_a_flow_that_does_not_come_is_no_flow(mocks):
    flow = mocks.flow(supply=always(0.5))
    procedure = Anneal(**SLOW)
    run = mocks.begin(procedure, flow=flow)
    assert "100 sccm of argon were set, and after 120 s 50 sccm of Ar is measured" in fails(procedure)
    assert flow.sent == [100.0, 0.0]
    assert (run.rows, mocks.furnace.programme) == ([], None)


def test_what_a_rotameter_shows_is_declared_and_never_a_pass(mocks):
    rotameter = ManualRotameter.open("the argon's", name="rotameter", clock=mocks.clock)
    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, rotameter=rotameter)
    procedure.execute()
    declared = rotameter.declared_flow()
    assert (declared.sccm, declared.gas) == (100.0, "Ar")
    assert {row["Flow"] for row in run.rows} == {None}
    analysis = mocks.analysis(procedure, run)
    assert analysis.results["argon_in_limits"].value is None
    assert flag(analysis, "argon_in_limits") == flag(analysis, "accepted") == "not measured"
    assert analysis.results["accepted"].value is None
    assert "gas declared, not measured" in analysis.results["accepted"].flags


# -- lost ---------------------------------------------------------------------------------------------------


def test_argon_lost_at_hour_six_ends_the_programme_and_the_record_goes_on(mocks):
    lost_at = 6 * HOUR
    flow = mocks.flow(supply=until(lost_at))
    procedure = Synthesis(batch="B1", opening_temperature="40 degC", **SLOW)
    run = mocks.begin(procedure, flow=flow)
    said = fails(procedure)
    assert said.startswith("argon is lost: for ")
    assert "0 sccm of Ar, where 80 to 120 of Ar belong; the programme is reset" in said
    assert mocks.furnace.resets == 1
    assert 60.0 < run.reset_at - lost_at <= 60.0 + 3 * 20.0
    assert [text for _, text in run.warned] == [said.split(" (instrument")[0]], "told when it happens, once"
    assert run.warned[0][0] <= run.reset_at
    assert flow.sent == [100.0], "what gas there is flows on"
    assert run.rows[-1]["Control"] < 40.0
    marked = [row["Time"] for row in run.rows if row["Gas lost"]]
    assert 60.0 < marked[0] - lost_at <= 100.0
    assert marked[-1] == run.rows[-1]["Time"]
    assert [one["text"] for one in run.facts["events"]] == [said]
    assert "open" not in run.actions
    analysis = mocks.analysis(procedure, run)
    for name in ("argon_in_limits", "argon_longest_loss", "accepted"):
        assert flag(analysis, name) == "fail"
    assert analysis.results["lowest_flow"].value == 0.0
    assert analysis.results["argon_longest_loss"].value == pytest.approx(
        run.rows[-1]["Time"] - COLD_FOR_S - lost_at, abs=60.0
    )  # to where it was cold, and no further


def test_a_programme_that_could_not_be_reset_is_told_as_that(mocks):
    def silent():
        raise CommunicationError("no reply", instrument="furnace")

    mocks.furnace.reset_programme = silent
    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, flow=mocks.flow(supply=until(HOUR)))
    with pytest.raises(CommunicationError):  # the run fails, and everything is made safe
        procedure.execute()
    assert run.facts["failure"].endswith("; the programme COULD NOT be reset")
    assert [text for _, text in run.warned] == [run.facts["failure"]]


def test_a_recipe_may_go_on_and_is_then_judged_by_its_time_in_limits(mocks):
    flow = mocks.flow(supply=between(1 * HOUR, 1.5 * HOUR, 0.0, 1.0))
    procedure = HeatProgramme(steps=STEPS, gas_loss="go on", **ARGON)
    run = mocks.begin(procedure, flow=flow)
    procedure.execute()
    assert mocks.furnace.resets == 0
    assert [text for text in run.notes if "argon is" in text] == [
        "argon is lost: for 80 s 0 sccm of Ar, where 80 to 120 of Ar belong",
        "argon is there again: 100 sccm of Ar, where 80 to 120 of Ar belong",
    ]
    analysis = mocks.analysis(procedure, run)
    assert flag(analysis, "argon_in_limits") == "fail"
    assert analysis.results["argon_longest_loss"].value == pytest.approx(0.5 * HOUR, abs=40.0)


def test_a_short_dip_is_no_loss_but_counts(mocks):
    flow = mocks.flow(supply=between(1 * HOUR, 1 * HOUR + 50.0, 0.5, 1.0))
    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, flow=flow)
    procedure.execute()
    assert not any(row["Gas lost"] for row in run.rows)
    analysis = mocks.analysis(procedure, run)
    assert flag(analysis, "argon_longest_loss") == "marginal", "a loss of 60 s, known to two looks of 20 s"
    results = analysis.results
    assert 0.99 < results["argon_in_limits"].value < 1.0
    assert results["lowest_flow"].value == 50.0


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ({"supply": between(HOUR, 9 * HOUR, 1.5, 1.0)}, "too much flows: 150 sccm"),
        ({"supply": between(HOUR, 9 * HOUR, None, 1.0)}, "too much flows: more than it can measure"),
    ],
)
def test_too_much_is_told_and_out_of_limits_but_no_loss(mocks, script, said):
    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, flow=mocks.flow(**script))
    procedure.execute()
    assert any(text.startswith(said) for text in run.notes)
    analysis = mocks.analysis(procedure, run)
    assert flag(analysis, "argon_in_limits") == "fail"
    assert analysis.results["argon_longest_loss"].value == 0.0


def test_another_gas_selected_during_the_run_is_a_loss_and_so_is_a_set_point_of_zero(mocks):
    class Touched(type(mocks.flow())):
        def flow_status(self):
            if self.clock.now() > HOUR:
                self.gas, self.setpoint = "N2", 40.0
            return super().flow_status()

    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, flow=Touched(mocks.clock))
    assert "40 sccm of N2, where 80 to 120 of Ar belong" in fails(procedure)
    assert any("somebody has set the flow to 40 sccm; the recipe wants 100" in text for text in run.notes)


def test_missing_data_is_not_in_limits_and_a_silent_meter_is_not_asked_at_each_look(mocks):
    asked = []

    def answers(time):
        asked.append(time)
        return not HOUR <= time < HOUR + 600.0

    procedure = HeatProgramme(steps=STEPS, **{**ARGON, "interval_dwell": "5 s"})
    run = mocks.begin(procedure, flow=mocks.flow(answers=answers))
    procedure.execute()
    silent = [time for time in asked if HOUR <= time < HOUR + 600.0]
    assert len(silent) <= 21, "each 30 s, or the furnace would be looked at less often"
    assert {row["Flow"] for row in run.rows if HOUR <= row["Time"] < HOUR + 600.0} == {None}
    assert any(text.startswith("no answer from 'flow'") for text in run.notes)
    assert any(text.startswith("'flow' answers again, after ") for text in run.notes)
    analysis = mocks.analysis(procedure, run)
    assert analysis.results["argon_unseen"].value == pytest.approx(600.0, abs=45.0)
    assert flag(analysis, "argon_in_limits") == flag(analysis, "accepted") == "marginal"
    assert "not seen all the time" in analysis.results["argon_in_limits"].flags


def test_a_cold_furnace_is_not_opened_before_its_argon_flows_again(mocks):
    back_at = 8 * HOUR
    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, flow=mocks.flow(supply=between(2.5 * HOUR, back_at, 0.0, 1.0)))
    procedure.execute()
    assert run.rows[-1]["Time"] >= back_at + 600.0
    assert run.facts["progress"]["permit"]
    lost_for_good = HeatProgramme(steps=STEPS, cooling_max="6 h", **ARGON)
    mocks.furnace.begun = mocks.furnace.ended = None
    start = mocks.clock.now()
    mocks.begin(lost_for_good, flow=mocks.flow(supply=until(start + 2.5 * HOUR)))
    assert "not seen to be cold under flowing argon" in fails(lost_for_good)


# -- vacuum -------------------------------------------------------------------------------------------------


def test_drying_waits_for_its_vacuum_and_judges_the_dwell(mocks):
    flow = mocks.flow()
    flow.setpoint = 100.0  # of the run before
    gauge = mocks.gauge(lambda time: 50.0 if 1800.0 < time < 2400.0 else 1e5 * 0.99**time + 3.0)
    procedure = Drying(**SLOW)
    run = mocks.begin(procedure, gauge=gauge, flow=flow)
    procedure.execute()
    assert run.actions == ["load", "gas", "open"]
    assert flow.sent == [0.0], "no argon into the pump"
    assert run.rows[0]["Pressure"] <= 10.0
    assert any(text.startswith("the pressure is above its limit: 50 Pa") for text in run.notes)
    analysis = mocks.analysis(procedure, run)
    assert flag(analysis, "vacuum_in_limits") == flag(analysis, "accepted") == "pass"
    assert 3.0 <= analysis.results["highest_pressure"].value < 10.0  # 50 Pa was in the ramp


def test_a_vacuum_that_does_not_come_and_one_that_is_lost(mocks):
    procedure = Drying(**SLOW)
    run = mocks.begin(procedure, gauge=mocks.gauge(always(30.0)))
    assert "the tube has 30 Pa after 7200 s, and may have 10 Pa" in fails(procedure)
    assert (run.rows, mocks.furnace.programme) == ([], None)

    lost_at = mocks.clock.now() + 2 * HOUR
    run = mocks.begin(procedure, gauge=mocks.gauge(until(lost_at, 3.0, 9e4)))
    said = fails(procedure)
    assert "vacuum is lost: for 80 s 9e+04 Pa, where 100 Pa are the limit; the programme is reset" in said
    assert 60.0 < run.reset_at - lost_at <= 60.0 + 3 * 20.0
    analysis = mocks.analysis(procedure, run)
    assert flag(analysis, "vacuum_in_limits") == flag(analysis, "vacuum_longest_loss") == "fail"
    assert analysis.results["highest_pressure"].value == 9e4


def test_a_gauge_without_a_number_is_not_in_limits(mocks):
    gauge = mocks.gauge(between(HOUR, 2 * HOUR, None, 3.0))
    procedure = Drying(**SLOW)
    run = mocks.begin(procedure, gauge=gauge)
    procedure.execute()
    analysis = mocks.analysis(procedure, run)
    assert flag(analysis, "vacuum_in_limits") == "marginal"
    assert analysis.results["vacuum_unseen"].value == pytest.approx(HOUR, abs=60.0)


# -- after a crash ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flows", [1.0, 0.0])
def test_after_a_crash_it_only_reads_and_names_the_gap(mocks, flows):
    class CrashError(Exception):
        pass

    def crash(time):
        if time > HOUR and run.restored is None:
            raise CrashError
        return flows if time > HOUR else 1.0

    flow = mocks.flow(supply=crash)
    procedure = HeatProgramme(steps=STEPS, **ARGON)
    run = mocks.begin(procedure, flow=flow)
    with pytest.raises(CrashError):
        procedure.execute()
    if flows:
        mocks.go_on(procedure, run, 500.0)
    else:
        with pytest.raises(MeasurementError, match="argon is lost"):
            mocks.go_on(procedure, run, 500.0)
    assert flow.sent == [100.0]
    assert run.actions == ["gas"], "nobody is asked anything again"
    assert (
        f"the gas after 500 s that nobody saw: 'flow' measures {100 * flows:g} sccm of Ar and is set to 100 "
        "sccm; nothing was set"
    ) in run.notes
    results = mocks.analysis(procedure, run).results
    assert results["argon_unseen"].value == pytest.approx(520.0, abs=21.0)


# -- drawn --------------------------------------------------------------------------------------------------


def test_the_figure_has_a_panel_for_what_was_measured(mocks):
    procedure = HeatProgramme(steps=STEPS, gas_loss="go on", **ARGON)
    flow = mocks.flow(supply=between(HOUR, 1.5 * HOUR, 0.0, 1.0))
    run = mocks.begin(procedure, flow=flow, gauge=mocks.gauge(always(1e5)))
    procedure.execute()
    *above, output, flows = draw(mocks.record(procedure, run))["programme"].axes
    assert [axes.get_ylabel() for axes in (output, flows)] == ["Output / %", "Flow / sccm"]
    (band,) = (one for one in flows.patches if one.get_height() == pytest.approx(40.0))
    assert band.get_y() == 80.0
    dashed = [line for line in flows.lines if line.get_linestyle() == "--"]
    assert len(dashed) == len(run.facts["events"]) == 4
    assert len(above) == 2, "nothing of the pressure, of which nothing was asked"


def test_the_panel_of_a_vacuum_shows_both_limits(mocks):
    procedure = Drying(**SLOW)
    run = mocks.begin(procedure, gauge=mocks.gauge(always(3.0)))
    procedure.execute()
    pressure = draw(mocks.record(procedure, run))["programme"].axes[-1]
    assert (pressure.get_ylabel(), pressure.get_yscale()) == ("p / Pa", "log")
    levels = {line.get_ydata()[0] for line in pressure.lines if len(set(line.get_ydata())) == 1}
    assert {10.0, 100.0} <= levels
