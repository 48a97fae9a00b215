"""`bench plan`: times, limits, waits and refusals of a queue before it is started."""

import pytest

START = ("--start", "2026-03-01T08:00:00Z")


def write(lab, text):
    path = lab.path / "queue.toml"
    path.write_text('station = "station.toml"\nsamples = "samples.toml"\n' + text, encoding="utf-8")
    return path


def run(name, procedure, more=""):
    return f'[[runs]]\nid = "{name}"\nprocedure = "{procedure}"\n{more}\n'


def test_estimates_give_the_times(document, lab):
    queue = write(
        lab,
        run("first", "quick", "parameters = { rows = 60 }")
        + run("beside", "quick", "parameters = { rows = 30 }")
        + run("then", "quick", 'after = ["first"]'),
    )
    found, code = document("plan", queue, *START, "--data", lab.data)
    assert (code, found["ok"]) == (0, True)
    first, beside, then = found["runs"]
    assert first["takes"]["how"] == "estimated"
    assert (first["start"], first["end"]) == ("2026-03-01T08:00:00+00:00", "2026-03-01T08:01:00+00:00")
    assert beside["start_s"] == 0.0  # they share nothing
    assert (then["start_s"], then["end_s"]) == (60.0, 65.0)
    assert then["waits_for"] == [{"run": "first", "because": "comes after it"}]
    assert then["operator_steps"] is None
    assert (then["resume"], then["on_host_loss"]) == ("restart", "make_safe")
    assert found["duration_s"] == 65.0
    assert found["disk"]["needed_bytes"] >= 3 << 20
    assert found["disk"]["free_bytes"] > 0
    assert not lab.data.exists()


def test_measured_is_what_the_simulated_bench_takes(document, bench, lab):
    queue = write(lab, run("quick-1", "quick", "parameters = { rows = 7 }"))
    found, code = document("plan", queue, "--measure", "--data", lab.data)
    assert code == 0
    (planned,) = found["runs"]
    assert planned["takes"]["how"] == "measured in simulation"
    assert planned["takes"]["rows"] == 7
    assert planned["takes"]["duration_s"] == pytest.approx(7.0)
    assert planned["operator_steps"] == ["Open the press."]
    assert not lab.data.exists()


def test_what_estimates_nothing_is_measured_unasked(document, lab):
    found, code = document("plan", write(lab, run("asks", "metered")), "--data", lab.data)
    assert code == 0
    (planned,) = found["runs"]
    assert planned["takes"]["how"] == "measured in simulation"
    assert planned["takes"]["rows"] == 5
    assert planned["takes"]["duration_s"] > 0.0
    assert planned["operator_steps"] == ["Mount pellet a."]


def test_it_says_what_is_energised_to_which_limits_and_what_waits(document, lab):
    text = "".join(run(name, "metered") for name in ("a", "b"))
    found, _ = document("plan", write(lab, text), "--data", lab.data)
    a, b = found["runs"]
    assert "instrument meter" in a["holds"]
    (meter,) = [use for use in a["instruments"] if use["has_output"]]
    assert (meter["name"], meter["load"]) == ("meter", "passive")
    current = next(limit for limit in meter["limits"] if limit["quantity"] == "current")
    assert {layer["source"] for layer in current["layers"]} == {"station file", "model 2400"}
    station = next(layer for layer in current["layers"] if layer["source"] == "station file")
    assert current["allowed"] == [station["low"], station["high"]]
    assert b["start_s"] == a["end_s"] > 0
    assert b["waits_for"] == [{"run": "a", "because": "instrument meter"}]


def test_every_refusal_is_told_with_all_its_reasons_and_the_rest_is_planned(document, lab):
    queue = write(
        lab,
        run("fine", "quick")
        + run("bad", "quick", 'sample = "nobody"\nparameters = { rowz = 1, rows = 0 }')
        + run("behind", "quick", 'after = ["bad"]')
        + run("further", "quick", 'after = ["behind"]'),
    )
    found, code = document("plan", queue, "--data", lab.data)
    assert (code, found["ok"]) == (1, False)
    fine, bad, behind, further = found["runs"]
    assert (fine["refused"], fine["start_s"]) == (False, 0.0)
    assert bad["refused"] is True
    assert len(bad["problems"]) >= 3
    assert {"place", "what", "remedy"} == set(bad["problems"][0])
    assert behind["why_not"] == "it comes after 'bad', which cannot run"
    assert further["why_not"] == "it comes after 'behind', which cannot run"
    assert further["start_s"] is None


def test_a_run_that_fails_in_simulation_is_no_plan(document, lab):
    found, code = document("plan", write(lab, run("no", "hopeless")), "--data", lab.data)
    assert code == 1
    (planned,) = found["runs"]
    assert planned["simulation"]["status"] == "failed"
    assert "pellet is gone" in planned["simulation"]["reason"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("[[runs]]\nid = 'a'\nprocedure = 'quick'\nx =", "line"), ("", "runs")],
)
def test_a_broken_file_is_no_plan(bench, lab, text, said):
    result = bench("plan", write(lab, text), "--data", lab.data)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_station_without_a_world_cannot_measure_and_says_what_it_does_not_know(document, bench, lab):
    station = lab.station.read_text("utf-8")
    head, _, tail = station.partition("[simulation]")
    lab.station.write_text(head + "[procedures]" + tail.partition("[procedures]")[2], "utf-8")
    queue = write(lab, run("a", "metered"))
    assert bench("plan", queue, "--measure", "--data", lab.data).exit_code == 2
    found, code = document("plan", queue, "--data", lab.data)
    assert code == 0
    assert found["runs"][0]["takes"]["how"] == "unknown"
    page = bench("plan", queue, "--data", lab.data).stdout
    assert "not known" in page
    assert "at least" in page


@pytest.mark.parametrize("width", [60, 160])
def test_people_get_a_page_that_fits(bench, lab, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    text = run("a", "metered") + run("bad", "quikc") + run("held", "quick", "hold = true")
    page = bench("plan", write(lab, text), *START, "--data", lab.data).stdout
    for words in (
        "meter (keithley2400), load passive",
        "±",
        "station file",
        "is needed once",
        "Mount pellet a.",
        "queue.toml: runs[1].procedure",
        "held in the queue file",
        "2026-03-01 08:00:00",
        "Nothing of this queue is started until that is corrected",
    ):
        assert words in page
    assert ("Takes" in page) is (width == 160)


def test_a_disk_without_room_refuses_the_queue(document, lab, monkeypatch):
    from bench.runs.planning import disk

    monkeypatch.setattr(disk, "free_bytes", lambda place: 1000)
    found, code = document("plan", write(lab, run("a", "quick")), "--data", lab.data)
    assert code == 1
    assert "1 MB" in found["disk"]["problem"]["what"]


def test_a_time_without_a_zone_is_refused(bench, lab):
    result = bench("plan", write(lab, run("a", "quick")), "--start", "2026-03-01T08:00:00")
    assert result.exit_code == 2
    assert "time zone" in result.stderr
