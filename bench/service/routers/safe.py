"""/safe: everything, or one run, to its safe state, and what came of it instrument by instrument."""

from __future__ import annotations

from fastapi import APIRouter

from bench.service.models.base import Act
from bench.service.models.queue import RunSafe, SafeReport
from bench.service.room import Here
from bench.service.routers.queue import Run
from bench.service.safing import make_everything_safe, make_run_safe

router = APIRouter(tags=["safe"])


@router.post("/safe")
def everything(asked: Act, room: Here) -> SafeReport:
    """Every run that goes on is made safe at once, everything that waits is held, and every other instrument
    with an output is made safe too. Answers when all of it is over, or after three minutes.
    """
    return make_everything_safe(room, asked)


@router.post("/queue/{run}/safe")
def one_run(run: Run, asked: Act, room: Here) -> RunSafe:
    """The instruments of this run are made safe at once; the run ends. Other runs go on."""
    return make_run_safe(room, run, asked)
