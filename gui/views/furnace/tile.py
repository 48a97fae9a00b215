"""A furnace at a glance: temperatures, programme, soak, gas, what happened; the last run while it is idle."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bench.core import wall
from bench.service.models.runs import RunInFull
from gui.logic.furnace.columns import TEMPERATURES
from gui.logic.furnace.now import FurnaceNow, furnace_now
from gui.logic.furnace.soaking import SoakSoFar
from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.states import GOES_ON
from gui.logic.wording import age_text, seconds_since
from gui.net.facts import RunFacts
from gui.session import Session
from gui.views.tiles import Tile
from gui.widgets.furnace_trace import FurnaceTrace, Legend
from gui.widgets.parts import label, set_tone
from gui.widgets.theme import current

NOTES = 3
OTHERS = 3
"""Beside the output, in one line."""


class FurnaceTile(Tile):
    """Of one run. What it says comes from rows and facts that the service has; no instrument is asked."""

    span = 2

    def __init__(self, session: Session, run: RunInFull) -> None:
        super().__init__(f"Furnace · {', '.join(run.fixtures.values()) or ', '.join(run.roles.values())}")
        self.run_id = run.run_id
        self._session = session
        self._series = session.link.follower.follow(run.run_id)
        self._facts = RunFacts(session.link, run.run_id, lambda _: self._show())
        self._facts.run = run
        self._soak = SoakSoFar()
        self._snapshot: Snapshot | None = None
        self._stale = False
        self._phase: tuple[str, float | None] = ("", None)
        self.now: FurnaceNow | None = None
        self.kept = label("", "badge")
        set_tone(self.kept, "good")
        self.temperatures = {name: label("", "large") for name in TEMPERATURES}
        self.numbers = [(label("", "reading"), label("", "faint")) for _ in range(1 + OTHERS)]
        self.segment = label("", "heading", wrap=True)
        self.left = label("", "", wrap=True)
        self.soak = label("", "", wrap=True)
        self.warning = label("", "problem", wrap=True)
        self.notes = [label("", "", wrap=True) for _ in range(NOTES)]
        self.age = label("", "faint", wrap=True)
        self.trace = FurnaceTrace()
        self.legend = Legend()
        self._lay_out()

    def _lay_out(self) -> None:
        readings = QGridLayout()
        readings.setHorizontalSpacing(16)
        readings.setVerticalSpacing(0)
        self._captions: dict[str, QLabel] = {}
        for column, (name, value) in enumerate(self.temperatures.items()):
            self._captions[name] = label(name, "faint")
            readings.addWidget(value, 0, column)
            readings.addWidget(self._captions[name], 1, column)
        for column, (value, caption) in enumerate(self.numbers):
            readings.addWidget(value, 2 + 2 * (column // 3), column % 3)
            readings.addWidget(caption, 3 + 2 * (column // 3), column % 3)
        for column in range(3):
            readings.setColumnStretch(column, 1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(readings)
        words.addWidget(self.kept, 0, Qt.AlignmentFlag.AlignLeft)
        for one in (self.segment, self.left, self.soak, self.warning):
            words.addWidget(one)
        words.addStretch(1)
        picture = QVBoxLayout()
        picture.setSpacing(2)
        picture.addWidget(self.legend)
        picture.addWidget(self.trace, 1)
        both = QHBoxLayout()
        both.setSpacing(18)
        left, right = QWidget(), QWidget()
        for widget, layout in ((left, words), (right, picture)):
            layout.setContentsMargins(0, 0, 0, 0)
            widget.setLayout(layout)
            both.addWidget(widget, 1)
        self.body.addLayout(both, 1)
        for note in self.notes:
            self.body.addWidget(note)
        self.body.addWidget(self.age)

    def close_run(self) -> None:
        """The tile is about to be removed."""
        self._session.link.follower.leave(self.run_id)

    def happened(self) -> None:
        """Something was told about this run: see what it wrote down."""
        self._facts.look(going=True, now=True)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """What was heard of the bench."""
        self._snapshot = snapshot
        item = next((one for one in snapshot.queue if one.run_id == self.run_id), None)
        self._facts.look(going=item is not None and item.state in GOES_ON)
        self._show()

    def tick(self, fresh: Freshness) -> None:
        """Rows have come; ages grow; what is stale fades and says so."""
        self._stale = fresh.standing != "fresh"
        self._show()
        if self.now is not None:
            self.show_state(self.now.sign, stale=self._stale)
        self.age.setText(self._age(fresh) + ("  ·  STALE" if self._stale else ""))
        self.legend.dress()

    def _show(self) -> None:
        snapshot, run = self._snapshot, self._facts.run
        if snapshot is None or run is None:
            return
        item = next((one for one in snapshot.queue if one.run_id == self.run_id), None)
        clock_utc, simulated = snapshot.health.clock_utc, snapshot.station.simulated
        soak = self._soak.of(self._series, run.facts.get("recipe") or {})
        phase = (self._series.text("State"), self._series.last("Segment"))
        if phase != self._phase:  # something was written down about it
            self._phase = phase
            self.happened()
        now = self.now = furnace_now(run, self._series, item, soak, clock_utc, simulated=simulated)
        self.what.setText(now.heading)
        going = item is not None and item.state in GOES_ON
        colour = f"color: {current().faint};" if self._stale or not going else ""
        for name, value in self.temperatures.items():
            value.setVisible(name in now.temperatures)
            self._captions[name].setVisible(name in now.temperatures)
            _write(value, now.temperatures.get(name, ""), colour)
        numbers = [("Output", now.output), *now.others[:OTHERS]]
        for place, (value, caption) in enumerate(self.numbers):
            there = place < len(numbers)
            value.setVisible(there)
            caption.setVisible(there)
            if there:
                caption.setText(numbers[place][0])
                _write(value, numbers[place][1], colour)
        self.kept.setText(f"◆ {now.kept}")
        self.kept.setVisible(bool(now.kept))
        texts = ((self.segment, now.segment), (self.left, now.left), (self.soak, now.soak))
        warning = f"⚠ {now.warning}" if now.warning else ""
        notes = [f"{one.hour}  {one.text}" for one in now.notes[:NOTES]] + NOTES * [""]
        for widget, text in (*texts, (self.warning, warning), *zip(self.notes, notes, strict=False)):
            widget.setText(text)
            widget.setVisible(bool(text))
        self.trace.show_run(self._series, run.facts.get("recipe") or {}, faded=self._stale)

    def _age(self, fresh: Freshness) -> str:
        """Of the row that is shown, as well as it is known."""
        snapshot, run = self._snapshot, self._facts.run
        if snapshot is None or run is None:
            return ""
        readings = [one for instrument in snapshot.instruments for one in instrument.readings]
        ages = [one.age_s for one in readings if one.run_id == self.run_id]
        going = any(one.run_id == self.run_id and one.state in GOES_ON for one in snapshot.queue)
        if not self._series.rows:
            return "no row yet: it is looked at once the programme runs" if going else "no row was recorded"
        if ages:
            age = age_text(min(ages) + fresh.age_s)
            return (
                f"row of the run that goes on, {age}"
                if going
                else f"last known: newest row of its last run, {age}"
            )
        if run.ended is None:
            return "last known: last row of a run that was cut off"
        ended = age_text(seconds_since(run.ended, wall.utc()))
        return f"last known: last row of its last run, which ended {ended}"


def _write(target: QLabel, text: str, colour: str) -> None:
    target.setText(text)
    if target.styleSheet() != colour:
        target.setStyleSheet(colour)
