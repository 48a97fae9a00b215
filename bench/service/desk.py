"""The desk of the queue: what people do to it, the same for the service and for a command beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from bench.core.errors import ConfigError, Problem
from bench.runs.planning.items import plan_item
from bench.runs.planning.queue_tables import utc_text
from bench.runs.queue.item import OPEN, Item, OperatorStep
from bench.runs.queue.queue import QueueError, RunQueue
from bench.samples import load_samples
from bench.service.models.base import Act
from bench.service.models.queue import (
    Edit,
    Move,
    QueueItem,
    QueueItemInFull,
    Step,
    StepDeclined,
    StepDone,
    Verb,
)
from bench.service.telling import change_told, item_told, step_told
from bench.station import load_station

Perform = Callable[[OperatorStep], Mapping[str, Any]]
"""Does a step and gives back the answers; raises QueueError if it cannot be done."""


class QueueDesk(Protocol):
    """What both the desk itself and a client of a service offer. `run` is a number ("12") or an id.

    Everything raises QueueError where the state of a run forbids it, ConfigError for a change that makes
    no sense, and StorageError; a client raises what its service does, as ServiceRefusedError.
    """

    def queue(self, *, every: bool = False) -> list[QueueItem]:
        """What goes on, then what waits in its order; with `every` also what has ended."""
        ...

    def queued(self, run: str) -> QueueItemInFull:
        """One run with its history."""
        ...

    def act(self, run: str, verb: Verb, act: Act) -> QueueItem:
        """Hold, release, cancel and so on; of "rerun" and "duplicate" the new run."""
        ...

    def move(self, run: str, move: Move) -> QueueItem:
        """Another place in the queue."""
        ...

    def edit(self, run: str, edit: Edit) -> QueueItem:
        """Change a run that has not begun, checked as a queue file is."""
        ...

    def steps(self) -> list[Step]:
        """What waits for a person."""
        ...

    def step_done(self, step: int, done: StepDone) -> Step:
        """It has been done."""
        ...

    def step_declined(self, step: int, declined: StepDeclined) -> Step:
        """It will not be done."""
        ...


class LocalDesk:
    """A QueueDesk on the journal itself. May be used from several threads, and beside other processes."""

    def __init__(self, queue: RunQueue, *, person: str) -> None:
        """`person` acts where nobody is named."""
        self._queue = queue
        self._person = person
        self._mutex = threading.Lock()

    @contextmanager
    def open_queue(self) -> Iterator[RunQueue]:
        """The queue, up to date, for this thread alone."""
        with self._mutex:
            self._queue.catch_up()
            yield self._queue

    def items(self, *, every: bool = False) -> tuple[Item, ...]:
        """As `queue`, as the engine holds them."""
        with self.open_queue() as queue:
            return queue.list(states=None if every else OPEN)

    def queue(self, *, every: bool = False) -> list[QueueItem]:
        """See QueueDesk."""
        return [item_told(item) for item in self.items(every=every)]

    def queued(self, run: str) -> QueueItemInFull:
        """See QueueDesk."""
        with self.open_queue() as queue:
            item = queue.find(run)
            history = queue.history(item.key)
        return QueueItemInFull(
            **item_told(item).model_dump(), history=[change_told(change) for change in history]
        )

    def act(self, run: str, verb: Verb, act: Act) -> QueueItem:
        """See QueueDesk."""
        with self.open_queue() as queue:
            key, who, why = queue.find(run).key, act.by or self._person, act.why
            if verb in ("pause", "resume", "abort"):
                item = queue.request(key, verb, who=who, why=why)
            else:
                item = getattr(queue, verb.replace("-", "_"))(key, who=who, why=why)
        return item_told(item)

    def move(self, run: str, move: Move) -> QueueItem:
        """See QueueDesk."""
        with self.open_queue() as queue:
            item = queue.move(
                queue.find(run).key,
                who=move.by or self._person,
                first=move.first,
                last=move.last,
                before=None if move.before is None else queue.find(move.before).key,
                after=None if move.after is None else queue.find(move.after).key,
                why=move.why,
            )
        return item_told(item)

    def edit(self, run: str, edit: Edit) -> QueueItem:
        """See QueueDesk."""
        with self.open_queue() as queue:
            item = queue.find(run)
            changes = _changes(item, edit)
            if not changes:
                raise QueueError(
                    "there is nothing to change",
                    state="nothing was changed",
                    remedy="give parameters, a sample, a priority or a time",
                )
            item = queue.edit(item.key, changes, who=edit.by or self._person, why=edit.why)
        return item_told(item)

    def steps(self) -> list[Step]:
        """See QueueDesk."""
        with self.open_queue() as queue:
            return [step_told(step, queue.get(step.key)) for step in queue.open_steps()]

    def step_done(self, step: int, done: StepDone, perform: Perform | None = None) -> Step:
        """See QueueDesk; `perform` does it in a simulated world, once everything is confirmed."""
        with self.open_queue() as queue:
            found = find_step(queue, step)
            for text in found.confirms:
                if text not in done.confirmed:
                    raise QueueError(
                        f"'{text}' is not confirmed",
                        state=f"step {step} still waits",
                        remedy="do it, then repeat that text as confirmed",
                    )
            told = step_told(found, queue.get(found.key))
            given = {"confirmed": list(found.confirms)} if found.confirms else {}
            noted = {"note": done.note} if done.note else {}
            answers = {} if perform is None else dict(perform(found))
            queue.answer_operator(found.key, step, by=done.by.strip(), answers={**answers, **given, **noted})
        return told

    def step_declined(self, step: int, declined: StepDeclined) -> Step:
        """See QueueDesk."""
        with self.open_queue() as queue:
            found = find_step(queue, step)
            told = step_told(found, queue.get(found.key))
            queue.decline_operator(found.key, step, by=declined.by.strip(), reason=declined.why)
        return told


def find_step(queue: RunQueue, number: int) -> OperatorStep:
    """The step of this number that waits. Raises QueueError."""
    for step in queue.open_steps():
        if step.step == number:
            return step
    raise QueueError(
        f"step {number} does not wait for anybody", remedy="'bench operator list' shows what does"
    )


def _changes(item: Item, edit: Edit) -> dict[str, Any]:
    """The fields to change. Raises ConfigError with everything that is wrong with the changed run."""
    changes: dict[str, Any] = {}
    if edit.priority is not None:
        changes["priority"] = edit.priority
    if edit.not_before is not None:
        changes["not_before"] = None if edit.not_before == "none" else _time(edit.not_before)
    if edit.parameters or edit.sample is not None:
        changes |= _spec(item, edit)
    return changes


def _spec(item: Item, edit: Edit) -> dict[str, Any]:
    spec = dict(item.spec)
    spec["parameters"] = {**spec.get("parameters", {}), **edit.parameters}
    if edit.sample is not None:
        spec["sample"] = edit.sample
    station = load_station(Path(item.station))
    samples = None if item.samples is None else load_samples(Path(item.samples))
    run, problems = plan_item(replace(item, spec=spec), station, samples)
    if run is None:
        raise ConfigError(problems)
    return {
        "spec": spec,
        "resources": [{"kind": one.kind, "name": one.name} for one in sorted(run.resources)],
        "instruments": list(run.instruments),
        "duration_s": run.estimate.duration_s,
        "rows": run.estimate.rows,
    }


def _time(text: str) -> str:
    try:
        return utc_text(text)
    except ValueError as error:
        raise ConfigError(
            [
                Problem(
                    "not_before",
                    f"{text[:60]!r} is no date and time: {error}",
                    "write it with its zone, such as 2026-01-31T08:00:00Z",
                )
            ]
        ) from None
