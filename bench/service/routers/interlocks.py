"""/interlocks: the rules of the station, how each stands, and releasing one that has latched."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from bench.service.models.interlocks import InterlockInfo, Release
from bench.service.room import SOMEBODY, Here
from bench.service.telling import interlock_told

router = APIRouter(tags=["interlocks"])


@router.get("/interlocks")
def interlocks(room: Here) -> list[InterlockInfo]:
    """In the order of the station file."""
    return [interlock_told(status) for status in room.runner.interlocks.statuses()]


@router.post("/interlocks/{name}/release")
def release(name: Annotated[str, Path(max_length=80)], asked: Release, room: Here) -> InterlockInfo:
    """What ended runs left violated bars no run any more. 409 if it is not latched, or violated still.

    Who and why are in the queue's journal before it is done; 503 if they cannot be written: nothing is done.
    """

    def note(text: str) -> None:
        with room.desk.open_queue() as queue:
            queue.note_interlock("released", name, who=asked.by or SOMEBODY, why=asked.why, text=text)

    return interlock_told(room.runner.interlocks.release(name, note))
