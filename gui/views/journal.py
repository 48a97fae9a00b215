"""The journal: what happened on the bench since the window was opened, or all that a run wrote down."""

from __future__ import annotations

import collections
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from bench.service.models.live import Event
from bench.service.models.runs import JournalPage, RunSummary
from gui.logic.snapshot import Snapshot
from gui.logic.wording import clock_text
from gui.session import Screen, Session
from gui.views.rows_model import RowsModel
from gui.widgets.parts import MARGIN, combo, label, table

MOST_LINES = 2000
PAGE = 1000


@dataclass(frozen=True)
class Line:
    """One line, from the bench's events or from the journal of a run."""

    when: str
    kind: str
    run: str
    text: str


class JournalScreen(Screen):
    """The newest line first; typing filters."""

    name = "journal"
    title = "Journal"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._events: collections.deque[Line] = collections.deque(maxlen=MOST_LINES)
        self._of_run: list[Line] = []
        self._seen: object = None
        self.model: RowsModel[Line] = RowsModel(
            [
                ("When", lambda line: line.when),
                ("What", lambda line: line.kind),
                ("Run", lambda line: line.run),
                ("", lambda line: line.text),
            ]
        )
        self.view = table(self.model, "Journal", stretch=3)
        for column, width in enumerate((160, 150, 60)):
            self.view.setColumnWidth(column, width)
        self.source = combo("Whose journal", 300)
        self.source.addItem("The bench, as it happens", "")
        self.source.activated.connect(lambda _: self._choose())
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Show only lines with …")
        self.filter.setAccessibleName("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _: self._show())
        head = QHBoxLayout()
        head.addWidget(label("Journal of", "faint"))
        head.addWidget(self.source)
        head.addWidget(self.filter, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)

    def note(self, event: Event) -> None:
        """Something has happened."""
        if event.kind == "progress":
            return
        run = "" if event.run is None else f"#{event.run}"
        kind = "connected" if event.kind == "hello" else event.kind
        self._events.appendleft(Line(clock_text(event.utc), kind, run, facts_text(event.facts)))
        if not self.source.currentData() and self.isVisible():
            self._show()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """See Screen."""
        seen = [(item.run_id, item.state) for item in snapshot.queue]
        if seen != self._seen:
            self._seen = seen
            self.session.ask(lambda client: client.runs(), self._take_runs)
        if self.isVisible():
            self._choose()

    def _take_runs(self, runs: list[RunSummary]) -> None:
        chosen = self.source.currentData()
        while self.source.count() > 1:
            self.source.removeItem(1)
        for run in runs:
            self.source.addItem(f"{run.id}   {run.started[:16].replace('T', ' ')}", run.run_id)
        self.source.setCurrentIndex(max(0, self.source.findData(chosen)))

    def _choose(self) -> None:
        run_id = self.source.currentData()
        if run_id:
            self.session.ask(lambda client: client.journal(run_id, limit=PAGE), self._take_journal)
        else:
            self._show()

    def _take_journal(self, page: JournalPage) -> None:
        if page.run_id != self.source.currentData():
            return
        lines = [
            Line(clock_text(line.utc), line.kind, f"{line.seq}", facts_text(line.facts))
            for line in page.lines
        ]
        if lines and page.last > page.lines[-1].seq:
            lines.append(Line("", "…", "", f"{page.last - page.lines[-1].seq} later lines: bench show RUN"))
        self._of_run = lines[::-1]
        self._show()

    def _show(self) -> None:
        lines = self._of_run if self.source.currentData() else list(self._events)
        wanted = self.filter.text().casefold().strip()
        if wanted:
            lines = [line for line in lines if wanted in f"{line.kind} {line.run} {line.text}".casefold()]
        self.model.show(lines)


def facts_text(facts: Mapping[str, Any]) -> str:
    """Facts in one line."""
    parts = []
    for name, value in facts.items():
        if value in ("", None, [], {}):
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        parts.append(f"{name}: {text[:300]}")
    return "   ".join(parts)
