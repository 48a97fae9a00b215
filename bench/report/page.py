"""The one-file HTML report of a run, or of all runs of a queue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.core import wall
from bench.report.content import RunContent, try_content_of
from bench.runs.storage.folder import RunFolder

_TEMPLATES = Path(__file__).parent / "templates"


def render(folders: Sequence[RunFolder], title: str | None = None) -> str:
    """The page for these runs, in this order. Needs nothing but itself: style and figures are inside."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    contents: list[Any] = [try_content_of(folder) for folder in folders]
    runs = [content for content in contents if isinstance(content, RunContent)]
    return environment.get_template("report.html.j2").render(
        title=title or (folders[0].path.name if len(folders) == 1 else f"{len(folders)} runs"),
        runs=runs,
        damaged=[content for content in contents if not isinstance(content, RunContent)],
        simulated=any(run.simulated for run in runs),
        all_simulated=all(run.simulated for run in runs),
        made=wall.utc().strftime("%Y-%m-%d %H:%M UTC"),
    )


def write(folders: Sequence[RunFolder], path: Path, title: str | None = None) -> Path:
    """Write the page to `path`, whole or not at all. Raises StorageError."""
    from bench.runs.storage.files import write_atomic

    write_atomic(path, render(folders, title).encode())
    return path
