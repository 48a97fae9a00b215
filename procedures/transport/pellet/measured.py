"""From rows to one corrected resistance for each pellet, with everything its uncertainty needs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from procedures.common.reversal import Groups, Resistance, TooFewGroupsError, resistance
from procedures.common.source_points import GainKey, Points, Rows
from procedures.transport.pellet import flags
from procedures.transport.pellet.columns import OPEN, SHORT, SWEEP
from procedures.transport.pellet.temperature import Temperature, temperature_of

if TYPE_CHECKING:
    from bench.runs.record import RunRecord
    from bench.samples import Pellet

SIGNIFICANCE = 0.01
"""p-value below which a departure is not put down to noise."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the open (S) or the short (ohm) measurement gave; `gains` are the ranges it was read on."""

    value: float
    u_A: float
    dof: float
    gains: tuple[GainKey, GainKey]


@dataclass(frozen=True, slots=True)
class MeasuredPellet:
    """A pellet with its fit; `fit.ohm` is what the meter saw.

    `ohm` is corrected for open and short and brought to the mean temperature of the run.
    """

    pellet: Pellet
    points: Points
    fit: Resistance | None
    ohm: float
    flags: tuple[str, ...]

    @property
    def usable(self) -> bool:
        """True if its resistance may enter a result."""
        return self.fit is not None and not self.flags

    @property
    def gains(self) -> tuple[GainKey, GainKey]:
        """Ranges of voltage and current."""
        return self.points.gains

    @property
    def u_A(self) -> float:
        """Type A standard uncertainty of the resistance in ohm."""
        return self.fit.u_A if self.fit is not None else math.nan

    @property
    def power_density_W_per_m3(self) -> float:
        """I^2 R/(A L) at the highest current."""
        if self.fit is None:
            return math.nan
        volume_m3 = self.pellet.area.value * self.pellet.height.value
        return self.fit.max_A**2 * abs(self.ohm) / volume_m3

    @property
    def power_dependence_ohm(self) -> float:
        """R at zero current minus R of the fit, where that is significant; else 0."""
        fit = self.fit
        if fit is None or fit.conductance_p >= SIGNIFICANCE:
            return 0.0
        return fit.ohm_at_zero - fit.ohm


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything the results are computed from.

    The short is subtracted in two-wire only: in four-wire it shows the pistons, which belong to what is
    between the sense points. `relative_limits` are published gain errors by range.
    """

    pellets: tuple[MeasuredPellet, ...]
    short: Correction | None
    short_applied: bool
    open: Correction | None
    contact_spread_ohm: float
    relative_limits: Mapping[GainKey, float]
    temperature: Temperature
    flags: tuple[str, ...]

    @property
    def usable(self) -> list[MeasuredPellet]:
        """The pellets whose resistance may enter a result."""
        return [pellet for pellet in self.pellets if pellet.usable]


def evaluate(record: RunRecord) -> Measured:
    """Fit every pellet of the run and correct it. Pellets without a sweep appear with a flag."""
    rows, parameters, sample = Rows(record), record.parameters, record.sample
    settling = record.facts.get("settling", {})
    empty, disc = rows.points(OPEN), rows.points(SHORT)
    open_ = _correction(empty, empty.conductance_groups(), empty.voltage_V)
    short = _correction(disc, disc.resistance_groups(), disc.current_A)
    short_applied = short is not None and not parameters["four_wire"]
    subtracted_ohm = short.value if short is not None and short_applied else 0.0
    tolerance = float(parameters["linearity_tolerance"])
    measured = tuple(
        _pellet(pellet, rows.points(SWEEP, pellet.id), open_, subtracted_ohm, tolerance)
        for pellet in (sample.pellets if sample is not None else ())
        if pellet.id in settling
    )
    temperature, found = temperature_of([pellet.points.temperature_K for pellet in measured], record)
    measured = tuple(
        replace(pellet, ohm=temperature.brought_to_mean(pellet.ohm, pellet.points.temperature_K))
        for pellet in measured
    )
    published = record.facts.get("accuracy", [])
    limits = {(line["unit"], line["range"]): float(line["relative"]) for line in published}
    if open_ is None:
        found.append(flags.NO_OPEN)
    if short is None and not parameters["four_wire"]:
        found.append(flags.NO_SHORT)
    return Measured(
        pellets=measured,
        short=short,
        short_applied=short_applied,
        open=open_,
        contact_spread_ohm=float(parameters["contact_spread"]),
        relative_limits=limits,
        temperature=temperature,
        flags=(*_common_flags(measured, settling, limits), *found),
    )


def _pellet(
    pellet: Pellet, points: Points, open_: Correction | None, subtracted_ohm: float, tolerance: float
) -> MeasuredPellet:
    try:
        highest = float(np.abs(points.current_A[points.usable]).max(initial=0.0))
        fit = resistance(points.resistance_groups(), highest)
    except TooFewGroupsError:
        return MeasuredPellet(pellet, points, None, math.nan, (flags.TOO_FEW_POINTS,))
    ohm = corrected(fit.ohm, open_.value if open_ else 0.0, subtracted_ohm)
    found: tuple[str, ...] = ()
    if not fit.ohmic(tolerance, SIGNIFICANCE):
        found = (flags.NOT_OHMIC,)
    elif ohm <= 0:
        found = (flags.NOT_POSITIVE,)
    return MeasuredPellet(pellet, points, fit, ohm, found)


def corrected(ohm: float, open_S: float, short_ohm: float) -> float:
    """Open/short compensation: Z = (Zm - Zs)/(1 - (Zm - Zs) Yo).

    Agilent Impedance Measurement Handbook, section 4 (simplified for Zs << 1/Yo).
    """
    without_series = ohm - short_ohm
    return without_series / (1 - without_series * open_S)


def _correction(points: Points, groups: Groups, sourced: NDArray[np.float64]) -> Correction | None:
    """From the open (I against V) or the short (V against I); None where too little of it is usable."""
    try:
        fit = resistance(groups, float(np.abs(sourced).max(initial=0.0)))
    except TooFewGroupsError:
        return None
    return Correction(fit.ohm, fit.u_A, fit.dof, points.gains)


def _common_flags(
    pellets: tuple[MeasuredPellet, ...],
    settling: Mapping[str, Mapping[str, object] | None],
    limits: Mapping[GainKey, float],
) -> list[str]:
    found = []
    unsettled = tuple(name for name, state in settling.items() if state is not None and not state["settled"])
    if unsettled:
        found.append(flags.of_pellets(flags.NOT_SETTLED, unsettled))
    drifting = tuple(p.pellet.id for p in pellets if p.usable and _depends_on_power(p))
    if drifting:
        found.append(flags.of_pellets(flags.POWER_DEPENDENT, drifting))
    if any(key not in limits for pellet in pellets if pellet.fit for key in pellet.gains):
        found.append(flags.TYPE_A_ONLY)
    for flag, missing in (
        (flags.NO_HEIGHT_U, tuple(p.pellet.id for p in pellets if p.pellet.height.u == 0)),
        (flags.NO_AREA_U, tuple(p.pellet.id for p in pellets if p.pellet.area.u == 0)),
    ):
        if missing:
            found.append(flags.of_pellets(flag, missing))
    return found


def _depends_on_power(pellet: MeasuredPellet) -> bool:
    """Significant, and more than a per mille: below that it is in the budget and nobody needs a warning."""
    fit = pellet.fit
    return fit is not None and fit.conductance_p < SIGNIFICANCE and abs(fit.conductance_ratio - 1) > 1e-3
