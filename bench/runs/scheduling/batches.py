"""Which queue file a run in the queue came with, so that the same command goes on where it was cut off."""

from __future__ import annotations

import hashlib
import os

from bench.runs.planning.plan import Plan
from bench.runs.queue.item import LIVE, Item
from bench.runs.queue.queue import RunQueue


def new_batch(plan: Plan, target: str, seed: int | None) -> str:
    """A name for this submission; the part before the last "-" is the same for the same file and target."""
    return f"{_same(plan, target, seed)}-{os.urandom(4).hex()}"


def unfinished(queue: RunQueue, plan: Plan, target: str, seed: int | None) -> tuple[Item, ...]:
    """The items of the last submission of this very file that was not run to its end; empty if there is none.

    An altered file is another one.
    """
    if not plan.path.exists():
        return ()
    same = _same(plan, target, seed) + "-"
    waiting = [item.batch for item in queue.list(states=LIVE) if item.batch.startswith(same)]
    if not waiting:
        return ()
    last = waiting[-1]
    return tuple(sorted(queue.list(batch=last), key=lambda item: item.key))


def _same(plan: Plan, target: str, seed: int | None) -> str:
    content = plan.path.read_bytes() if plan.path.exists() else os.urandom(16)
    parts = [str(plan.path.resolve()), str(plan.station.path.resolve()), target, str(seed)]
    return f"{plan.path.stem}-{hashlib.sha256('|'.join(parts).encode() + content).hexdigest()[:12]}"
