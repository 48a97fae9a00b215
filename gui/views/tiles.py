"""A tile for each instrument and each fixture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout

from bench.service.models.station import FixtureInfo, Instrument, Lease, LimitInfo
from gui.logic.pyramid import Floats
from gui.logic.snapshot import Freshness
from gui.logic.states import Sign, instrument_sign
from gui.logic.traces import Traces, telling
from gui.logic.wording import age_text, quantity_text
from gui.widgets.parts import MARGIN, label, set_tone, show_sign
from gui.widgets.trace import Trace
from gui.widgets.value import Value

READINGS = 4
NO_POINTS: Floats = np.empty((0, 2))


class Tile(QFrame):
    """A name, a state and a line of small print."""

    span = 1
    """Columns of the overview that it wants."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(name)
        self.sign = label()
        self.sign.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.name = label(name, "title")
        head = QHBoxLayout()
        head.addWidget(self.name)
        head.addStretch(1)
        head.addWidget(self.sign)
        self.what = label("", "faint", wrap=True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, 10, MARGIN, 10)
        self.body.setSpacing(4)
        self.body.addLayout(head)
        self.body.addWidget(self.what)

    def tick(self, fresh: Freshness) -> None:
        """Ages grow; what is stale fades and says so."""
        raise NotImplementedError

    def show_state(self, sign: Sign, *, stale: bool) -> None:
        """The state, or what it was when it was last heard."""
        shown = Sign("?", f"was: {sign.word}", "off") if stale else sign
        show_sign(self.sign, shown)
        set_tone(self, "off" if stale else sign.tone)


class InstrumentTile(Tile):
    """State, the readings of the last row with their age, the recent past, limits, lease, and where it is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        self.values = [Value("reading") for _ in range(READINGS)]
        self.quantities = [label("", "faint") for _ in range(READINGS)]
        for place, (value, quantity) in enumerate(zip(self.values, self.quantities, strict=True)):
            row, column = 2 * (place // 2), place % 2
            self._grid.addWidget(value, row, column)
            self._grid.addWidget(quantity, row + 1, column)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.trace = Trace()
        self.age = label("", "faint")
        self.limits = label("", "", wrap=True)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.trace)
        self.body.addWidget(self.age)
        self.body.addWidget(self.limits)
        self.body.addStretch(1)
        self._instrument: Instrument | None = None
        self.points: Floats = NO_POINTS

    def show_instrument(self, instrument: Instrument, traces: Traces) -> None:
        """What was heard of it."""
        self._instrument = instrument
        readings = telling(instrument, READINGS)
        for place in range(READINGS):
            there = place < len(readings)
            self.values[place].setVisible(there)
            self.quantities[place].setVisible(there)
            if there:
                reading = readings[place]
                self.values[place].setText(quantity_text(reading.value, reading.unit))
                self.quantities[place].setText(reading.quantity)
        self.trace.setVisible(bool(readings))
        self.points = traces.of(instrument.name, readings[0].quantity) if readings else NO_POINTS
        self.what.setText(f"{instrument.driver} · {instrument.resource}")
        self.what.setToolTip(instrument.identity or "its identity is not known before it is used")
        self.limits.setText(
            limits_text(instrument.limits, load=instrument.load if instrument.has_output else "")
        )

    def tick(self, fresh: Freshness) -> None:
        """Ages grow; what is stale fades and says so."""
        if self._instrument is None:
            return
        stale = fresh.standing != "fresh"
        self.show_state(instrument_sign(self._instrument), stale=stale)
        readings = self._instrument.readings
        if readings:
            age = age_text(readings[0].age_s + fresh.age_s)
            whose = "row of the run that goes on" if self._instrument.lease else "last row of its last run"
            self.age.setText(f"{whose}, {age}" + ("  ·  STALE" if stale else ""))
            self.trace.show_points(self.points, faded=stale)
        else:
            self.age.setText("no reading yet: it is read by runs")
        for value in self.values:
            value.fade(stale)


class FixtureTile(Tile):
    """Who holds it, and what is wired to it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.wiring = label("", "", wrap=True)
        self.body.addWidget(self.wiring)
        self.body.addStretch(1)
        self._lease: Lease | None = None

    def show_fixture(self, fixture: FixtureInfo) -> None:
        """What was heard of it."""
        self._lease = fixture.lease
        self.what.setText(
            " · ".join(part for part in (fixture.kind.replace("_", " "), fixture.notes) if part)
        )
        self.wiring.setText("\n".join(f"{contact} → {to}" for contact, to in fixture.wiring.items()))

    def tick(self, fresh: Freshness) -> None:
        """As for an instrument."""
        if self._lease is None:
            sign = Sign("○", "free", "quiet")
        else:
            run = self._lease.run
            sign = Sign("▶", f"held by run #{run}" if run else f"held: {self._lease.holder}", "going")
        self.show_state(sign, stale=fresh.standing != "fresh")


def limits_text(limits: dict[str, LimitInfo], *, load: str = "") -> str:
    """What the station allows: "within ±105 mA, ±21 V; load passive"."""
    parts = []
    for quantity, limit in limits.items():
        low, high = limit.low, limit.high
        if low is not None and high is not None and low == -high:
            parts.append(f"{quantity} ±{quantity_text(high, limit.unit)}")
        elif low is not None and high is not None:
            parts.append(f"{quantity} {quantity_text(low, limit.unit)} … {quantity_text(high, limit.unit)}")
        elif high is not None:
            parts.append(f"{quantity} up to {quantity_text(high, limit.unit)}")
        elif low is not None:
            parts.append(f"{quantity} from {quantity_text(low, limit.unit)}")
    found = f"Limits: {', '.join(parts)}" if parts else ""
    return "; ".join(part for part in (found, f"load {load}" if load else "") if part)
