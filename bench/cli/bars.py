"""Progress bars on a terminal: the whole queue and each run that goes on, with the time left."""

from __future__ import annotations

from types import TracebackType

from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from bench.cli.remaining import QueueProgress
from bench.cli.watching import REDRAW_S, LineWatcher
from bench.core import wall
from bench.runs.engine.events import (
    OperatorAnswered,
    OperatorAsked,
    Progressed,
    RowRecorded,
    RunEvent,
    RunFinished,
    RunStarted,
    StatusChanged,
)
from bench.runs.estimate import format_duration


class BarWatcher:
    """Prints the lines of a LineWatcher above the bars, and hides the bars while a person is asked."""

    def __init__(self, lines: LineWatcher, progress: QueueProgress) -> None:
        self._lines = lines
        self._progress = progress
        self._drawn = 0.0
        self._hidden = False
        self._bars = Progress(
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=28),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}", style="cyan"),
            TextColumn("{task.fields[note]}", style="dim"),
            console=lines.page,
            transient=True,
            redirect_stdout=False,
        )
        self._queue = self._bars.add_task("queue", total=1.0, left="", note="")
        self._runs: dict[str, TaskID] = {}

    def __enter__(self) -> BarWatcher:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def warn(self, text: str) -> None:
        """See Watcher."""
        self._lines.warn(text)

    def __call__(self, event: RunEvent) -> None:
        """See Watcher."""
        if isinstance(event, OperatorAsked) and not self._lines.simulated:
            self._hide()
        elif self._hidden and isinstance(event, OperatorAnswered | StatusChanged | RunFinished):
            self._show()
        self._lines(event)
        bar = self._runs.get(event.run_id)
        if isinstance(event, RunStarted):
            self._runs[event.run_id] = self._bars.add_task(event.run_id, total=1.0, left="", note="")
        elif bar is not None and isinstance(event, Progressed):
            self._bars.update(bar, note=event.text)
        elif bar is not None and isinstance(event, StatusChanged):
            self._bars.update(bar, note=event.phase)
        elif bar is not None and isinstance(event, RunFinished):
            self._bars.remove_task(self._runs.pop(event.run_id))
        now = wall.now()
        if not isinstance(event, RowRecorded) or now - self._drawn >= REDRAW_S:
            self._drawn = now
            self._draw(now)

    def _draw(self, now: float) -> None:
        progress = self._progress
        self._bars.update(self._queue, completed=progress.fraction, left=_left(progress.left_s(now)))
        for run_id, bar in self._runs.items():
            left = _left(progress.run_left_s(run_id, now))
            self._bars.update(bar, completed=progress.run_fraction(run_id), left=left)

    def _hide(self) -> None:
        """Redrawing would run over what the person is typing."""
        self._bars.stop()
        self._hidden = True

    def _show(self) -> None:
        self._hidden = False
        self._bars.start()


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f"{format_duration(seconds)} left"
