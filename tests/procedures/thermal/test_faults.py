"""What goes wrong with a hot furnace: how it ends, who ended it, and what the record says."""

from furnace_lab import perform, told

from bench.report.content import content_of
from bench.runs.storage.reading import read_table
from bench.runs.verification import verify_run

DWELL_s = 1.4 * 3600.0
"""In the dwell of the short synthesis."""


def assert_ended_cold(outcome, folder, after):
    """The run failed, the furnace is off by read-back, nobody is told that it may be opened."""
    assert (outcome.status, outcome.safe) == ("failed", "verified"), outcome.reason
    assert after["instruments"]["furnace"]["state"] == "reset"
    assert after["instruments"]["furnace"]["output_percent"] == 0.0
    assert not any("may be opened once" in text for text in told(folder))
    assert not any(
        entry.facts["action"] == "open" for entry in folder.entries() if entry.kind == "operator done"
    )
    assert folder.verify() == []
    results = folder.results()
    assert results["accepted"].value == 0.0
    for name, result in results.items():
        assert result.flags[0] == "the run failed", name
        assert "pass" not in result.flags, name
    assert "pass" not in [row["Verdict"] for row in read_table(folder.tables()["acceptance"]).rows()]


def test_a_charge_too_large_is_seen_at_the_vessel_and_ended(lab):
    """Twice the charge: the controller's own thermocouple hardly notices (254 degC)."""
    outcome, folder, after = lab.run("synthesis", silica="1 g", adiabatic_rise_max="200 K", figures=True)
    assert_ended_cold(outcome, folder, after)
    assert outcome.results["vessel_peak"].value > 260.0
    assert [path.suffix for path in folder.figures()["programme"]] == [".png", ".svg"]
    assert len(content_of(folder).figures) == 1
    assert {check.outcome for check in verify_run(folder)} == {"ok"}
    assert "the vessel" in outcome.reason
    assert folder.record().facts["failure"] in outcome.reason  # told while it cools, for who looks on
    rows = list(folder.table().rows())
    hot = [row for row in rows if row["Vessel"] is not None and row["Vessel"] > 260.0]
    assert max(row["Control"] for row in rows) < 258.0
    reset = next(row for row in rows if row["State"] == "reset")
    assert reset["Time"] - (hot[0]["Time"] if hot else reset["Time"]) < 60.0
    assert rows[-1]["Vessel"] <= 40.0  # the record goes on to the end of the cooling


def test_a_broken_thermocouple_takes_the_output_away_and_ends_the_run(lab):
    broken = perform("thermocouple", which="control", condition="open")
    outcome, folder, after = lab.run("synthesis", at=[(DWELL_s, broken)], cooling_max="1 h")
    assert_ended_cold(outcome, folder, after)
    assert "the controller's thermocouple is broken" in outcome.reason
    first = next(row for row in folder.table().rows() if row["Sensor break"])
    assert (first["Control"], first["Output"]) == (None, 0.0)  # the controller was there before the bench


def test_a_welded_relay_can_only_be_ended_by_the_cut_out_and_the_record_says_so(lab):
    outcome, folder, after = lab.run("synthesis", at=[(DWELL_s, perform("weld", welded=True))])
    assert_ended_cold(outcome, folder, after)
    texts = told(folder)
    assert any(
        "its relay is welded or the charge reacts; only the over-temperature cut-out" in one for one in texts
    )
    aloud = [entry.facts["text"] for entry in folder.entries() if entry.kind == "warning"]
    assert any("the over-temperature cut-out or the mains can end that" in one for one in aloud)
    assert any("the cut-out, or somebody, has taken the power away" in one for one in texts)
    assert after["fixtures"]["tube"]["contactor_closed"] is False
    assert max(row["Control"] for row in folder.table().rows()) > 440.0
    assert max(row["Output"] for row in folder.table().rows() if row["State"] == "reset") == 0.0


def test_a_power_blink_resets_a_reactive_charge(lab):
    blink = [(DWELL_s, perform("mains", on=False)), (DWELL_s + 20.0, perform("mains", on=True))]
    outcome, folder, after = lab.run("synthesis", at=blink)
    assert_ended_cold(outcome, folder, after)
    assert "the programme was reset after a power failure" in outcome.reason
    assert any(text.startswith("no answer from the controller") for text in told(folder))


def test_a_lab_that_lets_it_ramp_back_goes_on_and_names_the_cut(lab):
    lab.change("world", "power_fail = 1", "power_fail = 0")
    lab.change("station", 'after_power_cut = "reset" }', 'after_power_cut = "ramp_back" }')
    blink = [(1500.0, perform("mains", on=False)), (1520.0, perform("mains", on=True))]
    outcome, folder, _ = lab.run("heat-programme", at=blink)
    assert (outcome.status, outcome.safe) == ("done", "verified"), outcome.reason
    assert "the controller has been without power" in told(folder)


def test_a_vessel_that_nobody_sees_any_more_is_not_accepted(lab):
    broken = perform("thermocouple", which="vessel", condition="open")
    outcome, folder, _ = lab.run("synthesis", at=[(DWELL_s, broken)], cooling_max="1 h")
    assert outcome.status == "failed"
    assert "not seen to be cold" in outcome.reason
    assert "the vessel's thermometer shows nothing" in told(folder)


def test_somebody_who_resets_it_and_somebody_who_holds_it(lab):
    def press(world):
        panel = world._devices["furnace"].unit.panel
        panel.press_run_hold()

    outcome, folder, _ = lab.run("heat-programme", at=[(1500.0, press), (1800.0, press)])
    assert outcome.status == "done"
    assert "somebody holds the programme: it stays hot until it is let go on" in told(folder)

    def reset(world):
        world._devices["furnace"].unit.panel.keep_run_hold_pressed()

    outcome, folder, after = lab.run("heat-programme", at=[(1500.0, reset)])
    assert_ended_cold(outcome, folder, after)
    assert "reset by something else than its end" in outcome.reason


def test_the_cable_of_the_thermometer_is_pulled_and_the_furnace_is_watched_all_the_same(lab):
    def pull(world):
        world.ports["vessel"].disconnect()

    def put_back(world):
        world.ports["vessel"].reconnect()

    outcome, folder, _ = lab.run("synthesis", at=[(DWELL_s, pull), (DWELL_s + 600.0, put_back)])
    assert outcome.status == "done", outcome.reason
    results = folder.results()
    assert 500.0 < results["vessel_unseen"].value < 700.0
    assert results["vessel_unseen"].flags[0] == results["accepted"].flags[0] == "fail"
    assert results["in_band_soak"].flags[0] != "fail"  # marginal: waiting for that cable cost rows
    texts = told(folder)
    assert "the vessel's thermometer shows nothing" in texts
    assert "the vessel's thermometer shows something again" in texts
