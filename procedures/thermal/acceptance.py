"""What every recipe asks of its results; recipes add limits of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.core.soak import Soak
from bench.core.uncertainty import Result
from procedures.thermal.criteria import Criterion, worst

SOAK_FRACTION = 0.98
OVERSHOOT_K = 10.0
LONGEST_GAP_S = 120.0


@dataclass(frozen=True, slots=True)
class CriterionOf:
    """What there is to be judged: results by name, the recipe as it was started, and the soak."""

    results: Mapping[str, Result]
    recipe: Mapping[str, Any]
    soak: Soak | None


def criteria_of(run: CriterionOf) -> list[Criterion]:
    """Every criterion of the run. Margins: time that was not seen and two intervals; U of a temperature."""
    interval_s = float(run.recipe.get("interval_s", 0.0))
    unseen_s = 2 * interval_s + (run.soak.unseen_s if run.soak is not None else 0.0)
    found = []
    if run.recipe.get("soak_segment"):
        wanted_s = SOAK_FRACTION * float(run.recipe["soak_s"])
        found.append(_criterion(run, "in_band_soak", "at least", wanted_s, unseen_s))
        found.append(_criterion(run, "longest_gap", "at most", LONGEST_GAP_S, interval_s))
    found.append(_criterion(run, "overshoot", "at most", OVERSHOOT_K, 1.0))
    for name, limit in run.recipe.get("acceptance", {}).items():
        found.append(_criterion(run, name, "at most", float(limit), run.results[name].U or 1.0))
    return found


def worst_flag(criteria: Iterable[Criterion], common: tuple[str, ...]) -> Result:
    """1 if all pass, 0 if one fails, no value in between; the worst verdict is its first flag."""
    verdict = worst(one.verdict for one in criteria)
    value = {"pass": 1.0, "not measured": None, "marginal": None, "void": 0.0, "fail": 0.0}[verdict]
    return Result(value, "1", flags=(verdict, *common))


def _criterion(run: CriterionOf, name: str, sense: Any, limit: float, margin: float) -> Criterion:
    result = run.results[name]
    return Criterion(name, result.value, result.unit, sense, limit, margin)
