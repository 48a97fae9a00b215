"""The index of runs: rebuilt from the folders to the same content, and never in the way of a run."""

import dataclasses
import subprocess
import sys
import threading

import pytest

from bench.core.uncertainty import Result, unresolved
from bench.runs.columns import Column
from bench.runs.record import Analysis
from bench.runs.storage import index
from bench.runs.storage.catalogue import Catalogue, RunEntry
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.names import Names, names_in
from bench.runs.storage.request import RunRequest
from bench.samples import Sample


def run(place, run_id, *, procedure="pellet", sample="bare-si", status="done", analysis=None):
    request = RunRequest(
        run_id.upper(), procedure, (Column("N"),), sample=sample and Sample(sample, "Si"), simulated=True
    )
    folder = RunFolder.create(place, run_id, request)
    if analysis is not None:
        folder.write_analysis(analysis)
    if status is None:
        folder.close()
    elif status != "running":
        folder.finish(status, reason="because", safe="verified")
    return folder


@pytest.fixture
def catalogue(tmp_path):
    return Catalogue(tmp_path)


def test_an_entry_tells_what_a_list_of_runs_needs(catalogue, tmp_path):
    results = {
        "conductivity": Result(5e-2, "S/m", 1e-3, 2.0, 2e-3, 10.0, ("f",)),
        "r": unresolved("ohm", "one pellet"),
    }
    folder = run(tmp_path, "r1", analysis=Analysis(results))
    catalogue.add(folder)
    assert catalogue.get("r1") == RunEntry(
        run_id="r1",
        id="R1",
        procedure="pellet",
        sample="bare-si",
        status="done",
        reason="because",
        safe="verified",
        simulated=True,
        started=folder.info["started"],
        ended=folder.info["ended"],
        folder="runs/r1",
        results={
            "conductivity": {"value": 5e-2, "unit": "S/m", "U": 2e-3, "flags": ["f"]},
            "r": {"value": None, "unit": "ohm", "U": None, "flags": ["one pellet"]},
        },
    )
    assert catalogue.get("r2") is None


def test_an_update_replaces_the_entry(catalogue, tmp_path):
    folder = run(tmp_path, "r1", status="running")
    catalogue.add(folder)
    assert catalogue.get("r1").status == "running"
    folder.finish("aborted", safe="verified")
    catalogue.update(folder)
    assert [entry.status for entry in catalogue.list()] == ["aborted"]


def test_runs_are_listed_last_started_first_and_by_what_was_asked(catalogue, tmp_path):
    for name, options in {
        "a": {},
        "b": {"sample": None},
        "c": {"procedure": "hall", "status": "failed"},
        "d": {"procedure": "hall"},
    }.items():
        catalogue.add(run(tmp_path, name, **options))
    ids = lambda **asked: [entry.run_id for entry in catalogue.list(**asked)]  # noqa: E731
    assert ids() == ["d", "c", "b", "a"]
    assert ids(limit=2) == ["d", "c"]
    assert ids(procedure="hall") == ["d", "c"]
    assert ids(procedure="hall", status="done") == ["d"]
    assert ids(sample="bare-si", limit=1) == ["d"]
    assert ids(status="aborted") == []


def test_deleted_and_rebuilt_it_has_the_same_content(catalogue, tmp_path):
    for name, options in {"a": {}, "b": {"status": None}, "c": {"status": "failed"}}.items():
        catalogue.add(run(tmp_path, name, **options))
    before = catalogue.list()
    for path in tmp_path.glob("catalogue.sqlite*"):
        path.unlink()
    again = Catalogue(tmp_path)
    assert again.list() == before  # at the first use, without being asked
    assert again.rebuild() == ()
    assert again.list() == before


def test_a_rebuild_forgets_folders_that_are_gone_and_names_those_it_cannot_read(catalogue, tmp_path):
    gone, damaged, fine = (run(tmp_path, name) for name in ("a", "b", "c"))
    for folder in (gone, damaged, fine):
        catalogue.add(folder)
    (damaged.path / "run.json").write_text("{")
    gone.path.rename(tmp_path / "elsewhere")
    (tmp_path / "runs" / "a file").write_text("")
    (problem,) = catalogue.rebuild()
    assert "runs/b" in problem
    assert [entry.run_id for entry in catalogue.list()] == ["c"]


def test_a_run_that_was_killed_while_it_was_noted_as_running_is_interrupted(catalogue, tmp_path):
    folder = run(tmp_path, "r1", status="running")
    catalogue.add(folder)
    folder.close()  # as a kill: without an end
    assert [entry.status for entry in catalogue.list(status="interrupted")] == ["interrupted"]
    assert catalogue.list(status="running") == ()


def test_one_that_was_killed_is_interrupted_for_who_asks_for_it_alone(catalogue, tmp_path):
    folder = run(tmp_path, "r1", status="running")
    catalogue.add(folder)
    folder.close()
    assert catalogue.get("r1").status == "interrupted"


def test_a_file_that_is_no_catalogue_is_thrown_away_and_built_anew(catalogue, tmp_path):
    run(tmp_path, "r1")
    catalogue.path.write_bytes(b"this is no database, but long enough to be looked at" * 100)
    assert catalogue.get("r1").status == "done"
    catalogue.path.write_bytes(b"and once more, while it is in use" * 100)
    assert [entry.run_id for entry in catalogue.list()] == ["r1"]


def test_a_catalogue_of_another_version_is_built_anew(catalogue, tmp_path, monkeypatch):
    catalogue.add(run(tmp_path, "r1"))
    monkeypatch.setattr(index, "VERSION", 99)
    assert [entry.run_id for entry in Catalogue(tmp_path).list()] == ["r1"]


def test_a_catalogue_that_cannot_be_written_leaves_a_warning_in_the_journal_and_no_error(catalogue, tmp_path):
    catalogue.path.mkdir()
    folder = run(tmp_path, "r1", status="running")
    assert catalogue.note(folder) is False
    warning = folder.entries()[-1]
    assert warning.kind == "warning"
    assert "catalogue" in warning.facts["error"]
    folder.finish("done", safe="verified")
    assert catalogue.note(folder) is False  # nor once the journal is closed
    assert folder.verify() == []
    catalogue.path.rmdir()
    assert catalogue.note(folder) is True
    assert catalogue.get("r1").status == "done"


def test_a_locked_catalogue_does_not_fail_a_run(catalogue, tmp_path, monkeypatch):
    import sqlite3

    monkeypatch.setattr(index, "_PATIENCE_S", 0.05)
    folder = run(tmp_path, "r1", status="running")
    assert catalogue.note(folder) is True
    other = sqlite3.connect(catalogue.path)
    other.execute("BEGIN IMMEDIATE")
    assert catalogue.note(folder) is False
    assert "locked" in folder.entries()[-1].facts["error"]
    other.rollback()
    other.close()
    assert catalogue.note(folder) is True
    folder.close()


def test_several_writers_share_it(tmp_path):
    folders = [run(tmp_path, f"r{number}") for number in range(12)]
    Catalogue(tmp_path).list()
    threads = [
        threading.Thread(target=lambda mine=mine: [Catalogue(tmp_path).add(folder) for folder in mine])
        for mine in (folders[::2], folders[1::2])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Catalogue(tmp_path).list()) == 12


def test_it_is_in_write_ahead_mode_so_that_readers_never_wait(catalogue, tmp_path):
    import sqlite3

    catalogue.add(run(tmp_path, "r1"))
    connection = sqlite3.connect(catalogue.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_importing_it_does_not_import_sqlalchemy():
    code = (
        "import sys, bench.runs.storage.catalogue\nsys.exit(bool({'sqlalchemy', 'pandas'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_data_folder_may_have_any_name(tmp_path):
    place = tmp_path / "10 % of? #1 ä"
    folder = run(place, "r1")
    Catalogue(place).add(folder)
    assert sorted(path.name for path in place.glob("cat*")) == ["catalogue.lock", "catalogue.sqlite"]
    assert Catalogue(place).get("r1").run_id == "r1"


def test_every_field_of_an_entry_comes_back(catalogue, tmp_path):
    catalogue.add(run(tmp_path, "r1", sample=None))
    (entry,) = catalogue.list()
    assert {field.name: type(getattr(entry, field.name)) for field in dataclasses.fields(entry)} == {
        "run_id": str,
        "id": str,
        "procedure": str,
        "sample": type(None),
        "status": str,
        "reason": str,
        "safe": str,
        "simulated": bool,
        "started": str,
        "ended": str,
        "folder": str,
        "results": dict,
        "batch": type(None),
        "sample_batch": type(None),
    }


def test_a_catalogue_of_the_layout_before_batches_is_built_anew(tmp_path):
    import contextlib
    import sqlite3

    request = RunRequest(
        "R1", "anneal", (Column("N"),), parameters={"batch": " B1 "}, sample=Sample("s", "Si", batch="B2")
    )
    folder = RunFolder.create(tmp_path, "r1", request)
    folder.finish("done")
    Catalogue(tmp_path).add(folder)
    with contextlib.closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as old, old:
        for column in ("batch", "sample_batch"):
            old.execute(f"DROP INDEX runs_{column}")
            old.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        old.execute("UPDATE parts SET version = 2 WHERE part = 'runs'")
    assert names_in(tmp_path / "catalogue.sqlite") == Names()
    again = Catalogue(tmp_path)
    assert [entry.batch for entry in again.list(sample_batch="B2")] == ["B1"]
    assert again.names() == Names(frozenset({"s"}), frozenset({"B1", "B2"}))
