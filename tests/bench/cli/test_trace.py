"""`bench trace`: tree, document, what Tab offers; what `plan` and `run` say of a doubtful batch."""

import pytest

SAMPLES = """
[samples.s1]
material = "Si"
batch = "B1"
"""


@pytest.fixture
def traced(powder):
    powder.furnace("f1", verdict="fail", simulated=True)
    powder.measured("p1", simulated=True)
    return powder


def test_the_tree(bench, traced):
    for name in ("s1", "B1", "run-p", str(traced.data / "runs/run-p1")):
        result = bench("trace", name, "--data", traced.data)
        assert result.exit_code == 0, result.stderr
        for text in (
            "batch B1",
            "weighed in: SiO2 0.5 g, MgSO4 0.5 g, Al 1 g (1 : 1 : 2 by mass)",
            "f1 (synthesis) was not accepted: overshoot 14.25 K, has to be at most 10 K",
            "f1  synthesis  done, NOT ACCEPTED, simulated",
            "in band soak 1795 s",
            "2026-01-02 08:00 washed with water, by CD",
            "sample s1",
            "p1  pellet  done, simulated",
            "conductivity (0.0500 ± 0.0010) S/m [1]",
            "1  a flag",
        ):
            assert text in result.stdout, f"{name}: {text}"


def test_the_document(document, traced):
    found, code = document("trace", "s1", "--data", traced.data)
    assert (code, found["name"], found["kind"]) == (0, "s1", "sample")
    (lineage,) = found["lineages"]
    assert set(lineage) == {"batch", "masses_g", "steps", "treatments", "samples", "remarks"}
    (treatment,) = lineage["treatments"]
    assert (treatment["accepted"], treatment["made"], treatment["unread"]) == ("fail", True, "")
    assert treatment["criteria"][1] == {
        "quantity": "overshoot",
        "value": 14.25,
        "sense": "at most",
        "limit": 10.0,
        "unit": "K",
        "verdict": "fail",
    }
    (run,) = lineage["samples"][0]["runs"]
    assert run["folder"] == str(traced.data / "runs/run-p1")
    assert (run["batch"], run["sample_batch"]) == (None, "B1")


def test_nothing_of_that_name_and_no_runs_at_all(bench, traced, tmp_path):
    unknown = bench("trace", "s2", "--data", traced.data)
    nothing = bench("trace", "s1", "--data", tmp_path / "none")
    assert (unknown.exit_code, nothing.exit_code) == (1, 1)
    assert "no sample, batch or run is called 's2'" in unknown.stderr
    assert "there are no runs in" in nothing.stderr
    assert not (tmp_path / "none").exists()


def test_tab_offers_samples_and_batches_before_runs(child, traced):
    def completed(words):
        done = child(
            _BENCH_COMPLETE="complete_bash",
            COMP_WORDS=f"bench trace {words}",
            COMP_CWORD="2",
            BENCH_DATA=str(traced.data),
        )
        return done.stdout.split()

    assert completed("") == ["B1", "s1", "run-f1", "run-p1"]
    assert completed("B") == ["B1"]


def queue_on_s1(lab):
    lab.samples.write_text(SAMPLES, "utf-8")
    path = lab.queue("quick")
    text = path.read_text("utf-8").replace('"quick-1"\n', '"quick-1"\nsample = "s1"\n')
    path.write_text(text, "utf-8")
    return path


def test_plan_and_run_doubt_a_batch_and_refuse_nothing(bench, document, lab, powder):
    queue = queue_on_s1(lab)
    (planned,) = document("plan", queue, "--data", powder.data)[0]["runs"]
    assert planned["doubts"] == ["no furnace run of batch 'B1' in this data folder"]
    powder.furnace("f1", verdict="marginal")
    (planned,) = document("plan", queue, "--data", powder.data)[0]["runs"]
    (doubt,) = planned["doubts"]
    assert "f1 (synthesis) was not accepted" in doubt
    assert doubt in bench("plan", queue, "--data", powder.data).stdout
    done = bench("run", queue, "--simulate", "--data", powder.data)
    assert done.exit_code == 0
    assert f"Sample s1: {doubt}" in done.stderr
