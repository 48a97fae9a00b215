"""Keeps the collector of cyclic garbage from holding up rows."""

from __future__ import annotations

import gc


def spare_what_is_loaded() -> None:
    """Take all that is alive now out of every later collection; for a process that goes on serving.

    Every thread stands while a full collection looks at each object: 0.1 to 0.2 s with the quarter of a
    million that modules, station and service come to, 0.03 s for what is made later (benchmarks/service.py).
    What is alive now and becomes a cycle of garbage later stays in memory, so call it once, when all is up.
    """
    gc.collect()
    gc.freeze()
