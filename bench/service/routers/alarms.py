"""/alarms: what nobody has acknowledged yet, or what still holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from bench.service.models.alarms import Acknowledge, Alarm
from bench.service.room import SOMEBODY, Here

router = APIRouter(tags=["alarms"])


@router.get("/alarms")
def alarms(room: Here) -> list[Alarm]:
    """The newest first."""
    return room.board.alarms()


@router.post("/alarms/{number}/acknowledge")
def acknowledge(number: Annotated[int, Path(ge=1, le=2**53)], asked: Acknowledge, room: Here) -> Alarm:
    """Somebody has seen it. It leaves the list as soon as what raised it is over, too."""
    return room.board.acknowledge(number, asked.by or SOMEBODY, asked.why)
