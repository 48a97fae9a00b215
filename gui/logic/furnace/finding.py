"""The furnace runs worth showing: of each furnace the one that goes on, or else the last one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bench.service.client import Client
from bench.service.models.runs import RunInFull
from bench.service.models.station import ProcedureInfo
from gui.logic.furnace.columns import of_furnace

MOST = 8
"""Runs of each procedure that are looked at, the newest first."""


def furnace_procedures(procedures: Iterable[ProcedureInfo]) -> list[str]:
    """Procedures that publish a furnace's columns, and for which the station has every instrument."""
    return [
        one.name
        for one in procedures
        if of_furnace(one.columns) and all(one.candidates.get(role) for role in one.roles)
    ]


def newest(
    client: Client, procedures: Iterable[str], instruments: Collection[str], *, simulated: bool
) -> list[RunInFull]:
    """The newest first; of runs that share an instrument or a fixture only the newest.

    A run on an instrument that the station no longer has is none of it, nor one of a simulation on hardware.
    """
    summaries = [one for name in procedures for one in client.runs(procedure=name, limit=MOST)]
    found: list[RunInFull] = []
    taken: set[str] = set()
    for summary in sorted(summaries, key=lambda one: one.started, reverse=True):
        if summary.simulated != simulated:
            continue
        run = client.run(summary.run_id)
        used = {*run.roles.values(), *run.fixtures.values()}
        if used & taken or not set(run.roles.values()) <= set(instruments) or not of_furnace(run.columns):
            continue
        taken |= used
        found.append(run)
    return found
