"""Completion: run ids, drivers and files, as the shell asks for them."""

import pytest

from bench.cli.complete import driver_names, toml_files


@pytest.fixture
def completed(child):
    def complete(words):
        done = child(_BENCH_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(words.count(" ")))
        return done.stdout.split()

    return complete


def test_run_ids_of_the_data_folder(completed, tmp_path):
    for name in ("20260101-a", "20260101-b", "other"):
        folder = tmp_path / "bench-data" / "runs" / name
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("{}")
    (tmp_path / "bench-data" / "runs" / "2026-empty").mkdir()
    assert completed("bench show 2026") == ["20260101-a", "20260101-b"]


def test_drivers_of_scan(completed):
    assert completed("bench scan --driver lakeshore2") == ["lakeshore211"]


def test_queue_files(completed, lab):
    assert completed("bench run lab/q") == ["lab/queues/"]
    assert completed("bench run lab/queues/") == ["lab/queues/first.toml"]


def test_only_toml_files_and_folders(tmp_path):
    (tmp_path / "a.toml").write_text("")
    (tmp_path / "a.txt").write_text("")
    (tmp_path / ".hidden.toml").write_text("")
    (tmp_path / "about").mkdir()
    assert toml_files(f"{tmp_path.as_posix()}/a") == [
        (tmp_path / "a.toml").as_posix(),
        f"{(tmp_path / 'about').as_posix()}/",
    ]
    assert toml_files(f"{tmp_path.as_posix()}/") == toml_files(f"{tmp_path.as_posix()}/a")
    assert toml_files(f"{tmp_path.as_posix()}/none/x") == []


def test_drivers_that_are_installed():
    found = driver_names("keithley")
    assert "keithley2400" in found
    assert found == sorted(name for name in found if name.startswith("keithley"))
    assert driver_names("no such") == []
