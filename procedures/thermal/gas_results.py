"""What a record says of its gas or vacuum: time in limits, longest loss, lowest flow or highest pressure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bench.core.soak import Flags
from bench.core.uncertainty import Result, unresolved
from procedures.thermal import flags
from procedures.thermal.criteria import Criterion
from procedures.thermal.curves import Curves
from procedures.thermal.gas import FORMULAS, LOST_AFTER_S, is_measured
from procedures.thermal.in_limits import Share, share_of

IN_LIMITS_FRACTION: Final = 0.99
"""Of the time that counts: of the hot time for a gas, of the dwell for a vacuum."""


@dataclass(frozen=True, slots=True)
class GasFindings:
    """Results by name, and what is asked of them."""

    results: Mapping[str, Result]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """In limits over the time that counts; not lost over all the hot time; the worst value of the first."""

    limits: Share
    presence: Share
    extreme_name: str
    extreme: float | None
    unit: str


def gas_findings(curves: Curves, gas: Mapping[str, Any], common: tuple[str, ...]) -> GasFindings:
    """None of either where the recipe asks for no atmosphere."""
    name = str(gas.get("gas", "none"))
    if name not in ("vacuum", *FORMULAS):
        return GasFindings({}, ())
    in_limits, longest_loss = f"{name}_in_limits", f"{name}_longest_loss"
    if not is_measured(gas):
        asked = Criterion(in_limits, None, "1", "at least", IN_LIMITS_FRACTION, measured=False)
        return GasFindings({in_limits: unresolved("1", *common)}, (asked,))
    seen = _vacuum(curves, gas) if name == "vacuum" else _gas(curves, gas, FORMULAS[name])
    share, longest_s = seen.limits, seen.presence.longest_out_s
    unseen = (flags.NOT_ALL_SEEN,) if share.unseen_s > 0 else ()
    results = {
        in_limits: Result(share.within, "1", flags=(*unseen, *common)),
        longest_loss: Result(longest_s, "s", flags=common),
        f"{name}_unseen": Result(share.unseen_s, "s", flags=common),
        seen.extreme_name: Result(seen.extreme, seen.unit, flags=(*unseen, *common)),
    }
    interval_s = float(curves.recipe.get("interval_s", 0.0))
    margin = share.unseen + 2 * interval_s / share.total_s if share.total_s > 0 else 0.0
    criteria = [Criterion(in_limits, share.within, "1", "at least", IN_LIMITS_FRACTION, margin)]
    if gas.get("when_lost") == "end":
        criteria.append(Criterion(longest_loss, longest_s, "s", "at most", LOST_AFTER_S, 2 * interval_s))
    return GasFindings(results, tuple(criteria))


def _gas(curves: Curves, gas: Mapping[str, Any], formula: str) -> _Seen:
    flow = curves.flow
    known = np.array([one is not None for one in curves.gas], bool)  # who answers tells its gas
    right = curves.gas == formula
    enough = right & ~(flow < float(gas["low_sccm"]))  # no number: more than it can measure
    share = _share(curves, known, right & _between(flow, float(gas["low_sccm"]), float(gas["high_sccm"])))
    shown = flow[curves.hot & np.isfinite(flow)]
    lowest = float(shown.min()) if len(shown) else None
    return _Seen(share, _share(curves, known, enough), "lowest_flow", lowest, "sccm")


def _vacuum(curves: Curves, gas: Mapping[str, Any]) -> _Seen:
    pressure, known = curves.pressure, np.isfinite(curves.pressure)
    counts = curves.dwell if curves.dwell.any() else curves.heating
    share = _share(curves, known, _between(pressure, 0.0, float(gas["pressure_Pa"])), counts)
    presence = _share(curves, known, _between(pressure, 0.0, float(gas["lost_Pa"])), curves.heating)
    shown = pressure[counts & known]
    highest = float(shown.max()) if len(shown) else None
    return _Seen(share, presence, "highest_pressure", highest, "Pa")


def _between(values: Any, low: float, high: float) -> Flags:
    inside: Flags = (values >= low) & (values <= high)  # not a number is not between
    return inside


def _share(curves: Curves, known: Flags, inside: Flags, counts: Flags | None = None) -> Share:
    counted = curves.hot if counts is None else counts
    return share_of(curves.time, known=known, inside=known & inside, counts=counted, gap_s=curves.gap_s)
