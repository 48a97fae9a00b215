"""From what the bench holds to what the service tells: items of the queue, plans, runs, one function each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bench.core.errors import BenchError, ConfigError, Problem
from bench.runs.columns import Column
from bench.runs.interlocks.status import RuleStatus
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.queue.changes import Change
from bench.runs.queue.item import FINAL, GOING, LIVE, Item, OperatorStep
from bench.runs.storage.plain import plain
from bench.safety.interlock import Interlock
from bench.service.models.base import ProblemLine, Refusal
from bench.service.models.interlocks import InterlockInfo
from bench.service.models.queue import HistoryLine, PlannedRunInfo, PreFlight, QueueItem, Step
from bench.service.models.station import ColumnInfo
from bench.station.model import Station


def item_told(item: Item) -> QueueItem:
    """A run of the queue."""
    sample = item.spec.get("sample")
    facts = {**item.as_json(), "resources": [str(resource) for resource in item.resources]}
    return QueueItem(
        **{
            **facts,
            "sample": sample if isinstance(sample, str) else None,
            "waiting_for": waits_for(item),
            "steps": [step_told(step, item) for step in item.steps],
            "spec": plain(dict(item.spec)),
        }
    )


def waits_for(item: Item) -> str:
    """What it waits for, also before a scheduler has looked; for an ended one why it ended so."""
    if item.state in LIVE and item.held:
        return f"its release by a person: {item.held}"
    if item.state in FINAL:
        return item.reason
    cut_off = f"was cut off: {item.reason}" if item.reason and item.state not in GOING else ""
    return item.waiting_for or cut_off


def step_told(step: OperatorStep, item: Item) -> Step:
    """A step that waits for a person."""
    return Step(
        step=step.step,
        run=step.key,
        id=item.id,
        instruction=step.instruction,
        action=step.action,
        details=plain(dict(step.details)),
        confirms=list(step.confirms),
        since=step.since,
        holds=[str(resource) for resource in item.resources],
    )


def change_told(change: Change) -> HistoryLine:
    """A line of the queue's journal; what a submission holds is told by the runs themselves."""
    facts = {
        name: value for name, value in change.facts.items() if name not in ("items", "key", "who", "why")
    }
    return HistoryLine(
        utc=change.utc,
        kind=change.kind,
        who=str(change.facts.get("who", "")),
        why=str(change.facts.get("why", "")),
        facts=plain(facts),
    )


def plan_told(plan: Plan) -> PreFlight:
    """A plan without mistakes."""
    runs = [planned_told(run, plan.station) for run in plan.runs]
    energised = dict.fromkeys(name for run in runs for name in run.energised)
    return PreFlight(
        ok=True,
        problems=[],
        runs=runs,
        duration_s=plan.estimate.duration_s,
        rows=plan.estimate.rows,
        energised=list(energised),
    )


def planned_told(run: PlannedRun, station: Station) -> PlannedRunInfo:
    """One run of a plan."""
    return PlannedRunInfo(
        id=run.id,
        procedure=run.procedure.name,
        sample=None if run.sample is None else run.sample.name,
        duration_s=run.estimate.duration_s,
        rows=run.estimate.rows,
        instruments=list(run.instruments),
        fixtures=list(run.fixtures.values()),
        energised=[name for name in run.instruments if station.instrument(name).driver_class.has_output],
        roles=dict(run.roles),
        parameters=plain(run.parameters_in_full()),
        units=run.parameter_units(),
        resume=run.resume,
        on_host_loss=run.procedure.on_host_loss,
    )


def refused_plan(problems: Iterable[Problem]) -> PreFlight:
    """Everything that is wrong."""
    found = [problem_told(problem) for problem in problems]
    return PreFlight(ok=False, problems=found, runs=[], duration_s=0.0, rows=0, energised=[])


def problem_told(problem: Problem) -> ProblemLine:
    """One mistake."""
    return ProblemLine(place=problem.place, what=problem.what, remedy=problem.remedy)


def error_told(error: BenchError) -> Refusal:
    """An error in its parts, with every mistake of a file."""
    problems = error.problems if isinstance(error, ConfigError) else ()
    return Refusal(
        kind=type(error).__name__,
        what=error.what,
        instrument=error.instrument,
        step=error.step,
        state=error.state,
        remedy=error.remedy,
        problems=[problem_told(problem) for problem in problems],
    )


def column_told(column: Column) -> ColumnInfo:
    """A column of rows."""
    return ColumnInfo(name=column.name, unit=column.unit, kind=column.kind)


def interlock_told(status: RuleStatus) -> InterlockInfo:
    """A rule and what it sees."""
    since = None if status.since is None else status.since.isoformat(timespec="seconds")
    seen = {"standing": status.standing, "text": status.text, "value": status.value, "since": since}
    return rule_told(status.rule, status.unit, **seen)


def rule_told(rule: Interlock, unit: str, **seen: Any) -> InterlockInfo:
    """A rule whose quantity is published in `unit`, empty if it is not; `seen` is how it stands."""
    threshold = rule.threshold
    return InterlockInfo(
        name=rule.name,
        quantity=str(threshold.quantity),
        comparison=threshold.comparison,
        limit=threshold.limit_text(unit),
        for_s=threshold.for_s,
        stale_s=threshold.stale_s,
        then=rule.then,
        instruments=list(rule.instruments),
        unit=unit,
        **seen,
    )


def json_told(value: Any) -> Any:
    """Anything that the bench has written down already, as JSON holds it."""
    return plain(value)
