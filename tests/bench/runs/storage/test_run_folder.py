"""The folder of a run: whole at every instant, and honest about how the run ended."""

import dataclasses
import json
import math
import os

import numpy as np
import pytest
from matplotlib.figure import Figure

from bench.core.clock import VirtualClock
from bench.core.uncertainty import Component, Result, combine, unresolved
from bench.runs.columns import Column, RowError
from bench.runs.record import Analysis, RunRecord, Table, TableRows
from bench.runs.storage import journal
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest, check_name, new_run_id
from bench.samples import Declared, Pellet, Sample

PELLET = Pellet("a", Declared(1e-3, 2e-5, "m"), Declared(1e-4, 5e-7, "m^2"), None, Declared(5e7, 0.0, "Pa"))
SAMPLE = Sample("qms-0p7", "QMS(0.7)", "B3", None, Declared(0.01, 0.003, "1/K"), (PELLET,), "grey")
COLUMNS = (Column("Voltage", "V"), Column("Ok", kind="flag"))
REQUEST = RunRequest(
    id="bare-si",
    procedure="pellet-conductivity",
    columns=COLUMNS,
    parameters={"current_max": 1e-3, "points": np.int64(11)},
    sample=SAMPLE,
    roles={"meter": "meter"},
    fixtures={"press": "press"},
    instruments={"meter": {"identity": "KEITHLEY"}},
    simulated=True,
    seed=7,
    world="world.toml",
)


@pytest.fixture
def folder(tmp_path):
    made = RunFolder.create(tmp_path, "r1", REQUEST, clock=VirtualClock(start=5.0))
    yield made
    made.close()


def run_json(folder):
    return json.loads((folder.path / "run.json").read_text())


def test_what_was_asked_stands_in_run_json_from_the_start(folder, tmp_path):
    assert folder.path == tmp_path / "runs" / "r1"
    info = run_json(folder)
    assert info["run_id"] == "r1"
    assert info["id"] == "bare-si"
    assert info["procedure"] == "pellet-conductivity"
    assert info["parameters"] == {"current_max": 1e-3, "points": 11}
    assert info["sample"]["pellets"][0]["height"] == {"value": 1e-3, "u": 2e-5, "unit": "m"}
    assert (info["simulated"], info["seed"], info["world"]) == (True, 7, "world.toml")
    assert (info["status"], info["ended"]) == ("running", None)
    assert info["by"].keys() == {"user", "host"}
    assert {"python", "platform", "qms-bench", "pymeasure", "pyvisa"} <= info["versions"].keys()
    assert info["columns"][0] == {"name": "Voltage", "unit": "V", "kind": "number"}
    assert info["clock"]["start_s"] == 5.0
    assert (folder.path / "data.csv").read_text() == "Voltage / V,Ok,Attempt\n"


def test_a_run_from_its_start_to_its_end(folder):
    folder.describe(instruments={"meter": {"serial": "1"}})
    folder.rows.write({"Voltage": 0.5, "Ok": True})
    folder.journal.append("fact", name="offset", value=1.0)
    folder.journal.append("fact", name="offset", value=2.0)
    folder.checkpoint("first", {"index": 1})
    folder.rows.write({"Voltage": None, "Ok": False})
    assert RunFolder.open(folder.path).status == "running"
    position = folder.rows.position()
    folder.finish("done", safe="verified")

    found = RunFolder.open(folder.path)
    assert found.end() == {"status": "done", "reason": "", "safe": "verified"}
    assert (found.info["rows"], found.info["sha256"]) == (2, position.sha256)
    assert found.info["ended"] >= found.info["started"]
    assert found.info["instruments"] == {"meter": {"serial": "1"}}
    assert [entry.kind for entry in found.entries()] == ["created", "fact", "fact", "checkpoint", "end"]
    (checkpoint,) = found.checkpoints()
    assert (checkpoint.label, checkpoint.state, checkpoint.rows) == ("first", {"index": 1}, 1)
    assert checkpoint.offset == len("Voltage / V,Ok,Attempt\n0.5,true,1\n")
    assert found.verify() == []


def test_a_checkpoint_is_noted_only_after_its_rows_are_durable(folder, monkeypatch):
    happened = []
    fsync, append = os.fsync, folder.journal.append
    data = folder.rows._file._descriptor
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: happened.append(descriptor == data) or fsync(descriptor)
    )
    monkeypatch.setattr(
        folder.journal, "append", lambda kind, /, **facts: happened.append(kind) or append(kind, **facts)
    )
    folder.rows.write({"Voltage": 0.5, "Ok": True})
    folder.checkpoint("first", {})
    assert True in happened
    assert happened.index(True) < happened.index("checkpoint")


def test_the_analysis_gets_rows_facts_sample_and_parameters(folder):
    folder.rows.write({"Voltage": 0.5, "Ok": True})
    folder.rows.write({"Voltage": None, "Ok": False})
    folder.journal.append("fact", name="offset", value={"a": [1, 2.5]})
    folder.finish("done", safe="verified")
    record = RunFolder.open(folder.path).record()
    assert isinstance(record, RunRecord)
    assert record.columns == COLUMNS
    assert list(record.rows) == [{"Voltage": 0.5, "Ok": True}, {"Voltage": None, "Ok": False}]
    assert record.rows[-1] == {"Voltage": None, "Ok": False}
    assert record.rows[:1] == [{"Voltage": 0.5, "Ok": True}]
    assert record.column("Voltage")[0] == 0.5
    assert math.isnan(record.column("Voltage")[1])
    assert record.facts == {"offset": {"a": [1, 2.5]}}
    assert record.sample == SAMPLE
    assert record.parameters["current_max"] == 1e-3
    assert record.simulated
    with pytest.raises(KeyError, match="Voltage, Ok"):
        record.column("Current")
    with pytest.raises(IndexError):
        record.rows[2]


def test_a_record_of_plain_rows_gives_the_same_arrays(folder):
    rows = [{"Voltage": np.float64(0.5), "Ok": True}, {"Voltage": None, "Ok": False}]
    for row in rows:
        folder.rows.write(row)
    stored = folder.record()
    plain = RunRecord(COLUMNS, rows)
    assert isinstance(stored.rows, TableRows)
    assert len(plain) == len(stored) == 2
    for name in ("Voltage", "Ok"):
        np.testing.assert_array_equal(plain.column(name), stored.column(name))
        assert plain.column(name).dtype == stored.column(name).dtype


def test_a_run_without_sample_or_rows(tmp_path):
    folder = RunFolder.create(tmp_path, "r1", dataclasses.replace(REQUEST, sample=None))
    folder.finish("failed", reason="no meter", safe="verified")
    record = RunFolder.open(folder.path).record()
    assert record.sample is None
    assert record.column("Voltage").shape == (0,)
    assert RunFolder.open(folder.path).end()["reason"] == "no meter"


def test_without_an_end_record_a_run_is_interrupted_with_the_rows_it_has(folder):
    folder.rows.write({"Voltage": 0.5, "Ok": True})
    folder.close()
    found = RunFolder.open(folder.path)
    assert found.status == "interrupted"
    assert len(found.table()) == 1
    assert found.verify() == []


def test_each_state_of_a_half_made_folder_opens_as_interrupted(folder):
    """What a kill leaves between the steps of `create`, undone backwards."""
    folder.close()
    path = folder.path
    for name in ("data.csv", "run.json", "journal.jsonl"):
        if name == "data.csv":
            (path / name).write_bytes(b"Volt")
            assert len(RunFolder.open(path).table()) == 0
        (path / name).unlink()
        found = RunFolder.open(path)
        assert found.status == "interrupted"
        assert len(found.table()) == 0
        assert len(found.record()) == 0
        assert found.results() == {}
        assert found.verify() == []


def test_results_with_budgets_tables_and_figures(folder):
    result = combine(
        5e-2,
        "S/m",
        [
            Component("length", 2e-5, "m", 1e-3, "B"),
            Component("repeats", 1e-4, "S/m", 1e-4, "A", dof=9, note="n"),
        ],
        ["type A only"],
    )
    bare = Result(1.0, "ohm", 0.1, 2.0, 0.2, math.inf)
    table = Table((Column("Pellet", kind="text"), Column("R", "ohm")), (("a", 1.5),))
    figure = Figure()
    figure.add_subplot().plot([0, 1], [0, 1])
    analysis = Analysis(
        {"conductivity": result, "contact_resistance": unresolved("ohm", "one pellet"), "r": bare},
        {"pellets": table},
    )
    folder.write_analysis(analysis, {"iv": figure})
    folder.finish("done", safe="verified")
    found = RunFolder.open(folder.path)
    assert found.results() == dict(analysis.results)
    assert found.results()["conductivity"].budget == result.budget
    assert found.tables() == {"pellets": folder.path / "pellets.csv"}
    assert (folder.path / "pellets.csv").read_text() == 'Pellet,R / ohm\n"a",1.5\n'
    png, svg = found.figures()["iv"]
    assert png.read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in svg.read_bytes()
    document = json.loads((folder.path / "result.json").read_text())
    assert document["results"]["conductivity"].keys() == {"value", "unit", "u", "k", "U", "dof", "flags"}
    assert document["results"]["contact_resistance"]["value"] is None
    assert document["budgets"]["conductivity"][0]["dof"] is None
    assert document["tables"] == {"pellets": "pellets.csv"}


def test_what_an_analysis_cannot_write_leaves_no_result(folder):
    with pytest.raises(ValueError, match=r"conductivity\.value"):
        folder.write_analysis(Analysis({"conductivity": Result(math.nan, "S/m")}))
    with pytest.raises(ValueError, match=r"data\.csv"):
        folder.write_analysis(Analysis({}, {"data": Table(COLUMNS, ())}))
    with pytest.raises(ValueError, match="table"):
        folder.write_analysis(Analysis({}, {"../run": Table(COLUMNS, ())}))
    with pytest.raises(RowError):
        folder.write_analysis(Analysis({}, {"t": Table(COLUMNS, ((math.inf, True),))}))
    assert not (folder.path / "result.json").exists()
    assert folder.results() == {}


def test_a_damaged_result_is_named(folder):
    (folder.path / "result.json").write_text(
        '{"results": {"a": {}}, "budgets": {}, "tables": {}, "figures": {}}'
    )
    with pytest.raises(StorageError, match=r"result\.json is damaged"):
        folder.results()


def test_a_run_id_is_taken_only_once(folder, tmp_path):
    before = (folder.path / "run.json").read_bytes()
    with pytest.raises(StorageError, match="exists"):
        RunFolder.create(tmp_path, "r1", REQUEST)
    assert (folder.path / "run.json").read_bytes() == before


@pytest.mark.parametrize("name", ["", "a:b", "../x", "a/b", "con", "NUL.txt", "a.", ".a", "a b", "x" * 121])
def test_a_name_that_some_system_refuses_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="run folder"):
        RunFolder.create(tmp_path, name, REQUEST)
    assert list(tmp_path.iterdir()) == []


def test_run_ids_sort_by_time_and_never_repeat(tmp_path):
    clock = VirtualClock()
    early = [new_run_id("Bare Si: 1/2", clock.utc()) for _ in range(50)]
    clock.sleep(1.0)
    late = new_run_id("a", clock.utc())
    assert len(set(early)) == 50
    assert max(early) < late
    for name in (*early, late):
        assert check_name(name, "run folder") == name


def test_a_request_that_cannot_be_written_leaves_no_folder(tmp_path):
    with pytest.raises(ValueError, match=r"parameters\.x"):
        RunFolder.create(tmp_path, "r1", dataclasses.replace(REQUEST, parameters={"x": math.nan}))
    with pytest.raises(ValueError, match="'Attempt'"):
        RunFolder.create(tmp_path, "r2", dataclasses.replace(REQUEST, columns=(Column("Attempt"),)))
    assert not (tmp_path / "runs").exists() or list((tmp_path / "runs").iterdir()) == []


def test_reading_needs_a_folder_and_writing_one_that_is_open(folder, tmp_path):
    with pytest.raises(StorageError, match="no run folder"):
        RunFolder.open(tmp_path / "none")
    with pytest.raises(StorageError, match="not open for writing"):
        RunFolder.open(folder.path).rows.write({})
    folder.finish("done", safe="verified")
    with pytest.raises(StorageError, match="not open for writing"):
        folder.journal.append("late")


def test_a_damaged_run_json_is_named(folder):
    folder.close()
    (folder.path / "run.json").write_text("{")
    with pytest.raises(StorageError, match=r"run\.json is damaged"):
        RunFolder.open(folder.path)


def test_verify_names_what_was_changed_afterwards(folder):
    folder.rows.write({"Voltage": 0.5, "Ok": True})
    folder.checkpoint("c", {})
    folder.rows.write({"Voltage": 0.7, "Ok": True})
    folder.finish("done", safe="verified")
    data, book = folder.path / "data.csv", folder.path / "journal.jsonl"
    rows, lines = data.read_bytes(), book.read_bytes()
    found = RunFolder.open(folder.path)

    data.write_bytes(rows.replace(b"0.7", b"0.8"))
    assert found.verify() == ["data.csv is not what it was when the run ended"]
    data.write_bytes(rows.replace(b"0.5", b"0.6"))
    first, second = found.verify()
    assert "checkpoint 'c'" in first
    assert second == "data.csv is not what it was when the run ended"
    data.write_bytes(rows)
    book.write_bytes(lines[: lines.rindex(b"\n", 0, -1) + 1])
    assert found.verify() == ["journal.jsonl has 2 lines, 3 when the run ended"]
    book.write_bytes(lines.replace(b'"label"', b'"Label"'))
    assert "line 3:" in found.verify()[0]
    book.unlink()
    assert found.verify() == ["journal.jsonl is missing"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"simulated": False}, "what was asked, or how"),
        ({"seed": 99}, "what was asked, or how"),
        ({"parameters": {"current_max": 2e-3}}, "what was asked, or how"),
        ({"status": "failed"}, "status is 'failed', and 'done' in the journal"),
        ({"safe": "kept"}, "safe is 'kept', and 'verified' in the journal"),
    ],
)
def test_run_json_cannot_be_changed_behind_the_end_unseen(folder, change, told):
    folder.rows.write({"Voltage": 0.5, "Ok": True})
    folder.finish("done", safe="verified")
    assert RunFolder.open(folder.path).verify() == []
    path = folder.path / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    (problem,) = RunFolder.open(folder.path).verify()
    assert told in problem


def test_the_rows_hold_nothing_of_the_pc(tmp_path):
    """Two runs of the same measurement, at different times in different places, give the same bytes."""
    data = []
    for name in ("a", "b"):
        folder = RunFolder.create(tmp_path / name, f"run-{name}", REQUEST, clock=VirtualClock())
        for number in range(100):
            folder.rows.write({"Voltage": math.sin(number), "Ok": number % 2 == 0})
        folder.finish("done", safe="verified")
        data.append((folder.path / "data.csv").read_bytes())
    assert data[0] == data[1]


def test_the_journal_carries_the_bench_clock(folder):
    assert journal.read(folder.path / "journal.jsonl")[0].time_s == 5.0
