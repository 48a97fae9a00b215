"""result.json and what lies beside it: results with their budgets, tables as CSV, figures as PNG and SVG."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.uncertainty import Component, Result
from bench.runs.record import Analysis
from bench.runs.storage.files import StorageError, refused, write_atomic
from bench.runs.storage.plain import json_bytes, plain
from bench.runs.storage.request import check_name
from bench.runs.storage.tables import write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.transforms import BboxBase

NAME = "result.json"
_DPI = 150
_PAD_IN = 0.1
"""Left free around what is drawn: matplotlib's own default (savefig.pad_inches)."""
_TAKEN = frozenset({"data"})


def write_analysis(folder: Path, analysis: Analysis, figures: Mapping[str, Figure]) -> None:
    """Write tables and figures, then result.json that names them. Each file is whole or not there at all.

    Raises StorageError, ValueError for names that cannot be files or values that cannot be written.
    """
    tables = {name: f"{_free(name, 'table')}.csv" for name in analysis.tables}
    drawn = {name: [f"{_free(name, 'figure')}.png", f"{name}.svg"] for name in figures}
    document = {
        "results": {name: plain(result, name) for name, result in analysis.results.items()},
        "budgets": {
            name: [component_as_json(component) for component in result.budget]
            for name, result in analysis.results.items()
        },
        "tables": tables,
        "figures": drawn,
    }
    for name, table in analysis.tables.items():
        write_table(folder / tables[name], table)
    for name, figure in figures.items():
        box = _tight_box(figure)
        for file in drawn[name]:
            write_atomic(folder / file, _rendered(figure, Path(file).suffix[1:], box))
    write_atomic(folder / NAME, json_bytes(document, indent=1) + b"\n")


def withdraw(folder: Path) -> None:
    """Take the result back, for rows are to be added; what lies beside it is written anew with the next one.

    Raises StorageError.
    """
    path = folder / NAME
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise refused(error, path, "removing") from error


def _free(name: str, what: str) -> str:
    if name.lower() in _TAKEN:
        raise ValueError(f"{name!r} cannot name a {what}: the rows of the run lie in {name}.csv")
    return check_name(name, what)


def _tight_box(figure: Figure) -> BboxBase:
    """What `bbox_inches="tight"` takes, found once: that lays the figure out anew for each file."""
    own = figure.dpi
    figure.dpi = _DPI
    try:
        figure.draw_without_rendering()
        return figure.get_tightbbox().padded(_PAD_IN)
    finally:
        figure.dpi = own


def _rendered(figure: Figure, kind: str, box: BboxBase) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=_DPI, bbox_inches=box)
    return buffer.getvalue()


def component_as_json(component: Component) -> dict[str, Any]:
    """A line of a budget; infinite degrees of freedom are null."""
    document: dict[str, Any] = {
        name: getattr(component, name)
        for name in ("name", "u", "unit", "contribution", "kind", "distribution", "note")
    }
    document["dof"] = component.dof if math.isfinite(component.dof) else None
    return dict(plain(document, f"budget.{component.name}"))


def read_results(folder: Path) -> tuple[dict[str, Result], dict[str, Path], dict[str, list[Path]]]:
    """Results with budgets, tables and figures of a run; all empty where it has none. Raises StorageError."""
    path = folder / NAME
    try:
        document = json.loads(path.read_bytes())
        budgets = document["budgets"]
        results = {
            name: _result_from_json(result, budgets.get(name, ()))
            for name, result in document["results"].items()
        }
        tables = {name: folder / file for name, file in document["tables"].items()}
        figures = {name: [folder / file for file in files] for name, files in document["figures"].items()}
    except FileNotFoundError:
        return {}, {}, {}
    except OSError as error:
        raise refused(error, path, "reading") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(
            f"{path} is damaged: {error!r}",
            path=path,
            remedy="analyse the run again: its rows are in data.csv",
        ) from error
    return results, tables, figures


def _result_from_json(result: Mapping[str, Any], budget: Any) -> Result:
    components = tuple(
        Component(**{**line, "dof": math.inf if line["dof"] is None else line["dof"]}) for line in budget
    )
    dof = result["dof"]
    if dof is None and result["u"] is not None:
        dof = math.inf
    return Result(
        result["value"],
        result["unit"],
        result["u"],
        result["k"],
        result["U"],
        dof,
        tuple(result["flags"]),
        components,
    )
