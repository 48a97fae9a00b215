"""Runs in forms that other programs read."""

import errno
import json
import zipfile

import pytest

from bench.core.errors import BenchError
from bench.core.uncertainty import Result
from bench.runs.columns import Column
from bench.runs.record import Analysis
from bench.runs.storage import export
from bench.runs.storage.export import export_run
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.reading import read_table
from bench.runs.storage.request import RunRequest

COLUMNS = (Column("Voltage", "V"), Column("Phase", kind="text"))


@pytest.fixture
def folder(tmp_path):
    """A run that was resumed: one of its rows is superseded."""
    first = RunFolder.create(tmp_path, "r1", RunRequest("r", "p", COLUMNS))
    first.rows.write({"Voltage": 0.1, "Phase": "a"})
    first.checkpoint("c", {})
    first.rows.write({"Voltage": 99.0, "Phase": "superseded"})
    first.close()
    second = RunFolder.resume(first.path, first.checkpoints()[0])
    second.rows.write({"Voltage": None, "Phase": None})
    second.write_analysis(Analysis({"mean": Result(0.1, "V", 0.01, 2.0, 0.02, 5.0)}))
    second.finish("done", safe="verified")
    return RunFolder.open(first.path)


def test_csv_holds_the_rows_that_count(folder, tmp_path):
    path = export_run(folder, tmp_path / "out" / "r1.csv", "csv")
    assert path.read_text() == 'Voltage / V,Phase\n0.1,"a"\n,\n'
    assert list(read_table(path, COLUMNS).rows()) == list(folder.record().rows)


def test_json_is_one_document_with_all_there_is(folder, tmp_path):
    document = json.loads(export_run(folder, tmp_path / "r1.json", "json").read_text())
    assert document["data"] == {"Voltage": [0.1, None], "Phase": ["a", None]}
    assert document["columns"][0] == {"name": "Voltage", "unit": "V", "kind": "number"}
    assert document["results"]["mean"]["U"] == 0.02
    assert (document["status"], document["safe"]) == ("done", "verified")
    assert document["run"]["procedure"] == "p"
    assert [line["kind"] for line in document["journal"]] == ["created", "checkpoint", "attempt", "end"]


def test_zip_holds_the_folder_as_it_is(folder, tmp_path):
    (folder.path / ".run.json.1.new").write_text("left by a kill")
    with zipfile.ZipFile(export_run(folder, tmp_path / "r1.zip", "zip")) as archive:
        names = set(archive.namelist())
        assert names == {f"r1/{name}" for name in ("run.json", "data.csv", "journal.jsonl", "result.json")}
        archive.extractall(tmp_path / "unpacked")
    unpacked = RunFolder.open(tmp_path / "unpacked" / "r1")
    assert unpacked.verify() == []
    assert list(unpacked.record().rows) == list(folder.record().rows)


def test_parquet_says_which_package_it_needs(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    with pytest.raises(BenchError, match="pyarrow"):
        export_run(folder, tmp_path / "r1.parquet", "parquet")
    assert not (tmp_path / "r1.parquet").exists()


def test_parquet_keeps_columns_units_and_missing_values(folder, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    table = pq.read_table(export_run(folder, tmp_path / "r1.parquet", "parquet"))
    assert table.to_pydict() == {"Voltage / V": [0.1, None], "Phase": ["a", None]}
    assert table.schema.field(0).metadata == {b"name": b"Voltage", b"unit": b"V"}
    assert json.loads(table.schema.metadata[b"run"])["procedure"] == "p"


def test_an_unknown_format_lists_those_there_are(folder, tmp_path):
    with pytest.raises(BenchError, match="csv, json, parquet, zip"):
        export_run(folder, tmp_path / "r1.xls", "xls")


@pytest.mark.parametrize("format", ["csv", "json", "zip"])
def test_where_nothing_can_be_written_it_says_so(folder, tmp_path, format):
    (tmp_path / "blocked").write_text("a file")
    with pytest.raises(StorageError) as caught:
        export_run(folder, tmp_path / "blocked" / "r1", format)
    assert caught.value.errno in (errno.ENOTDIR, errno.EEXIST)


@pytest.mark.parametrize("format", ["csv", "json", "zip"])
def test_an_export_replaces_an_earlier_one_whole(folder, tmp_path, format):
    path = tmp_path / "r1"
    path.write_text("earlier")
    export_run(folder, path, format)
    assert path.read_bytes() != b"earlier"
    assert [other.name for other in tmp_path.iterdir() if other.name.startswith(".")] == []
