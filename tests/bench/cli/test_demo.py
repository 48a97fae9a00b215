"""`bench demo`: results beside truth and paper, with a small example in place of the packaged one."""

import json
import shutil
import tomllib

import pytest

from bench.cli import examples
from bench.cli.examples import examples_folder
from bench.cli.grading import Comparison
from bench.cli.paper import read_paper
from bench.core.uncertainty import Result

PAPER = """
[[values]]
sample = "my-sample"
quantity = "conductivity"
value = 0.02
unit = "S/m"
stated = true
where = "Table 1"
"""


def compared(value, U, truth):
    return Comparison("run", "sample", "conductivity", Result(value, "S/m", U, 2.0, U), truth, None)


@pytest.mark.parametrize(
    ("value", "U", "truth", "agrees"),
    [(1.0, 0.125, 1.125, True), (1.0, 0.125, 1.13, False), (None, None, 1.0, None), (1.0, 0.1, None, None)],
)
def test_agreement_is_the_truth_within_u(value, U, truth, agrees):
    assert compared(value, U, truth).agrees is agrees


def test_the_paper_states_two_conductivities():
    entries = read_paper(examples_folder())
    stated = {key: entry.value for key, entry in entries.items() if entry.value is not None}
    assert stated == {("bare-si", "conductivity"): 1e-3, ("qms-0p7", "conductivity"): 5e-2}
    samples = tomllib.loads((examples_folder() / "samples.toml").read_text("utf-8"))["samples"]
    assert {sample for sample, _ in entries} == set(samples)
    assert read_paper(examples_folder() / "queues") == {}


@pytest.fixture
def small_example(lab, monkeypatch):
    """One sample, read-only, in place of examples/qms."""
    (lab.path / "paper.toml").write_text(PAPER, "utf-8")
    for path in [*lab.path.rglob("*"), lab.path]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setattr(examples, "examples_folder", lambda: lab.path)
    yield lab
    for path in [lab.path, *lab.path.rglob("*")]:
        path.chmod(0o755)


def test_the_whole_of_it(bench, small_example, tmp_path):
    page = tmp_path / "demo.html"
    result = bench("demo", "--seed", 1, "--data", tmp_path / "data", "--html", page)
    assert result.exit_code == 0, result.stderr
    row = next(line for line in result.stdout.splitlines() if "conductivity" in line)
    assert "0.01000 S/m" in row
    assert "0.020 S/m" in row
    assert "yes" in row or "no" in row
    folder = next((tmp_path / "data" / "runs").iterdir())
    assert folder.as_posix() in result.stdout
    assert list(folder.glob("*.png"))
    assert "data:image/" in page.read_text("utf-8")


def test_the_document(document, small_example, tmp_path, monkeypatch):
    queue = small_example.path / "queues" / "first.toml"
    queue.chmod(0o644)
    text = queue.read_text("utf-8").replace("pellet-conductivity", "quick")
    queue.write_text(text[: text.index("[defaults")] + text[text.index("[[runs]]") :], "utf-8")
    found, code = document("demo", "--data", tmp_path / "data")
    assert code == 0
    assert set(found) == {"seed", "runs", "comparison"}
    voltage, current = found["comparison"]
    assert set(voltage) == {
        "run", "sample", "quantity", "unit", "truth", "value", "U", "flags", "paper", "agrees",
    }  # fmt: skip
    assert (voltage["quantity"], voltage["truth"], voltage["agrees"]) == ("voltage", None, None)
    assert (current["value"], current["flags"]) == (None, ["not measured"])


@pytest.mark.long
def test_the_packaged_example(child, tmp_path):
    shutil.rmtree(tmp_path / "data", ignore_errors=True)
    done = child("demo", "--seed", 5, "--json", "--data", "data")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    samples = {run["sample"] for run in found["runs"]}
    assert samples == {None, "bare-si", "si-c", "qms-0p1", "qms-0p3", "qms-0p7"}, "a furnace run has none"
    assert all(run["status"] == "done" for run in found["runs"])
    agree = [row["agrees"] for row in found["comparison"] if row["agrees"] is not None]
    assert len(agree) > 30
    assert sum(agree) >= 0.85 * len(agree)
    (made,) = [run for run in found["runs"] if run["procedure"] == "synthesis"]
    assert made["results"]["accepted"]["value"] == 1
