"""/operator/steps: what waits for a person, and saying that it has been done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path

from bench.runs.queue.item import OperatorStep
from bench.runs.queue.queue import QueueError
from bench.service.desk import Perform
from bench.service.models.queue import Step, StepDeclined, StepDone
from bench.service.room import Here, Room

router = APIRouter(tags=["operator"])

Number = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/operator/steps")
def steps(room: Here) -> list[Step]:
    """Every step that waits, what to confirm, and since when."""
    return room.desk.steps()


@router.post("/operator/steps/{step}/done")
def done(step: Number, asked: StepDone, room: Here) -> Step:
    """It has been done. 409 if something is not confirmed, or if it does not wait any more."""
    return room.desk.step_done(step, asked, _in_the_world(room))


@router.post("/operator/steps/{step}/decline")
def decline(step: Number, asked: StepDeclined, room: Here) -> Step:
    """It will not be done: its run fails, and leaves its instruments safe."""
    return room.desk.step_declined(step, asked)


def _in_the_world(room: Room) -> Perform | None:
    """In simulation a person's word moves no pellet: the world has to be told."""
    world = room.connected.world
    if world is None or not room.settings.attended:
        return None

    def perform(step: OperatorStep) -> Mapping[str, Any]:
        try:
            return room.connected.clock.call(lambda: world.perform(step.action, step.details))
        except ValueError as error:
            raise QueueError(
                f"that cannot be done in the simulation: {error}",
                state=f"step {step.step} still waits",
                remedy="decline it",
            ) from error

    return perform
