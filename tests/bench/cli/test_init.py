"""`bench init`: files that are right as they stand, and never over somebody's work."""

import tomllib

from bench.cli.init import FILES


def test_everything_it_writes_passes_check(bench, tmp_path):
    folder = tmp_path / "a lab"
    result = bench("init", folder)
    assert result.exit_code == 0, result.stderr
    assert "--simulate" in result.stdout
    checked = bench("check", *(folder / name for name in FILES))
    assert checked.exit_code == 0, checked.stdout


def test_every_file_explains_itself(bench, tmp_path):
    bench("init", tmp_path / "lab")
    for name in FILES:
        text = (tmp_path / "lab" / name).read_text("utf-8")
        assert text.startswith("# ")
        tomllib.loads(text)


def test_it_refuses_to_overwrite_and_writes_nothing(bench, tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "samples.toml").write_text("mine")
    result = bench("init", folder)
    assert result.exit_code == 1
    assert "samples.toml" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["samples.toml"]
    assert (folder / "samples.toml").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_an_error_for_people(bench, tmp_path):
    (tmp_path / "file").write_text("")
    result = bench("init", tmp_path / "file" / "lab")
    assert result.exit_code == 1
    assert "Error" in result.stderr
    assert "fault of the program" not in result.stderr
