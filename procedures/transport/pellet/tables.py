"""The tables of a pellet run: one line for each pellet, and what was corrected for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bench.runs.columns import Column
from bench.runs.record import Table
from procedures.transport.pellet.density import relative_density_of

if TYPE_CHECKING:
    from bench.runs.columns import Value
    from bench.samples import Sample
    from procedures.transport.pellet.measured import Measured, MeasuredPellet

PELLETS = (
    Column("Pellet", kind="text"),
    Column("Height", "m"),
    Column("u(Height)", "m"),
    Column("Area", "m^2"),
    Column("Pressing pressure", "Pa"),
    Column("Resistance", "ohm"),
    Column("u(Resistance)", "ohm"),
    Column("Resistance as read", "ohm"),
    Column("EMF", "V"),
    Column("EMF drift", "V/s"),
    Column("G(max) over G(0)"),
    Column("Asymmetry"),
    Column("Highest current", "A"),
    Column("Power density", "W/m^3"),
    Column("Apparent conductivity", "S/m"),
    Column("Relative density"),
    Column("Temperature", "K"),
    Column("Reversal groups", kind="integer"),
    Column("Readings rejected", kind="integer"),
    Column("Flags", kind="text"),
)
"""`Resistance` is corrected for open and short and brought to the mean temperature of the run; its u is the
repeatability (type A) alone."""

CORRECTIONS = (
    Column("Correction", kind="text"),
    Column("Value"),
    Column("u"),
    Column("Unit", kind="text"),
    Column("Applied", kind="flag"),
)
"""`u` of the open and the short is their repeatability."""


def pellet_table(measured: Measured, sample: Sample | None) -> Table:
    """One line for each pellet that was mounted."""
    return Table(PELLETS, tuple(_pellet_row(pellet, sample) for pellet in measured.pellets))


def _pellet_row(measured: MeasuredPellet, sample: Sample | None) -> tuple[Value, ...]:
    pellet, fit, points = measured.pellet, measured.fit, measured.points
    temperature = points.temperature_K[np.isfinite(points.temperature_K)]
    last = (
        relative_density_of(pellet, sample) if sample is not None else None,
        float(temperature.mean()) if temperature.size else None,
        fit.groups if fit is not None else 0,
        points.rejected,
        "; ".join(measured.flags),
    )
    pressure_Pa = pellet.pressure.value if pellet.pressure is not None else None
    first = (pellet.id, pellet.height.value, pellet.height.u, pellet.area.value, pressure_Pa)
    if fit is None:
        return (*first, *(None,) * 10, *last)
    return (
        *first,
        _finite(measured.ohm),
        fit.u_A,
        fit.ohm,
        fit.emf_V,
        fit.drift_V_per_s,
        _finite(fit.conductance_ratio),
        _finite(fit.asymmetry),
        fit.max_A,
        measured.power_density_W_per_m3,
        pellet.height.value / (pellet.area.value * measured.ohm) if measured.usable else None,
        *last,
    )


def correction_table(measured: Measured) -> Table:
    """Leakage, series resistance, and what brought the conductivity to the temperature it is stated at."""
    rows: list[tuple[Value, ...]] = []
    if measured.open is not None:
        rows.append(("open: leakage conductance", measured.open.value, measured.open.u_A, "S", True))
    if measured.short is not None:
        rows.append(
            (
                "short: series resistance",
                measured.short.value,
                measured.short.u_A,
                "ohm",
                measured.short_applied,
            )
        )
    temperature = measured.temperature
    if temperature.kelvin is not None:
        u_factor = temperature.factor * abs(temperature.above_reference_K) * temperature.u_alpha_per_K
        stated = temperature.kelvin - temperature.above_reference_K
        rows.append(("conductivity stated at", stated, temperature.u_K, "K", True))
        rows.append(
            ("factor on the conductivity", temperature.factor, u_factor, "", temperature.factor != 1.0)
        )
    return Table(CORRECTIONS, tuple(rows))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
