"""`bench show` and `bench export`: the runs there are, one of them, and what it can be turned into."""

import json
import zipfile

import pytest

from bench.cli.export import Format
from bench.cli.summary import show_outcome
from bench.report.content import _times
from bench.runs.engine.outcome import QueueOutcome, RunOutcome
from bench.runs.storage.export import FORMATS

ENTRY_KEYS = {
    "run_id",
    "id",
    "procedure",
    "sample",
    "status",
    "reason",
    "safe",
    "simulated",
    "started",
    "ended",
    "folder",
    "results",
    "batch",
    "sample_batch",
}
RUN_KEYS = ENTRY_KEYS - {"batch", "sample_batch"} | {
    "parameters",
    "instruments",
    "tables",
    "figures",
    "problems",
    "journal",
}


@pytest.fixture
def measured(bench, lab):
    """A lab with two runs in its data folder."""
    result = bench("run", lab.queue("quick", "hopeless"), "--simulate", "--data", lab.data)
    assert result.exit_code == 1
    return lab


def named(lab, text):
    (run,) = [run for run in lab.runs if text in run.name]
    return run


def test_the_list(document, bench, measured):
    found, code = document("show", "--data", measured.data)
    assert code == 0
    assert [set(run) for run in found["runs"]] == [ENTRY_KEYS, ENTRY_KEYS]
    assert {run["status"] for run in found["runs"]} == {"done", "failed"}
    assert {run["folder"] for run in found["runs"]} == {str(run) for run in measured.runs}
    shown = bench("show", "--data", measured.data).stdout
    assert all(run.name in shown for run in measured.runs)
    assert len(document("show", "--data", measured.data, "--limit", 1)[0]["runs"]) == 1


def test_an_empty_data_folder_is_no_error(document, bench, tmp_path):
    assert document("show", "--data", tmp_path / "none") == ({"runs": []}, 0)
    assert "no runs" in bench("show", "--data", tmp_path / "none").stdout
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("way", ["id", "prefix", "queue id", "folder"])
def test_a_run_is_found_by(document, measured, way):
    run = named(measured, "quick-1")
    text = {"id": run.name, "prefix": run.name[:-2], "queue id": "quick-1", "folder": str(run)}[way]
    found, code = document("show", text, "--data", measured.data)
    assert code == 0
    assert set(found) == RUN_KEYS
    assert found["run_id"] == run.name
    assert found["results"]["voltage"]["flags"] == ["made up"]
    assert found["problems"] == []
    assert found["journal"][-1]["kind"] == "end"


def test_the_newest_of_a_queue_id_is_meant(document, bench, measured):
    bench("run", measured.queue("quick"), "--simulate", "--data", measured.data)
    runs = document("show", "--data", measured.data)[0]["runs"]
    newest = max((run for run in runs if run["id"] == "quick-1"), key=lambda run: run["started"])
    assert document("show", "quick-1", "--data", measured.data)[0]["run_id"] == newest["run_id"]


def test_an_ambiguous_start_and_an_unknown_run_are_told_apart(bench, measured):
    ambiguous = bench("show", "2", "--data", measured.data)
    unknown = bench("show", "nobody", "--data", measured.data)
    assert (ambiguous.exit_code, unknown.exit_code) == (1, 1)
    assert all(run.name in ambiguous.stderr for run in measured.runs)
    assert "no run 'nobody'" in unknown.stderr
    assert unknown.stdout == ""


def test_people_see_results_flags_and_the_end_of_the_journal(bench, measured):
    shown = bench("show", "quick-1", "--data", measured.data, "--lines", 2).stdout
    for text in ("SIMULATED, seed 0", "voltage", "made up", "not measured", "as they were written", "end"):
        assert text in shown
    assert "phase" in shown
    assert "operator asked" not in shown
    assert "the pellet is gone" in bench("show", "hopeless-2", "--data", measured.data).stdout


def test_people_see_how_instruments_were_left_and_no_traceback(bench, lab):
    said = bench("run", lab.queue("metered", "hopeless"), "--simulate", "--data", lab.data).stdout
    assert "left as: meter: output off" in said
    assert "meter: output off" in bench("show", named(lab, "metered"), "--lines", 0).stdout
    failed = named(lab, "hopeless")
    assert "Traceback" in (failed / "journal.jsonl").read_text("utf-8")
    shown = bench("show", failed, "--lines", 30).stdout
    assert "the pellet is gone" in shown
    assert "Traceback" not in shown
    assert "raise MeasurementError" not in shown


@pytest.mark.parametrize(("safe", "told"), [("verified", "they were safe"), ("failed", "NOT SAFE")])
def test_a_journal_that_a_full_disk_cut_short_leaves_nothing_unsaid(bench, lab, capsys, safe, told):
    bench("run", lab.queue("metered"), "--simulate", "--data", lab.data)
    run = named(lab, "metered")
    lines = (run / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (run / "journal.jsonl").write_bytes(b"".join(lines[:3]))
    capsys.readouterr()
    show_outcome(QueueOutcome((RunOutcome("metered-1", "metered", None, "failed", True, safe, run),)))
    assert f"how its instruments were left; {told}" in capsys.readouterr().out


def test_the_span_of_the_last_attempt_is_not_told_as_that_of_the_run():
    info = {"started": "2026-01-01T00:00:00", "clock": {"start_s": 100.0, "end_s": 160.0}}
    assert _times(info, 1) == "2026-01-01 00:00:00 UTC, 1 min 00 s"
    assert _times(info, 3) == "2026-01-01 00:00:00 UTC, the last of 3 attempts took 1 min 00 s"


def test_an_altered_row_is_told(document, bench, measured):
    data = named(measured, "quick-1") / "data.csv"
    data.write_bytes(data.read_bytes().replace(b"sweep", b"sweeq", 1))
    exported = bench("export", "quick-1", "--to", measured.data / "a.csv", "--data", measured.data)
    assert (exported.exit_code, "Altered after it was written" in exported.stderr) == (0, True)
    assert document("show", "quick-1", "--data", measured.data)[0]["problems"]
    assert "Altered" in bench("show", "quick-1", "--data", measured.data).stdout


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"parquet"}))
def test_export(bench, measured, tmp_path, form):
    path = tmp_path / f"run.{form}"
    result = bench("export", "quick-1", "--format", form, "--to", path, "--data", measured.data)
    assert result.exit_code == 0, result.stderr
    if form == "csv":
        assert path.read_text("utf-8").splitlines()[0] == "Time / s,Voltage / V,Phase"
    elif form == "json":
        assert len(json.loads(path.read_bytes())["data"]["Voltage"]) == 5
    else:
        assert any(name.endswith("journal.jsonl") for name in zipfile.ZipFile(path).namelist())


def test_the_name_of_the_file_says_the_format(bench, measured, tmp_path):
    line = ("export", "quick-1", "--data", measured.data, "--to")
    assert bench(*line, tmp_path / "a.json").exit_code == 0
    assert json.loads((tmp_path / "a.json").read_bytes())["data"]
    odd = bench(*line, tmp_path / "a.xls")
    assert (odd.exit_code, "there is no export format 'xls'" in odd.stderr) == (1, True)
    assert not (tmp_path / "a.xls").exists()
    assert bench(*line, tmp_path / "a.xls", "--format", "csv").exit_code == 0


def test_a_watched_run_is_found_by_its_number_and_a_missing_folder_is_told(bench, measured, tmp_path):
    watched = bench("watch", "1", "--data", measured.data)
    assert watched.exit_code == 0
    assert watched.stdout.startswith("Time / s\tVoltage / V")
    assert bench("watch", "99", "--data", measured.data).exit_code == 1
    assert "there is no data folder" in bench("watch", "--data", tmp_path / "typo").stderr
    assert not (tmp_path / "typo").exists()


def test_the_formats_offered_are_those_there_are():
    assert {str(form) for form in Format} == set(FORMATS)


def test_export_into_a_folder_and_never_over_a_file(bench, measured, tmp_path):
    arguments = ("export", "quick-1", "--to", tmp_path, "--data", measured.data)
    assert bench(*arguments).exit_code == 0
    assert (tmp_path / f"{named(measured, 'quick-1').name}.csv").is_file()
    again = bench(*arguments)
    assert again.exit_code == 1
    assert "already there" in again.stderr
    assert bench(*arguments, "--force").exit_code == 0


def test_the_report_of_one_run(bench, measured, tmp_path):
    page = tmp_path / "report.html"
    assert bench("show", "quick-1", "--html", page, "--data", measured.data).exit_code == 0
    assert "SIMULATED" in page.read_text("utf-8")
    assert bench("show", "--html", page, "--data", measured.data).exit_code == 2
