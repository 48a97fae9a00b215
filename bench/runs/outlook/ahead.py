"""From a queue file that was looked through to its outlook: what each run takes, and when it will go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bench.core.errors import ConfigError, Problem
from bench.runs.lineage.doubts import doubts_in
from bench.runs.outlook.energised import uses_of
from bench.runs.outlook.measuring import Measured, measure_run
from bench.runs.outlook.outlook import How, Outlook, RunOutlook
from bench.runs.planning import disk
from bench.runs.planning.items import new_items
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.planning.queue import Survey
from bench.runs.queue.adding import numbered
from bench.runs.queue.changes import Change, items_added
from bench.runs.queue.item import Item
from bench.runs.scheduling.forecast import Forecast, forecast
from bench.station.model import Station


def look_ahead(
    survey: Survey,
    *,
    start: datetime,
    data_dir: Path,
    measure: bool = False,
    seed: int = 0,
    tell: Callable[[PlannedRun], None] = lambda run: None,
) -> Outlook:
    """What the queue will do.

    With `measure` every run is executed on the simulated bench first; otherwise only those that estimate
    nothing, where the station describes a simulation. `tell` is called before each. Raises ConfigError if the
    file, its station or its samples are wrong as a whole, or the world cannot be built.
    """
    station = survey.station
    if station is None or survey.problems:
        raise ConfigError(survey.all_problems)
    if measure and station.simulation is None:
        measure_needs = Problem(
            station.path.name,
            "the station describes no simulation",
            "leave --measure out, or add [simulation]",
        )
        raise ConfigError([measure_needs])
    measured: dict[str, Measured] = {}
    chosen = [found.run for found in survey.runs if found.run is not None]
    for run in chosen:
        if measure or (run.estimate.duration_s == 0.0 and station.simulation is not None):
            tell(run)
            measured[run.id] = measure_run(run, station, survey.samples, seed=seed)
    doubts = doubts_in(chosen, data_dir)
    ahead = {
        run.id: replace(_ahead(run, station, measured.get(run.id)), doubts=_doubts(run, doubts))
        for run in chosen
    }
    stuck = _stuck(chosen)
    free = tuple(run for run in chosen if run.id not in stuck)
    items = _queued(Plan(survey.document.path, station, survey.samples, free))
    told = forecast(items, {item.key: ahead[item.id].duration_s for item in items}, start)
    needed, rows = sum(run.bytes for run in ahead.values()), sum(run.rows for run in ahead.values())
    against = disk.too_much(needed, rows, data_dir)
    return Outlook(
        queue=survey.document.path,
        station=station,
        start=start,
        runs=tuple(
            _placed(ahead[found.id], items, told, stuck)
            if found.run is not None
            else RunOutlook(found.id, None, found.problems)
            for found in survey.runs
        ),
        names={item.key: item.id for item in items},
        data_dir=data_dir,
        free_bytes=_free(data_dir),
        full=None if against is None else survey.document.problem((), *against),
    )


def _ahead(run: PlannedRun, station: Station, measured: Measured | None) -> RunOutlook:
    uses = uses_of(run, station)
    if measured is None:
        how: How = "estimated" if run.estimate.duration_s else "unknown"
        expected = run.estimate
        return RunOutlook(run.id, run, (), how, expected.duration_s, expected.rows, disk.bytes_of(run), uses)
    return RunOutlook(
        id=run.id,
        run=run,
        how="measured in simulation",
        duration_s=measured.duration_s,
        rows=measured.rows,
        bytes=max(measured.bytes, disk.BYTES_PER_RUN + measured.rows * disk.bytes_per_row(run)),
        uses=uses,
        steps=measured.steps,
        measured=measured,
    )


def _doubts(run: PlannedRun, by_sample: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return () if run.sample is None else by_sample.get(run.sample.name, ())


def _stuck(runs: list[PlannedRun]) -> dict[str, str]:
    """The runs that come, perhaps over others, after one that is refused, and after which."""
    able = {run.id for run in runs}
    stuck: dict[str, str] = {}
    found = True
    while found:
        found = False
        for run in runs:
            missing = [name for name in run.after if name not in able]
            if run.id in able and missing:
                able.remove(run.id)
                stuck[run.id] = missing[0]
                found = True
    return stuck


def _queued(plan: Plan) -> list[Item]:
    """The items that these runs become in an empty queue."""
    numbers = numbered(new_items(plan, target="hardware"), (0, 0.0), _unknown)
    return items_added(Change(1, "", "added", 0, {"who": "", "items": numbers}))


def _unknown(name: str) -> Item:
    raise KeyError(name)


def _placed(run: RunOutlook, items: list[Item], told: Forecast, stuck: Mapping[str, str]) -> RunOutlook:
    if run.id in stuck:
        return replace(run, why_not=f"it comes after '{stuck[run.id]}', which cannot run")
    key = next(item.key for item in items if item.id == run.id)
    return replace(run, span=told.spans.get(key), why_not=told.never.get(key, ""))


def _free(data_dir: Path) -> int | None:
    try:
        return disk.free_bytes(data_dir)
    except OSError:
        return None
