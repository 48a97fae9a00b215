"""Figures of a run as data inside the page, so that the report stays one file."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
_LARGEST_SVG = 600_000
"""Above this many bytes (a curve of many points) the PNG is smaller and draws faster."""


@dataclass(frozen=True)
class Picture:
    """A figure and its data URI."""

    name: str
    uri: str


def embedded(figures: Mapping[str, Sequence[Path]]) -> Iterator[Picture]:
    """Each figure once: the SVG where it is small, else the PNG; files that are gone are left out."""
    for name, files in figures.items():
        chosen = _chosen(files)
        if chosen is not None:
            data = base64.b64encode(chosen.read_bytes()).decode("ascii")
            yield Picture(name.replace("_", " "), f"data:{_KINDS[chosen.suffix]};base64,{data}")


def _chosen(files: Sequence[Path]) -> Path | None:
    there = {path.suffix: path for path in files if path.suffix in _KINDS and path.is_file()}
    svg = there.get(".svg")
    if svg is not None and (svg.stat().st_size <= _LARGEST_SVG or ".png" not in there):
        return svg
    return there.get(".png")
