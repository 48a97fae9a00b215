"""A pellet measurement as a model: rows of a run computed from a known truth, without any instrument."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from bench.runs.record import RunRecord
from bench.samples import Declared, Pellet, Sample
from procedures.transport.pellet.columns import COLUMNS, OPEN, SHORT, SWEEP
from procedures.transport.pellet.plan import ORDER, sweep_steps

PARAMETERS = {
    "linearity_tolerance": 0.01,
    "contact_resistance_max": None,
    "contact_spread": 0.0,
    "u_temperature": 0.0,
    "reference_temperature": None,
    "four_wire": False,
}
HEIGHTS_m = (1e-3, 1.5e-3, 2e-3, 2.5e-3, 3e-3)


@dataclass(frozen=True)
class Truth:
    """Everything a run depends on: V = R*I*(1 + bend*x^2 + lean*x) + EMF + drift*t, x = I/I_max."""

    conductivity: float = 1e-3
    contact_ohm: float = 100.0
    series_ohm: float = 0.0
    leakage_S: float = 0.0
    emf_V: float = 0.0
    drift_V_per_s: float = 0.0
    noise_V: float = 0.0
    max_A: float = 1e-4
    bend: float = 0.0
    lean: float = 0.0
    heights_m: tuple[float, ...] = HEIGHTS_m
    area_m2: float = 1e-4
    u_height_m: float = 0.0
    u_area: float = 0.0
    step_s: float = 0.1
    facts: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    alpha_per_K: float | None = None
    u_alpha_per_K: float = 0.0
    kelvin: float = 296.15
    mass_kg: float | None = None


def sample_of(truth: Truth) -> Sample:
    """What the operator declares; the heights and the area are taken to be right."""
    return Sample(
        name="model",
        material="model",
        true_density=Declared(2330.0, 0.0, "kg/m^3") if truth.mass_kg else None,
        temperature_coefficient=None
        if truth.alpha_per_K is None
        else Declared(truth.alpha_per_K, truth.u_alpha_per_K, "1/K"),
        pellets=tuple(
            Pellet(
                name,
                Declared(height, truth.u_height_m, "m"),
                Declared(truth.area_m2, truth.u_area * truth.area_m2, "m^2"),
                mass=Declared(truth.mass_kg * height / 1e-3, 1e-6, "kg") if truth.mass_kg else None,
            )
            for name, height in zip("abcdefgh", truth.heights_m, strict=False)
        ),
    )


def measured_ohm(truth: Truth, height_m: float) -> float:
    """Leads in series with the leakage across bulk and contacts."""
    inner = height_m / (truth.conductivity * truth.area_m2) + truth.contact_ohm
    return 1 / (1 / inner + truth.leakage_S) + truth.series_ohm


def rows_of(
    truth: Truth, rng: np.random.Generator | None = None, levels: int = 4, passes: int = 2
) -> list[dict]:
    rng = rng or np.random.default_rng(1)
    rows: list[dict] = []

    def add(
        phase: str, pellet: str, number: int, group: int, voltage: float, current: float, **other
    ) -> None:
        row = {column.name: None for column in COLUMNS}
        row |= {
            "Time": truth.step_s * len(rows),
            "Phase": phase,
            "Pellet": pellet,
            "Pass": number,
            "Group": group,
        }
        row |= {"Voltage": voltage, "Current": current, "Voltage range": 2.0, "Current range": 1e-4}
        row |= {"Compliance": False, "Voltage overload": False, "Current overload": False}
        row |= {"Source delay": 0.01, "Temperature": truth.kelvin, **other}
        rows.append(row)

    for group in range(3):
        for sign in ORDER:
            add(OPEN, "", group, group, sign * 10.0, sign * 10.0 * truth.leakage_S)
    for group in range(3):
        for sign in ORDER:
            add(SHORT, "", 0, group, sign * 1e-2 * truth.series_ohm, sign * 1e-2)
    for pellet, height in zip("abcdefgh", truth.heights_m, strict=False):
        ohm = measured_ohm(truth, height)
        for step in sweep_steps(truth.max_A, levels, passes):
            x = step.level_A / truth.max_A
            voltage = ohm * step.level_A * (1 + truth.bend * x**2) + truth.lean * ohm * truth.max_A * x**2
            voltage += truth.emf_V + truth.drift_V_per_s * truth.step_s * len(rows)
            voltage += truth.noise_V * rng.standard_normal()
            add(SWEEP, pellet, step.number, step.group, voltage, step.level_A)
    return rows


def record_of(
    truth: Truth, rows: list[dict] | None = None, rng: np.random.Generator | None = None
) -> RunRecord:
    settling = {
        name: {"delay_s": 0.01, "settled": True} for name, _ in zip("abcdefgh", truth.heights_m, strict=False)
    }
    return RunRecord(
        columns=COLUMNS,
        rows=rows if rows is not None else rows_of(truth, rng),
        facts={"settling": settling, "accuracy": [], **truth.facts},
        sample=sample_of(truth),
        parameters={**PARAMETERS, **truth.parameters},
        simulated=True,
    )


def with_(truth: Truth, **changes) -> Truth:
    return replace(truth, **changes)
