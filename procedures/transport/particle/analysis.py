"""What a particle run says: the conductance of each and of the kind, and the contacts' part in it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bench.core.uncertainty import Result, unresolved
from bench.runs.columns import Column
from bench.runs.record import Analysis, Table
from procedures.common.budget_table import budget_table
from procedures.common.propagation import Quantity, Source, linear
from procedures.transport.particle import flags
from procedures.transport.particle.measured import Measured, MeasuredParticle, evaluate

if TYPE_CHECKING:
    from bench.runs.columns import Value
    from bench.runs.record import RunRecord

PARTICLES = (
    Column("Particle", kind="text"),
    Column("Conductance", "S"),
    Column("u(Conductance)", "S"),
    Column("Resistance", "ohm"),
    Column("Contacts", kind="text"),
    Column("G(max) over G(0)"),
    Column("Asymmetry"),
    Column("Hysteresis"),
    Column("Highest voltage", "V"),
    Column("Saturation current 1", "A"),
    Column("Saturation current 2", "A"),
    Column("Barriers' share of R(0)"),
    Column("G(0) of the barrier fit", "S"),
    Column("Reversal groups", kind="integer"),
    Column("Readings rejected", kind="integer"),
    Column("Flags", kind="text"),
)


def analyse(record: RunRecord) -> Analysis:
    """Results and tables of a particle run, from its rows, facts and parameters alone."""
    measured = evaluate(record)
    results = results_of(measured)
    return Analysis(results, {"particles": particle_table(measured), "budget": budget_table(results)})


def results_of(measured: Measured) -> dict[str, Result]:
    """`particle_conductance` is the mean over all particles that have one; `conductance_NAME` that of one.

    The mean speaks for particles that were not measured: the scatter from particle to particle is in its
    uncertainty. What is of the particle itself, `particle_resistivity`, two tips cannot tell.
    """
    results = {"particle_conductance": _mean(measured)}
    for one in measured.particles:
        said = (f"{flags.KIND}: {one.shape.kind}", *one.flags, *measured.flags)
        if one.conductance is None:
            results[f"conductance_{one.name}"] = unresolved("S", *said)
        else:
            results[f"conductance_{one.name}"] = one.conductance.result(said)
    results["particle_resistivity"] = unresolved("ohm m", flags.NOT_SEPARATED)
    return results


def _mean(measured: Measured) -> Result:
    good = [one for one in measured.particles if one.conductance is not None]
    said = [*_common(measured), *measured.flags]
    left = tuple(one.name for one in measured.particles if one.conductance is None)
    if left:
        said.append(flags.of_particles(flags.TOO_FEW_POINTS, left))
    if not good:
        return unresolved("S", *(said or [flags.NOT_MEASURED]))
    if len(good) == 1:
        return unresolved("S", flags.ONE_PARTICLE, *said)
    quantities = [one.conductance for one in good if one.conductance is not None]
    mean = linear("S", [(one, 1 / len(quantities)) for one in quantities])
    scatter = float(np.std([one.value for one in quantities], ddof=1)) / math.sqrt(len(quantities))
    # The scatter of the particles already holds what is independent from one to the next.
    shared = {source: slope for source, slope in mean.by.items() if not _independent(source, quantities)}
    shared[Source("from particle to particle", scatter, "S", "A", len(quantities) - 1)] = 1.0
    result = Quantity(mean.value, "S", shared).result(said)
    if result.U is not None and abs(mean.value) <= result.U:
        result = replace(result, flags=(flags.NOT_RESOLVED, *result.flags))
    return result


def _independent(source: Source, quantities: list[Quantity]) -> bool:
    return sum(source in one.by for one in quantities) == 1


def _common(measured: Measured) -> list[str]:
    found = []
    kinds: dict[str, list[str]] = {}
    for one in measured.particles:
        kinds.setdefault(one.shape.kind, []).append(one.name)
    if len(kinds) == 1:
        found.append(f"{flags.KIND}: {next(iter(kinds))}")
    else:
        found += [f"{flags.KIND}: {kind} ({', '.join(names)})" for kind, names in kinds.items()]
    limited = [
        one.name
        for one in measured.particles
        if one.shape.barriers is not None and one.shape.barriers.contact_share > 0.5
    ]
    if limited:
        found.append(flags.of_particles(flags.BARRIER_LIMITED, tuple(limited)))
    for flag in (flags.NOT_SETTLED, flags.HYSTERESIS, flags.IN_COMPLIANCE, flags.NOT_LINEAR):
        names = tuple(one.name for one in measured.particles if flag in one.flags)
        if names:
            found.append(flags.of_particles(flag, names))
    return found


def particle_table(measured: Measured) -> Table:
    """One line for each particle that was caught."""
    return Table(PARTICLES, tuple(_row(one) for one in measured.particles))


def _row(one: MeasuredParticle) -> tuple[Value, ...]:
    shape, barriers = one.shape, one.shape.barriers
    value = one.conductance.value if one.conductance is not None else None
    return (
        one.name,
        value,
        one.conductance.u if one.conductance is not None else None,
        1 / value if value else None,
        shape.kind,
        _finite(shape.chord_ratio),
        _finite(shape.asymmetry),
        _finite(shape.hysteresis),
        shape.highest_V,
        barriers.first_A if barriers else None,
        barriers.second_A if barriers else None,
        barriers.contact_share if barriers else None,
        barriers.zero_bias_S if barriers else None,
        one.fit.groups if one.fit is not None else 0,
        one.window.rejected + one.sweep.rejected,
        "; ".join(one.flags),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
