"""Goes through the grid of a log: waits, takes points, names what is missing, sets checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from procedures.transport.stability.grid import Gap, Grid

if TYPE_CHECKING:
    from bench.runs.context import RunContext
    from procedures.common.accuracy import AccuracyNotes
    from procedures.transport.stability.taking import PointTaker

AMBIENT_EVERY_S = 60.0
"""A room does not change faster, and every reading of it is a line in the journal."""


class Log:
    """The points of one attempt, and checkpoints with what the next one has to know.

    `kept` is the state of the checkpoint that this attempt goes on from, empty in a first one.
    """

    def __init__(
        self,
        context: RunContext,
        taker: PointTaker,
        accuracy: AccuracyNotes,
        grid: Grid,
        *,
        settling: Mapping[str, Any],
        kept: Mapping[str, Any],
        checkpoint_every_s: float,
    ) -> None:
        self._context = context
        self._taker = taker
        self._accuracy = accuracy
        self._grid = grid
        self._settling = settling
        self._every_s = checkpoint_every_s
        self._ambient_every_s = max(AMBIENT_EVERY_S, grid.interval_s)
        self._gaps: list[dict[str, Any]] = list(kept.get("gaps", ()))
        self._temperature_K: float | None = None
        self._ambient_s = self._checkpoint_s = -float("inf")

    def run(self, point: int, *, taken_up: bool) -> None:
        """From `point` on to the end of the grid."""
        context, grid = self._context, self._grid
        why = "the run was cut off" if taken_up else "the run was held up"
        if taken_up:
            context.fact("gaps", self._gaps)  # those noted after the checkpoint are part of a longer one
        while point < grid.points:
            due = grid.due(point)
            if due > point:
                self._missed(Gap(point, due - 1, why))
                point = due
                self._checkpoint(point)
                continue
            why = "the run was held up"
            self._checkpoint_if_due(point)
            rare = grid.interval_s >= AMBIENT_EVERY_S
            if not rare:  # while there is time: it must not delay a point
                self._read_room()
            wait_s = grid.wait_s(point)
            if wait_s > 0:
                context.sleep(wait_s)
            if grid.due(point) > point:  # a pause meanwhile
                continue
            if rare:  # with the point: a room that lags behind by an interval would look like drift
                self._read_room()
            row = self._taker.take(point)
            context.measure({**row, "Temperature": self._temperature_K})
            if self._taker.choose_range(row):
                context.note("voltage range chosen", range_V=self._taker.voltage_range_V, after_point=point)
            point += 1
            context.progress(point / grid.points, f"point {point} of {grid.points}")

    def _missed(self, gap: Gap) -> None:
        self._gaps.append(gap.as_json())
        self._context.fact("gaps", self._gaps)
        self._context.note(
            f"points {gap.first} to {gap.last} are missing: {gap.why}",
            due_from=self._grid.utc(gap.first).isoformat(),
            due_to=self._grid.utc(gap.last).isoformat(),
        )

    def _read_room(self) -> None:
        now = self._context.clock.now()
        if now - self._ambient_s < self._ambient_every_s * 0.99:
            return
        reading = self._context.ambient()
        self._temperature_K = None if reading.overload else reading.value
        self._ambient_s = now

    def _checkpoint_if_due(self, point: int) -> None:
        if self._context.clock.now() - self._checkpoint_s >= self._every_s:
            self._checkpoint(point)

    def _checkpoint(self, point: int) -> None:
        self._checkpoint_s = self._context.clock.now()
        self._context.checkpoint(
            f"before point {point}",
            next=point,
            start=self._grid.start.isoformat(),
            settling=dict(self._settling),
            voltage_range_V=self._taker.voltage_range_V,
            accuracy=self._accuracy.entries,
            gaps=self._gaps,
        )
