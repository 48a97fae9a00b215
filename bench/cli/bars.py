"""Progress bars on a terminal: the whole queue and the present run, each with the time left."""

from __future__ import annotations

from types import TracebackType

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

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
    """Prints the lines of a LineWatcher above two bars, and hides the bars while a person is asked."""

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
        self._run = self._bars.add_task("", total=1.0, left="", note="", visible=False)

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
        if isinstance(event, RunStarted):
            self._bars.update(self._run, description=event.run_id, visible=True, note="")
        elif isinstance(event, Progressed):
            self._bars.update(self._run, note=event.text)
        elif isinstance(event, StatusChanged):
            self._bars.update(self._run, note=event.phase)
        now = wall.now()
        if not isinstance(event, RowRecorded) or now - self._drawn >= REDRAW_S:
            self._drawn = now
            self._draw(now)

    def _draw(self, now: float) -> None:
        progress = self._progress
        self._bars.update(self._queue, completed=progress.fraction, left=_left(progress.left_s(now)))
        self._bars.update(self._run, completed=progress.run_fraction, left=_left(progress.run_left_s(now)))

    def _hide(self) -> None:
        """Redrawing would run over what the person is typing."""
        self._bars.stop()
        self._hidden = True

    def _show(self) -> None:
        self._hidden = False
        self._bars.start()


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f"{format_duration(seconds)} left"
