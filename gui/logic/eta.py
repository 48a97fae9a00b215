"""When runs will probably begin and end: what shares an instrument or a fixture goes one after another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.service.models.queue import QueueItem
from gui.logic.states import GOES_ON, WAITS


@dataclass(frozen=True)
class Expected:
    """Seconds of the PC from now; infinite where nobody can say."""

    begins_s: float
    ends_s: float


def expected(
    queue: Sequence[QueueItem], fractions: Mapping[int, float], *, speed: float = 1.0
) -> dict[int, Expected]:
    """By number of the run. An estimate from the runs' own estimates, in the order they have in the queue.

    A held run, one that waits for a step, and whatever waits for it: infinite.
    """
    free: dict[str, float] = {}
    ends: dict[int, float] = {}
    found: dict[int, Expected] = {}
    for item in queue:
        length = item.duration_s / max(speed, 1e-9)
        if item.state in GOES_ON:
            begins = 0.0
            left = length * (1.0 - min(1.0, max(0.0, fractions.get(item.key, 0.0))))
            done = math.inf if item.state == "paused" or item.steps else left
        elif item.state in WAITS:
            after = [ends.get(key, 0.0) for key in item.after]
            begins = max([0.0, *(free.get(name, 0.0) for name in item.resources), *after])
            begins = math.inf if item.held else begins
            done = begins + length
        else:
            continue
        found[item.key] = Expected(begins, done)
        ends[item.key] = done
        if not item.held:
            for name in item.resources:
                free[name] = max(free.get(name, 0.0), done)
    return found
