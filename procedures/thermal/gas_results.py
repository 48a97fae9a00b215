"""What a record says of its gas or vacuum: time in limits, lowest flow, highest pressure; measured or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bench.core.uncertainty import Result, unresolved
from procedures.thermal import flags
from procedures.thermal.criteria import Criterion
from procedures.thermal.curves import Curves
from procedures.thermal.gas import FORMULAS, is_measured
from procedures.thermal.in_limits import Share, share_of

IN_LIMITS_FRACTION: Final = 0.99
"""Of the time that counts: of the hot time for a gas, of the dwell for a vacuum."""


@dataclass(frozen=True, slots=True)
class GasFindings:
    """Results by name, and what is asked of them."""

    results: Mapping[str, Result]
    criteria: tuple[Criterion, ...]


def gas_findings(curves: Curves, gas: Mapping[str, Any], common: tuple[str, ...]) -> GasFindings:
    """None of either where the recipe asks for no atmosphere."""
    name = str(gas.get("gas", "none"))
    if name not in ("vacuum", *FORMULAS):
        return GasFindings({}, ())
    criterion = f"{name}_in_limits"
    if not is_measured(gas):
        missing = unresolved("1", *common)
        asked = Criterion(criterion, None, "1", "at least", IN_LIMITS_FRACTION, measured=False)
        return GasFindings({criterion: missing}, (asked,))
    if name == "vacuum":
        counts = curves.dwell if curves.dwell.any() else curves.heating
        values, known = curves.pressure, np.isfinite(curves.pressure)
        inside = known & (values <= float(gas["pressure_Pa"]))
        extreme, unit, worst = "highest_pressure", "Pa", np.max
    else:
        counts, values = curves.hot, curves.flow
        known = np.array([one is not None for one in curves.gas], bool)  # who answers tells its gas
        inside = (values >= float(gas["low_sccm"])) & (values <= float(gas["high_sccm"]))
        inside &= curves.gas == FORMULAS[name]
        extreme, unit, worst = "lowest_flow", "sccm", np.min
    share = share_of(curves.time, known=known, inside=inside, counts=counts, gap_s=curves.gap_s)
    shown = values[counts & np.isfinite(values)]
    unseen = (flags.NOT_ALL_SEEN,) if share.unseen_s > 0 else ()
    results = {
        criterion: Result(share.within, "1", flags=(*unseen, *common)),
        f"{name}_longest_loss": Result(share.longest_out_s, "s", flags=common),
        f"{name}_unseen": Result(share.unseen_s, "s", flags=common),
        extreme: Result(float(worst(shown)), unit, flags=common)
        if len(shown)
        else unresolved(unit, *unseen, *common),
    }
    return GasFindings(results, (_asked(criterion, share, curves),))


def _asked(name: str, share: Share, curves: Curves) -> Criterion:
    """Margin: what nobody saw, and two intervals."""
    interval_s = float(curves.recipe.get("interval_s", 0.0))
    margin = share.unseen + 2 * interval_s / share.total_s if share.total_s > 0 else 0.0
    return Criterion(name, share.within, "1", "at least", IN_LIMITS_FRACTION, margin)
