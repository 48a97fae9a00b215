"""Places in the queue: a moved run gets one between two others; if none fits, all are numbered anew."""

from __future__ import annotations

from collections.abc import Sequence

from bench.runs.queue.item import Item
from bench.runs.queue.log import QueueError


def positions(
    item: Item,
    others: Sequence[Item],
    *,
    first: bool = False,
    last: bool = False,
    before: int | None = None,
    after: int | None = None,
) -> dict[int, float]:
    """New positions by key: of `item`, or of the whole line. `others` are those that wait, without `item`."""
    line = sorted(others, key=lambda other: (other.position, other.key))
    index = 0 if first else len(line) if last else _place(line, before, after)
    low = line[index - 1].position if index > 0 else None
    high = line[index].position if index < len(line) else None
    if low is None and high is None:
        return {item.key: item.position}
    if low is None:
        assert high is not None
        return {item.key: high - 1.0}
    if high is None:
        return {item.key: low + 1.0}
    middle = (low + high) / 2
    if low < middle < high:
        return {item.key: middle}
    line.insert(index, item)
    start = min(other.position for other in line)
    return {other.key: start + float(number) for number, other in enumerate(line)}


def _place(line: Sequence[Item], before: int | None, after: int | None) -> int:
    wanted = before if before is not None else after
    for index, other in enumerate(line):
        if other.key == wanted:
            return index if before is not None else index + 1
    raise QueueError(
        f"run #{wanted} does not wait, so nothing can be moved next to it", state="nothing was changed"
    )
