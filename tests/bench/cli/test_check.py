"""`bench check`: detects what a file is and lists every problem with place and remedy."""

import pytest


def test_the_kind_of_each_file_is_found(document, lab):
    found, code = document("check", lab.station, lab.samples, lab.queue("quick"), lab.path / "world.toml")
    assert code == 0
    assert found["ok"] is True
    assert [entry["kind"] for entry in found["files"]] == ["station", "samples", "queue", "world"]
    assert all(entry["problems"] == [] for entry in found["files"])


def test_all_problems_of_all_files_are_listed(document, lab):
    text = lab.station.read_text("utf-8")
    broken = text.replace('"keithley2400"', '"keithly2400"').replace('load = "passive"', 'lod = "passive"')
    lab.station.write_text(broken, "utf-8")
    lab.samples.write_text(lab.samples.read_text("utf-8").replace('"0.50 mm"', '"0.50 V"'), "utf-8")
    found, code = document("check", lab.station, lab.samples)
    assert code == 1
    assert found["ok"] is False
    station, samples = found["files"]
    places = [problem["place"] for problem in station["problems"]]
    assert any("instruments.meter.driver" in place for place in places)
    assert any("instruments.meter.lod" in place for place in places)
    assert [problem["place"].startswith("samples.toml") for problem in samples["problems"]] == [True]
    assert set(station["problems"][0]) == {"place", "what", "remedy"}
    assert any("keithley2400" in (problem["remedy"] or "") for problem in station["problems"])


def test_a_mistake_in_the_world_is_found_through_its_station(document, lab):
    world = lab.path / "world.toml"
    world.write_text(world.read_text("utf-8").replace("conductivity", "conductance"), "utf-8")
    found, code = document("check", lab.station)
    assert code == 1
    assert "conductance" in str(found["files"][0]["problems"])


def test_people_see_place_problem_and_remedy(bench, lab):
    queue = lab.queue("quikc")
    result = bench("check", queue)
    assert result.exit_code == 1
    assert "queue.toml: runs[0].procedure" in result.stdout
    assert "-> " in result.stdout
    assert "quick" in result.stdout


@pytest.mark.parametrize(
    ("text", "told"), [("x = [", "line 1"), ("a = 1", "neither"), (None, "nothing.toml")]
)
def test_what_cannot_be_told_is_a_problem(document, tmp_path, text, told):
    path = tmp_path / "nothing.toml"
    if text is not None:
        path.write_text(text)
    found, code = document("check", path)
    assert code == 1
    assert found["files"][0]["kind"] is None
    assert told in str(found["files"][0]["problems"])
