"""Tells what others have written to the queue: the engine itself, and commands in other terminals."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from bench.core.errors import BenchError
from bench.runs.queue.changes import Change
from bench.runs.queue.log import QueueLog
from bench.runs.queue.store import Mark

if TYPE_CHECKING:
    from bench.service.room import Room

LOOK_EVERY_S = 0.25


async def tell_news(room: Room) -> None:
    """For ever: an event of kind "queue" for each new line of the queue's journal."""
    journal = QueueLog(room.data_dir)
    mark = await asyncio.to_thread(_end, journal)
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        with contextlib.suppress(BenchError):  # half-restored from a copy, say: the desk will tell
            if journal.size() == mark.offset:
                continue
            changes, mark = await asyncio.to_thread(journal.read, mark)
            for change in changes:
                _tell(room, change)
                room.watchman.note_change(change)
            room.hub.ring()


def _end(journal: QueueLog) -> Mark:
    try:
        return journal.read(Mark())[1]
    except BenchError:
        return Mark()


def _tell(room: Room, change: Change) -> None:
    facts = {"change": change.kind, "who": str(change.facts.get("who", ""))}
    if change.kind == "added":
        room.log.add("queue", facts={**facts, "runs": [item["key"] for item in change.facts["items"]]})
        return
    for name in ("state", "request", "why", "waiting_for", "step", "rule", "text"):
        if change.facts.get(name):
            facts[name] = change.facts[name]
    room.log.add("queue", change.key or None, facts=facts)
