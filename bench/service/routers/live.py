"""/live and /events: the two WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from bench.core import wall
from bench.service.feed.live import Follower, TooSlowError, send_in_time
from bench.service.models.live import Event, LiveAsked
from bench.service.room import Room

router = APIRouter()

_log = logging.getLogger(__name__)

TOO_SLOW, NOT_UNDERSTOOD, FAILED = 1013, 1008, 1011
"""Close codes (RFC 6455 and its registry): try again later, policy violation, internal error."""
FAREWELL_S = 30.0
"""For a slow subscriber to take the reason why it is disconnected."""


class NotUnderstoodError(Exception):
    """A message is none that a client may send."""


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Rows of the runs that the client asks for (LiveAsked in, LiveMessage out)."""
    room: Room = socket.app.state.room
    await socket.accept()
    follower = room.feed.join(socket.send_text)
    try:
        error = await _until_the_first_ends(_read(socket, follower), follower.pump())
    finally:
        room.feed.part(follower)
    await _close(socket, error)


@router.websocket("/events")
async def events(
    socket: WebSocket,
    after: Annotated[int | None, Query(ge=0)] = None,
    epoch: Annotated[str, Query(max_length=20)] = "",
) -> None:
    """Events (Event) from now on, or from behind number `after` of the same `epoch`."""
    room: Room = socket.app.state.room
    await socket.accept()
    log, bell = room.log, asyncio.Event()
    room.hub.watch(bell.set)
    seq = log.last if after is None else after if epoch == log.epoch else 0

    async def pump() -> None:
        nonlocal seq
        hello = Event(
            epoch=log.epoch, seq=seq, utc=wall.utc().isoformat(timespec="milliseconds"), kind="hello"
        )
        await send_in_time(socket.send_text, hello.model_dump_json(), room.settings.slow_s)
        bell.set()
        while True:
            await bell.wait()
            bell.clear()
            for event in log.after(seq):
                await send_in_time(socket.send_text, event.model_dump_json(), room.settings.slow_s)
                seq = event.seq

    try:
        error = await _until_the_first_ends(_ignore(socket), pump())
    finally:
        room.hub.unwatch(bell.set)
    await _close(socket, error)


async def _read(socket: WebSocket, follower: Follower) -> None:
    while True:
        try:
            asked = LiveAsked.model_validate_json(await socket.receive_text())
        except (ValidationError, KeyError):  # KeyError: it sent bytes
            raise NotUnderstoodError from None
        follower.leave(asked.leave)
        for one in asked.follow:
            await follower.follow(one.run_id, one.start)


async def _ignore(socket: WebSocket) -> None:
    """A client of /events says nothing, but its leaving has to be noticed."""
    while True:
        await socket.receive_text()


async def _until_the_first_ends(reading: Any, sending: Any) -> BaseException | None:
    """What ended it; the other one is ended too."""
    tasks: list[asyncio.Future[None]] = [asyncio.ensure_future(reading), asyncio.ensure_future(sending)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task.exception() for task in tasks if task.done())
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _close(socket: WebSocket, error: BaseException | None) -> None:
    """Say why, to whoever can hear it: one that takes nothing more is cut off by the server's own ping."""
    if isinstance(error, TooSlowError):
        _log.warning("a subscriber did not take its messages in time and was disconnected")
        reason = "too slow: messages were not taken in time; go on from the last row"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                await socket.close(TOO_SLOW, reason)
    elif isinstance(error, NotUnderstoodError):
        await socket.close(NOT_UNDERSTOOD, "not understood: send a LiveAsked as JSON text")
    elif error is not None and not isinstance(error, WebSocketDisconnect | RuntimeError):
        _log.error("a stream failed", exc_info=error)
        await socket.close(FAILED, "the service failed here; its log says how")
