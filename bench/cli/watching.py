"""Shows on stderr how a queue goes: bars with the time left on a terminal, plain lines in a pipe or a log."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from bench.cli import console
from bench.cli.remaining import QueueProgress
from bench.core import wall
from bench.runs.engine.events import (
    Notice,
    OperatorAnswered,
    OperatorAsked,
    Progressed,
    RowRecorded,
    RunEvent,
    RunFinished,
    RunStarted,
)
from bench.runs.estimate import format_duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

REDRAW_S = 0.1
"""Rows come by the thousand in simulation; the bars move this often (real seconds)."""
STYLES = {
    "done": "green",
    "aborted": "yellow",
    "interrupted": "yellow",
    "failed": "bold red",
    "refused": "red",
    "waiting": "yellow",
}
NOTICE_STYLES = {"info": "", "warning": "yellow", "error": "red"}


class Watcher(Protocol):
    """Subscribes to a queue's events between `__enter__` and `__exit__`."""

    def __enter__(self) -> Any: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __call__(self, event: RunEvent) -> None:
        """Take one event; called in the thread of the run."""
        ...

    def warn(self, text: str) -> None:
        """Tell the person something now; may be called from a signal handler."""
        ...


def watcher_for(expected_s: list[float], *, simulated: bool, steps: bool = True) -> Watcher:
    """Bars if stderr is a terminal, else lines. `expected_s`: estimated clock seconds of each run.

    `steps` False leaves the operator's steps out where they are simulated.
    """
    page = console.err()
    progress = QueueProgress(expected_s, simulated=simulated)
    lines = LineWatcher(page, progress, simulated=simulated, steps=steps)
    if not page.is_terminal:
        return lines
    from bench.cli.bars import BarWatcher

    return BarWatcher(lines, progress)


class LineWatcher:
    """One line for each start, operator step, notice and end."""

    def __init__(self, page: Console, progress: QueueProgress, *, simulated: bool, steps: bool) -> None:
        self.page = page
        self.simulated = simulated
        self.progress = progress
        self._steps = steps
        self._total = 0
        self._places: dict[str, int] = {}

    def __enter__(self) -> LineWatcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def warn(self, text: str) -> None:
        """See Watcher."""
        self._print(self._text((text, "bold yellow")))

    def __call__(self, event: RunEvent) -> None:
        """See Watcher."""
        now = wall.now()
        if isinstance(event, RunStarted):
            self._places[event.run_id], self._total = event.index, event.total
            self.progress.start(event.run_id, event.expected_duration_s, event.expected_rows, now)
            sample = f" on {event.sample}" if event.sample else ""
            expected = ""
            if event.expected_duration_s:
                more = " of simulated time" if self.simulated else ", and the operator's time"
                expected = f", about {format_duration(event.expected_duration_s)}{more}"
            self._print(
                self._text(
                    (f"{self._place(event.run_id)} {event.run_id}", "bold"),
                    f": {event.procedure}{sample}{expected}",
                )
            )
        elif isinstance(event, RowRecorded):
            self.progress.row(event.run_id, event.count)
        elif isinstance(event, Progressed):
            self.progress.fraction_is(event.run_id, event.fraction)
        elif isinstance(event, OperatorAsked):
            if self.simulated and self._steps:
                self._print(self._text(("    operator: ", "cyan"), event.request.instruction))
        elif isinstance(event, OperatorAnswered):
            if not self.simulated:
                self._print(self._text(("    done by ", "cyan"), event.by))
        elif isinstance(event, Notice):
            self._print(self._text((f"    {event.level}: {event.text}", NOTICE_STYLES[event.level])))
        elif isinstance(event, RunFinished):
            self.progress.finish(event.run_id)
            self._finished(event)

    def _finished(self, event: RunFinished) -> None:
        place = f"{self._place(event.run_id)} {event.run_id}: "
        text = self._text((place, ""), (event.status, STYLES[event.status]))
        if event.status != "done" and event.reason:
            text.append(f"  {event.reason}")
        if event.safe == "failed":
            text.append("  NOT SAFE", style="bold white on red")
        elif event.safe == "kept":
            text.append("  left running on purpose, on a device that guards itself", style="yellow")
        self._print(text)

    def _place(self, run_id: str) -> str:
        return f"[{self._places.get(run_id, '-')}/{self._total}]"

    @staticmethod
    def _text(*parts: str | tuple[str, str]) -> Text:
        from rich.text import Text

        return Text.assemble(*parts)

    def _print(self, text: Text) -> None:
        self.page.print(text, soft_wrap=True)
