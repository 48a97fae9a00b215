"""The recipes end within their criteria on the simulated furnace, and leave a record of what they were."""

import pytest
from furnace_lab import perform

from bench.core.programme import Dwell
from bench.runs.lineage import origin_of
from bench.samples import Batch
from procedures.thermal.figures import draw

HOURS = 3600.0


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_hours_of_synthesis_are_accepted(lab, seed):
    outcome, folder, after = lab.run("synthesis", dwell="10 h", seed=seed)
    assert (outcome.status, outcome.safe) == ("done", "verified"), outcome.reason
    results = folder.results()
    verdicts = {name: result.flags[0] for name, result in results.items() if result.flags}
    assert verdicts["accepted"] == "pass"
    assert results["in_band_soak"].value >= 0.98 * 10 * HOURS
    assert results["mean_temperature"].value == pytest.approx(250.0, abs=0.5)
    assert 0 < results["vessel_minus_control"].value < 10.0
    assert results["vessel_peak"].value < 260.0
    assert results["cooling_time"].value > HOURS
    truth = after["fixtures"]["tube"]
    assert results["argon_in_limits"].value == 1.0
    assert results["argon_longest_loss"].value == results["argon_unseen"].value == truth["hot_without_gas_s"]
    assert results["lowest_flow"].value == pytest.approx(truth["hot_lowest_sccm"], abs=2.0)
    assert truth["conversion"] == pytest.approx(1.0, abs=0.01)
    assert truth["heating"] == 0.0
    assert folder.verify() == []


def test_the_record_holds_the_programme_its_guard_and_the_batch(lab):
    _, folder, _ = lab.run("synthesis")
    facts = folder.record().facts
    assert facts["programme"]["end"] == "reset"
    assert facts["programme"]["segments"][-1] == {"kind": "dwell", "duration_s": 3600.0}
    assert facts["guard"]["limits"]["programme"] == facts["programme"]["fingerprint"]
    assert facts["guard"]["limits"]["end"] == "reset, then 0 degC"
    batch = Batch.from_json(facts["batch"])
    assert batch.id == "B1"
    assert sum(batch.masses_g.values()) == pytest.approx(7.0)
    assert [step.what for step in batch.steps][:2] == ["weighed and sealed", "opened"]
    assert len(batch.steps) == 6
    done = [entry for entry in folder.entries() if entry.kind == "operator done"]
    assert all(entry.facts["by"] for entry in done)
    assert len(done) == 7  # load, gas, open, four washes
    (lineage,) = origin_of(folder).lineages
    assert lineage.masses_g == batch.masses_g
    assert [(step.what, step.by) for step in lineage.steps] == [
        (step.what, "simulated operator") for step in batch.steps
    ]
    (treatment,) = lineage.treatments
    assert {one.quantity for one in treatment.verdicts} >= {"in_band_soak", "vessel_peak"}


@pytest.mark.parametrize(
    ("procedure", "measured", "true", "within", "step"),
    [
        ("anneal", "lowest_flow", "hot_lowest_sccm", 0.02, "annealed at 400 degC"),
        # a gauge of 15 %; and hot before the dwell
        ("drying", "highest_pressure", "hot_highest_Pa", 0.5, "dried at 150 degC"),
    ],
)
def test_the_other_recipes_are_accepted_too(lab, procedure, measured, true, within, step):
    outcome, folder, after = lab.run(procedure, interval_dwell="5 s", batch="B1")
    assert (outcome.status, outcome.safe) == ("done", "verified"), outcome.reason
    results = folder.results()
    assert results["accepted"].flags[0] == "pass"
    assert results[measured].value == pytest.approx(after["fixtures"]["tube"][true], rel=within)
    (lineage,) = origin_of(folder).lineages
    assert [(one.what, one.by) for one in lineage.steps] == [(step, "simulated operator")]
    assert lineage.treatments[0].accepted == "pass"
    assert lineage.remarks == ("no run has noted what was weighed in",)


def test_full_speed_into_a_dwell_overshoots_and_is_not_accepted(lab):
    _, folder, _ = lab.run("heat-programme", steps="5 K/min to 150 degC; hold 30 min")
    results = folder.results()
    assert results["accepted"].flags[0] == "fail"
    assert results["in_band_soak"].flags[0] == "fail"
    assert results["longest_excursion"].value > 120.0


def test_a_programme_without_a_dwell_has_no_soak_and_says_so(lab):
    outcome, folder, _ = lab.run("heat-programme", steps="5 K/min to 60 degC; 5 K/min to 40 degC")
    assert outcome.status == "done"
    soak = folder.results()["in_band_soak"]
    assert (soak.value, soak.flags[0]) == (None, "no dwell was reached")


def test_the_figure_shows_gaps_segments_and_events(lab):
    blink = [(1500.0, perform("mains", on=False)), (1560.0, perform("mains", on=True))]
    _, folder, _ = lab.run("heat-programme", at=blink)
    temperature, off, output = draw(folder.record())["programme"].axes
    assert [line.get_label() for line in temperature.lines][:2] == ["set-point", "control"]
    assert len(temperature.texts) == len(folder.record().facts["events"])
    assert output.get_xlabel() == "Time / h"
    assert off.patches


def test_the_dwell_is_what_the_controller_was_given(lab):
    _, folder, _ = lab.run("heat-programme")
    rows = [row for row in folder.table().rows() if row["Segment"] == 3]
    assert rows[-1]["Time"] - rows[0]["Time"] == pytest.approx(Dwell(1200.0).duration_s, abs=21.0)
