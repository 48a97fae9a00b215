"""/queue: what waits, goes on and has ended, and everything a person may do to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query

from bench.core.errors import ConfigError
from bench.runs.planning.items import new_items
from bench.runs.scheduling.batches import new_batch
from bench.service.models.base import Act
from bench.service.models.queue import (
    Edit,
    Move,
    PreFlight,
    QueueItem,
    QueueItemInFull,
    QueueText,
    Submission,
    Verb,
)
from bench.service.planning import plan_asked
from bench.service.room import SOMEBODY, Here
from bench.service.telling import item_told, plan_told, refused_plan

router = APIRouter(tags=["queue"])

Run = Annotated[str, Path(max_length=80, description='Its number in the queue ("12"), or its id.')]


@router.get("/queue")
def queue(
    room: Here, every: Annotated[bool, Query(description="Also what has ended.")] = False
) -> list[QueueItem]:
    """What goes on first, then what waits in its order, then (if asked) what has ended, newest first."""
    return room.desk.queue(every=every)


@router.post("/queue/check")
def check(asked: QueueText, room: Here) -> PreFlight:
    """Pre-flight: every problem with its place, or what would be done. Nothing is queued."""
    try:
        return plan_told(plan_asked(asked, room))
    except ConfigError as error:
        return refused_plan(error.problems)


@router.post("/queue", status_code=201)
def submit(asked: Submission, room: Here) -> list[QueueItem]:
    """Queue all runs, or none: 422 lists every problem with its place."""
    plan = plan_asked(asked, room)
    target, seed = room.runner.target, room.runner.seed
    new = [
        replace(
            item,
            priority=item.priority + asked.priority,
            held=item.held or ("held at its submission" if asked.hold else ""),
        )
        for item in new_items(plan, target=target, batch=new_batch(plan, target, seed), seed=seed)
    ]
    with room.desk.open_queue() as opened:
        return [item_told(item) for item in opened.add(new, who=asked.by or SOMEBODY, why=asked.why)]


@router.get("/queue/{run}")
def show(run: Run, room: Here) -> QueueItemInFull:
    """One run with its history: each change with who and why."""
    return room.desk.queued(run)


@router.patch("/queue/{run}")
def edit(run: Run, asked: Edit, room: Here) -> QueueItem:
    """Change a run that has not begun; checked as a queue file is."""
    return room.desk.edit(run, asked)


@router.post("/queue/{run}/move")
def move(run: Run, asked: Move, room: Here) -> QueueItem:
    """Change its place among the runs of its priority."""
    return room.desk.move(run, asked)


@router.post("/queue/{run}/{verb}")
def act(run: Run, verb: Verb, asked: Act, room: Here) -> QueueItem:
    """Hold, release, cancel, rerun, duplicate, take-up, pause, resume, abort.

    Of "rerun" and "duplicate" the answer is the new run. "pause", "resume" and "abort" are asked of a run
    that goes on, which reads them within a second; /queue and /events tell when it has obeyed.
    """
    return room.desk.act(run, verb, asked)
