"""What a paper states about the samples of an example, to set beside what was measured."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = "paper.toml"


@dataclass(frozen=True, slots=True)
class Stated:
    """`value` in `unit`, None where the paper gives no figure; `where` says where it stands."""

    sample: str
    quantity: str
    value: float | None
    unit: str
    where: str


def read_paper(folder: Path) -> dict[tuple[str, str], Stated]:
    """The entries by (sample, quantity); empty if the example has no such file."""
    path = folder / FILE
    if not path.is_file():
        return {}
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["values"]
    return {
        (entry["sample"], entry["quantity"]): Stated(
            entry["sample"],
            entry["quantity"],
            float(entry["value"]) if entry["stated"] else None,
            entry["unit"],
            entry["where"],
        )
        for entry in entries
    }
