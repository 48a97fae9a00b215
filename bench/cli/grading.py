"""Results of simulated runs beside the truth of the simulation and the values of a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.cli.paper import Stated, read_paper
from bench.cli.sim import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from bench.core.uncertainty import Result
    from bench.runs.engine.outcome import RunOutcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """One result beside the truth of the simulation and what the paper says."""

    run: str
    sample: str
    quantity: str
    result: Result
    truth: float | None
    paper: Stated | None

    @property
    def agrees(self) -> bool | None:
        """Whether the truth lies within U; None where there is no truth or no result to compare."""
        if self.truth is None or self.result.value is None or self.result.U is None:
            return None
        return abs(self.result.value - self.truth) <= self.result.U

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        paper = None
        if self.paper is not None:
            paper = {"value": self.paper.value, "unit": self.paper.unit, "where": self.paper.where}
        return {
            "run": self.run,
            "sample": self.sample,
            "quantity": self.quantity,
            "unit": self.result.unit,
            "truth": self.truth,
            "value": self.result.value,
            "U": self.result.U,
            "flags": list(self.result.flags),
            "paper": paper,
            "agrees": self.agrees,
        }


def compare(station: Path, runs: tuple[RunOutcome, ...], seed: int) -> Iterator[Comparison]:
    """Each result of the runs beside truth and paper; a truth in another unit is not compared."""
    truth: Mapping[str, Mapping[str, Any]] = read_truth(station, seed)
    paper = read_paper(station.parent)
    for run in runs:
        sample = run.sample or ""
        for quantity, result in run.results.items():
            entry = truth.get(sample, {}).get(quantity)
            value = entry["value"] if entry is not None and entry["unit"] == result.unit else None
            if isinstance(value, str):  # a type, say: named, not graded
                value = None
            yield Comparison(run.id, sample, quantity, result, value, paper.get((sample, quantity)))
