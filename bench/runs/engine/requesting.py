"""What a planned run asks for, as the head of its run folder."""

from __future__ import annotations

from typing import Any

from bench.runs.planning.plan import PlannedRun
from bench.runs.storage.request import RunRequest
from bench.station import ConnectedStation


def request_of(run: PlannedRun, connected: ConnectedStation, seed: int | None) -> RunRequest:
    """Everything that is known of the run before it begins."""
    station = connected.station
    return RunRequest(
        id=run.id,
        procedure=run.procedure.name,
        columns=run.procedure.columns,
        parameters=run.parameters_in_full(),
        sample=run.sample,
        roles=run.roles,
        fixtures=run.fixtures,
        instruments={name: {"driver": station.instrument(name).driver} for name in run.instruments},
        simulated=connected.simulated,
        seed=seed,
        world=_world_file(station.simulation) if connected.simulated else None,
        station=station.name,
        resume=run.procedure.resume,
        on_host_loss=run.procedure.on_host_loss,
        details={
            "leases": sorted(str(resource) for resource in run.resources),
            "parameter_units": run.parameter_units(),
        },
    )


def _world_file(simulation: Any) -> str | None:
    file = simulation.get("file") if simulation is not None else None
    return file if isinstance(file, str) else None
