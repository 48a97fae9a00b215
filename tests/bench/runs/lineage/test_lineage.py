"""From a result to its furnace run and back: what belongs together, and what is said of what does not."""

from types import SimpleNamespace

import pytest

from bench.runs.lineage import Tracer, UnknownNameError, origin_of
from bench.runs.lineage.doubts import doubts_in
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.folder import RunFolder
from bench.samples import Sample


@pytest.fixture
def trace(powder):
    def ask(name):
        return Tracer(Catalogue(powder.data)).trace(name)

    return ask


def only(trace):
    (lineage,) = trace.lineages
    return lineage


def test_from_a_sample_to_the_people_who_made_its_batch(powder, trace):
    powder.furnace("f1")
    powder.furnace("f2", "anneal", makes=False)
    powder.furnace("other", batch="B2")
    powder.measured("p1")
    powder.measured("p2")
    powder.measured("q1", "s2")
    found = trace("s1")
    lineage = only(found)
    assert (found.kind, lineage.batch, lineage.remarks) == ("sample", "B1", ())
    assert lineage.masses_g == {"SiO2": 0.5, "MgSO4": 0.5, "Al": 1.0}
    assert [(step.what, step.by, step.utc[:10], step.run_id) for step in lineage.steps] == [
        ("weighed and sealed", "AB", "2026-01-02", "run-f1"),
        ("washed with water", "CD", "2026-01-02", "run-f1"),
        ("annealed", "EF", "2026-01-03", "run-f2"),
    ]
    assert [(one.run.id, one.accepted) for one in lineage.treatments] == [("f1", "pass"), ("f2", "pass")]
    assert [(one.name, [run.id for run in one.runs]) for one in lineage.samples] == [("s1", ["p1", "p2"])]


def test_a_batch_has_all_of_its_samples_and_a_run_only_itself(powder, trace):
    powder.furnace("f1")
    for id, sample in (("p1", "s1"), ("q1", "s2"), ("p2", "s1")):
        powder.measured(id, sample)
    runs = [(one.name, [run.id for run in one.runs]) for one in only(trace("B1")).samples]
    assert runs == [("s1", ["p1", "p2"]), ("s2", ["q1"])]
    up = trace("run-p2")
    assert up.kind == "run"
    assert [[run.id for run in one.runs] for one in only(up).samples] == [["p2"]]
    assert [one.run.id for one in only(up).treatments] == ["f1"]
    assert trace("p2").lineages == up.lineages, "the id of the queue means the newest"
    assert len(only(trace("f1")).samples) == 2, "a furnace run is its whole batch"


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        ("fail", "overshoot 14.25 K, has to be at most 10 K"),
        ("marginal", "overshoot 9.5 K, has to be at most 10 K (marginal)"),
        ("not measured", "overshoot not measured"),
    ],
)
def test_why_a_furnace_run_was_not_accepted(powder, trace, verdict, reason):
    powder.furnace("f1", verdict=verdict)
    powder.measured("p1")
    assert only(trace("s1")).remarks == (f"f1 (synthesis) was not accepted: {reason}",)


def test_what_is_missing_is_said(powder, trace):
    powder.measured("p1", batch=None)
    powder.measured("q1", "s2", batch="B9")
    powder.furnace("f1", "anneal", makes=False, batch="B8")
    powder.furnace("f2", status="failed")
    powder.run("bare", "log", {}, None, status="aborted")
    assert only(trace("s1")).remarks == ("the sample names no batch",)
    assert only(trace("s2")).remarks == ("no furnace run of batch 'B9' in this data folder",)
    assert only(trace("B8")).remarks == ("no run has noted what was weighed in",)
    assert only(trace("B1")).remarks == ("f2 (synthesis) ended as failed: it broke",)
    assert only(trace("bare")).remarks == ("run-bare is on no sample, and its parameters name no batch",)


def test_what_contradicts_is_said(powder, trace):
    powder.measured("early", started="2020-01-01T00:00:00+00:00")
    powder.furnace("f1", simulated=True)
    powder.furnace("f2")
    assert only(trace("s1")).remarks == (
        "2 runs have made a batch of this name: run-f1, run-f2",
        "run-early began before the batch was made",
        "simulated runs beside runs on hardware: run-f1 simulated",
    )


def test_a_sample_that_was_made_again_of_another_batch(powder, trace):
    powder.furnace("f1")
    powder.measured("p1")
    powder.furnace("f2", batch=" B2 ")
    powder.measured("p2", batch="B2")
    old, new = trace("s1").lineages
    assert [run.id for run in old.samples[0].runs] == ["p1"]
    assert [run.id for run in new.samples[0].runs] == ["p2"]
    assert [one.run.id for one in new.treatments] == ["f2"], "spaces around a name do not count"
    assert "has not always named the same batch: 'B1', 'B2'" in old.remarks[0]


def test_a_furnace_run_that_cannot_be_read_is_part_of_the_answer(powder, trace):
    folder = powder.furnace("f1")
    powder.measured("p1")
    (folder.path / "journal.jsonl").write_bytes(b"not json\n")
    lineage = only(trace("s1"))
    assert "runs/run-f1 cannot be read" in lineage.remarks[0]
    assert lineage.treatments[0].accepted == "pass", "the index knows that much"


def test_names_that_nobody_has_used(powder, trace):
    powder.measured("p1", "qms-0p7")
    with pytest.raises(UnknownNameError) as caught:
        trace("qms-0p8")
    assert "did you mean 'qms-0p7'?" in caught.value.remedy


def test_only_folders_of_furnace_runs_are_opened(powder, trace, monkeypatch):
    powder.furnace("f1")
    for number in range(5):
        powder.measured(f"p{number}")
    opened = []
    plain = RunFolder.open
    monkeypatch.setattr(RunFolder, "open", lambda path: opened.append(path.name) or plain(path))
    assert len(only(trace("s1")).samples[0].runs) == 5
    assert opened == ["run-f1"]


def test_a_copy_of_a_run_folder_makes_no_catalogue_where_it_lies(powder, tmp_path):
    powder.furnace("f1")
    folder = powder.measured("p1")
    assert [one.run.id for one in only(origin_of(folder)).treatments] == ["f1"]
    copy = folder.path.rename(tmp_path / "copy")
    lineage = only(origin_of(RunFolder.open(copy)))
    assert lineage.remarks == ("no furnace run of batch 'B1' in this data folder",)
    assert not list(tmp_path.glob("catalogue*"))


def planned(sample=None, of=None, **parameters):
    return SimpleNamespace(sample=sample and Sample(sample, "Si", batch=of), parameters=parameters)


def test_what_is_doubted_before_a_run(powder, tmp_path):
    powder.furnace("f1")
    powder.furnace("f2", batch="B2", verdict="fail")
    powder.furnace("f3", batch="B3", status="interrupted")
    on = {name: planned(name, f"B{name[1:]}") for name in ("s1", "s2", "s3", "s4")}
    doubts = doubts_in([*on.values(), planned("s5"), planned()], powder.data)
    assert set(doubts) == {"s2", "s3", "s4"}
    assert "f2 (synthesis) was not accepted" in doubts["s2"][0]
    assert "ended as interrupted" in doubts["s3"][0]
    assert doubts["s4"] == ("no furnace run of batch 'B4' in this data folder",)
    coming = [on["s2"], on["s4"], planned(batch="B4")]
    assert set(doubts_in(coming, powder.data)) == {"s2"}, "B4 is made by the same queue"
    assert set(doubts_in(coming[:1], tmp_path / "none")) == {"s2"}
    assert not (tmp_path / "none").exists()


def test_a_simulated_furnace_has_made_nothing_for_the_hardware(powder):
    powder.furnace("f1", simulated=True)
    asked = [planned("s1", "B1")]
    assert doubts_in(asked, powder.data) == {}
    assert doubts_in(asked, powder.data, on_hardware=True) == {
        "s1": ("f1 (synthesis) was simulated: it has made nothing",)
    }


def test_no_run_waits_for_an_index_that_cannot_be_used(powder):
    powder.data.mkdir()
    (powder.data / "runs").mkdir()
    (powder.data / "catalogue.sqlite").mkdir()
    assert doubts_in([planned("s1", "B1")], powder.data) == {}
