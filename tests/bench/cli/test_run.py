"""`bench run --simulate`: the document that programs read, the same bytes each time, and what is refused."""

import hashlib
import json
from pathlib import Path

import pytest

RUN_KEYS = {"id", "procedure", "sample", "status", "simulated", "safe", "folder", "results", "tables"}
RESULT_KEYS = {"value", "unit", "u", "k", "U", "dof", "flags"}


def simulate(lab, *more):
    return ("run", *more[:1], "--simulate", "--data", lab.data, *more[1:])


def test_the_document_has_the_promised_shape(document, lab):
    found, code = document(*simulate(lab, lab.queue("quick", "quick")))
    assert code == 0
    assert set(found) == {"runs"}
    assert [run["id"] for run in found["runs"]] == ["quick-1", "quick-2"]
    run = found["runs"][0]
    assert set(run) == RUN_KEYS
    assert (run["procedure"], run["sample"], run["status"], run["simulated"], run["safe"]) == (
        "quick",
        None,
        "done",
        True,
        "verified",
    )
    assert set(run["results"]["voltage"]) == RESULT_KEYS
    assert run["results"]["voltage"]["flags"] == ["made up"]
    assert run["results"]["current"]["value"] is None
    assert run["tables"]["rows"].endswith("rows.csv")
    assert json.loads((lab.runs[0] / "run.json").read_text("utf-8"))["seed"] == 0


def test_the_same_seed_gives_the_same_bytes_in_another_process(child, lab):
    queue = lab.queue("metered", "metered")
    hashes = []
    for seed, name in ((3, "a"), (3, "b"), (4, "c")):
        done = child("run", queue, "--simulate", "--seed", seed, "--json", "--data", name)
        assert done.returncode == 0, done.stderr
        assert "operator: Mount pellet a." in done.stderr
        folders = [run["folder"] for run in json.loads(done.stdout)["runs"]]
        hashes.append([hashlib.sha256(Path(one, "data.csv").read_bytes()).hexdigest() for one in folders])
    assert hashes[0] == hashes[1]
    assert not set(hashes[0]) & set(hashes[2])


def test_people_see_steps_results_and_flags(bench, lab):
    result = bench(*simulate(lab, lab.queue("quick")))
    assert result.exit_code == 0
    assert "operator: Open the press." in result.stderr
    assert "[1/1] quick-1: done" in result.stderr
    assert "voltage" in result.stdout
    assert "made up" in result.stdout
    assert "quick-1: " in result.stdout


def test_one_failed_run_makes_the_code_1_and_does_not_stop_the_queue(document, bench, lab):
    queue = lab.queue("quick", "hopeless", "quick")
    found, code = document(*simulate(lab, queue))
    assert code == 1
    assert [run["status"] for run in found["runs"]] == ["done", "failed", "done"]
    assert all(run["safe"] == "verified" for run in found["runs"])
    shown = bench(*simulate(lab, queue))
    assert "the pellet is gone" in shown.stderr
    assert "Traceback" not in shown.stderr + shown.stdout


@pytest.mark.parametrize("more", [{"rows": 0}, {"rwos": 5}])
def test_a_wrong_queue_starts_nothing(bench, lab, more):
    result = bench(*simulate(lab, lab.queue("quick", **more), "--json"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "queue.toml" in result.stderr
    assert next(iter(more)) in result.stderr
    assert not (lab.data / "runs").exists()


def test_another_station_can_be_named(document, lab, tmp_path):
    moved = lab.station.rename(lab.path / "other.toml")
    queue = lab.queue("quick")
    found, code = document(*simulate(lab, queue, "--station", moved))
    assert code == 0
    assert found["runs"][0]["status"] == "done"


def test_an_output_that_cannot_be_switched_off_is_loud(document, bench, lab, monkeypatch):
    from bench.core.errors import SafeStateError
    from drivers.keithley.keithley2400 import Keithley2400

    def refuse(self):
        raise SafeStateError("the output still reads on", instrument=self.name)

    monkeypatch.setattr(Keithley2400, "make_safe", refuse)
    queue = lab.queue("metered")
    found, code = document(*simulate(lab, queue))
    assert code == 3
    assert found["runs"][0]["safe"] == "failed"
    shown = bench(*simulate(lab, queue))
    assert shown.exit_code == 3
    assert "NOT SAFE" in shown.stderr
    assert "the output still reads on" in shown.stderr


def test_the_data_folder_comes_from_the_environment(bench, lab, monkeypatch):
    monkeypatch.setenv("BENCH_DATA", str(lab.data))
    assert bench("run", lab.queue("quick"), "--simulate").exit_code == 0
    assert len(lab.runs) == 1
    assert (lab.data / "bench.log").is_file()


def test_a_report_of_all_runs_is_one_file(bench, lab, tmp_path):
    page = tmp_path / "report.html"
    result = bench(*simulate(lab, lab.queue("quick", "hopeless"), "--html", page))
    assert result.exit_code == 1
    text = page.read_text("utf-8")
    assert "quick-1" in text
    assert "hopeless-2" in text
    assert bench(*simulate(lab, lab.queue("quick"), "--html", tmp_path / "no" / "x.html")).exit_code == 1


def test_hardware_is_never_started_unasked(bench, lab):
    result = bench("run", lab.queue("metered"), "--data", lab.data)
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert "HARDWARE" in result.stderr
    assert not (lab.data / "runs").exists()


def test_an_instrument_that_is_not_there_is_refused_and_not_called_safe(bench, lab):
    station = lab.station.read_text("utf-8").replace("GPIB0::24::INSTR", "TCPIP0::127.0.0.1::9::SOCKET")
    lab.station.write_text(station, "utf-8")
    result = bench("run", lab.queue("metered"), "--data", lab.data, "--yes", "--json")
    assert result.exit_code == 3  # nobody could ask it whether its output is off
    (run,) = json.loads(result.stdout)["runs"]
    assert (run["status"], run["simulated"], run["safe"]) == ("refused", False, "failed")
    assert "TREAT THE OUTPUT AS LIVE" in result.stderr
