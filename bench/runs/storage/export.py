"""A run in a form that other programs read: clean CSV, one JSON document, Parquet, or the folder as a zip."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.runs.columns import RowEncoder, header_line
from bench.runs.storage.files import refused, write_atomic
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.plain import json_bytes, plain
from bench.runs.storage.tables import python_values


def export_run(folder: RunFolder, destination: Path, format: str) -> Path:
    """Write a run to the file `destination` in the format "csv", "json", "parquet" or "zip"; returns it.

    Superseded rows are left out of all but "zip", which holds the folder as it is. Raises BenchError for a
    format that is unknown or needs a package that is not there, StorageError.
    """
    if format not in FORMATS:
        raise BenchError(f"there is no export format '{format}'", remedy=f"use one of {', '.join(FORMATS)}")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, destination.parent, "creating") from error
    FORMATS[format](folder, destination)
    return destination


def _csv(folder: RunFolder, destination: Path) -> None:
    table = folder.table().valid()
    encoder = RowEncoder(table.columns)
    lines = [encoder.line(row, number) for number, row in enumerate(table.rows(), 1)]
    write_atomic(destination, (header_line(table.columns) + "\n" + "".join(lines)).encode())


def _json(folder: RunFolder, destination: Path) -> None:
    table = folder.table().valid()
    document = {
        "run": folder.info,
        **folder.end(),
        "columns": [column.as_json() for column in table.columns],
        "data": {column.name: python_values(table.column(column.name)) for column in table.columns},
        "results": plain(folder.results()),
        "journal": plain(folder.entries()),
    }
    write_atomic(destination, json_bytes(document, indent=1) + b"\n")


def _parquet(folder: RunFolder, destination: Path) -> None:
    if find_spec("pyarrow") is None:
        raise BenchError(
            "Parquet needs the package pyarrow, which is not installed",
            state="nothing was written",
            remedy="pip install pyarrow, or export as csv",
        )
    pa: Any = import_module("pyarrow")
    pq: Any = import_module("pyarrow.parquet")

    table = folder.table().valid()
    kinds = {"number": pa.float64(), "integer": pa.int64(), "flag": pa.bool_(), "text": pa.string()}
    arrays = [
        pa.array(python_values(table.column(column.name)), type=kinds[column.kind])
        for column in table.columns
    ]
    schema = pa.schema(
        [
            pa.field(column.header, kinds[column.kind], metadata={"name": column.name, "unit": column.unit})
            for column in table.columns
        ],
        metadata={"run": json_bytes(folder.info)},
    )
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), buffer)
    write_atomic(destination, buffer.getvalue())


def _zip(folder: RunFolder, destination: Path) -> None:
    temporary = destination.with_name(f".{destination.name}.{os.getpid()}.new")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.path.rglob("*")):
                if path.is_file() and not path.name.startswith("."):  # those are half-written replacements
                    archive.write(path, Path(folder.path.name) / path.relative_to(folder.path))
        temporary.replace(destination)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise refused(error, destination, "writing") from error


FORMATS: Mapping[str, Callable[[RunFolder, Path], Any]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "zip": _zip,
}
"""The formats by name."""
