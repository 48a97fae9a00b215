"""The application: routers, the words of errors, and the background work of the service's loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bench.core.errors import BenchError, ConfigError, LimitError
from bench.runs.interlocks.status import UnknownInterlockError
from bench.runs.lineage import UnknownNameError
from bench.runs.queue.queue import QueueError
from bench.runs.storage.files import StorageError
from bench.service.alarms.board import UnknownAlarmError
from bench.service.feed.news import tell_news
from bench.service.feed.tails import UnknownRunError
from bench.service.models.base import ProblemLine, Refusal
from bench.service.models.files import API
from bench.service.room import Room
from bench.service.routers import (
    alarms,
    interlocks,
    live,
    operator,
    procedures,
    queue,
    runs,
    safe,
    station,
    trace,
)
from bench.service.routers.runs import NothingThereError
from bench.service.telling import error_told
from bench.station import UnknownInstrumentError
from bench.station.registry import RegistryError

_log = logging.getLogger(__name__)

TITLE = "QMS Bench"
ABOUT = """The bench of a materials lab, for its window, its command line and its scripts.

Every request needs `Authorization: Bearer TOKEN`; the token `view` may look, `operate` may do everything.
WebSockets: `/api/v1/live` (rows) and `/api/v1/events`; see docs/reference/service-api.md.
"""

_STATUS: tuple[tuple[type[BenchError], int], ...] = (
    (UnknownRunError, 404),
    (UnknownNameError, 404),
    (NothingThereError, 404),
    (UnknownAlarmError, 404),
    (UnknownInterlockError, 404),
    (UnknownInstrumentError, 404),
    (ConfigError, 422),
    (LimitError, 422),
    (QueueError, 409),
    (StorageError, 503),
)
"""What the class of an error means in HTTP; any other BenchError is a conflict with how things are."""


def build_app(room: Room) -> FastAPI:
    """The application over one bench. The gate of `bench.service.security` goes around it."""

    @contextlib.asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        room.hub.attach(asyncio.get_running_loop())
        room.hub.watch(room.feed.bell)
        tasks = [
            asyncio.create_task(room.feed.look_now_and_then()),
            asyncio.create_task(tell_news(room)),
        ]
        try:
            yield
        finally:
            room.hub.attach(None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    responses: dict[int | str, dict[str, Any]] = {
        status: {"model": Refusal, "description": text}
        for status, text in (
            (401, "No token of this service."),
            (403, "This token may not do this, or the request came from elsewhere."),
            (404, "There is no such thing."),
            (409, "The state of things forbids it; nothing was changed."),
            (413, "Too large."),
            (422, "Something is wrong with what was asked: `problems` lists all of it with its place."),
            (429, "Too many requests."),
            (503, "The disk refuses."),
        )
    }
    app = FastAPI(
        title=TITLE,
        description=ABOUT,
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # its pages load scripts from the internet
        redoc_url=None,
        lifespan=life,
        responses=responses,
    )
    app.state.room = room
    for part in (station, procedures, safe, queue, operator, runs, trace, alarms, interlocks, live):
        app.include_router(part.router, prefix=API)
    app.add_exception_handler(BenchError, _bench_error)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _mistake)
    return app


def _answer(status: int, refusal: Refusal) -> JSONResponse:
    return JSONResponse(refusal.model_dump(), status)


async def _bench_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BenchError)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
    if isinstance(error, QueueError | RegistryError) and error.what.startswith("there is no "):
        status = 404
    elif isinstance(error, RegistryError):
        status = 422
    return _answer(status, error_told(error))


async def _not_valid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = [
        ProblemLine(place=".".join(str(part) for part in line["loc"]), what=str(line["msg"]))
        for line in error.errors()
    ]
    what = f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the request"
    refusal = Refusal(kind="RequestError", what=what, state="nothing was done", problems=problems)
    return _answer(422, refusal)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    refusal = Refusal(kind="RequestError", what=str(error.detail), state="nothing was done")
    return JSONResponse(refusal.model_dump(), error.status_code, headers=error.headers)


async def _mistake(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    refusal = Refusal(
        kind="ServiceMistake",
        what=f"the service failed at this request ({type(error).__name__})",
        state="the runs go on",
        remedy="the traceback is in bench.log of the data folder; please report it",
    )
    return _answer(500, refusal)
