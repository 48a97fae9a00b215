"""Small parts: cards, labels that carry a tone, buttons that say why they cannot be pressed, tables."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.logic.states import Sign, Tone
from gui.widgets.theme import current

MARGIN = 12
HEIGHT = 30


def card(tone: Tone | None = None) -> QFrame:
    """A framed surface with a vertical layout."""
    frame = QFrame()
    frame.setObjectName("card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(MARGIN, 10, MARGIN, 10)
    layout.setSpacing(6)
    if tone is not None:
        set_tone(frame, tone)
    return frame


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a widget the look that the style sheet has for this tone."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        for child in widget.findChildren(QLabel):
            child.style().unpolish(child)
            child.style().polish(child)


def label(text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """A plain-text label; `kind` is one of the sheet: title, heading, faint, reading, large, badge..."""
    found = QLabel(text)
    found.setTextFormat(Qt.TextFormat.PlainText)  # what people and instruments wrote is never markup
    if kind:
        found.setObjectName(kind)
    found.setWordWrap(wrap)
    if kind == "badge":
        found.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return found


def show_sign(target: QLabel, sign: Sign) -> None:
    """Glyph and word, in the colour of the tone."""
    target.setText(sign.text)
    style = f"color: {current().tones[sign.tone]}; font-weight: 600;"
    if target.styleSheet() != style:  # setting the same one again costs as much as another
        target.setStyleSheet(style)


def button(
    text: str, act: Callable[[], object], *, keys: str = "", tip: str = "", kind: str = ""
) -> QPushButton:
    """A button; its keys are a shortcut of their own, which acts at once and not after an animation."""
    found = QPushButton(text)
    found.setObjectName(kind or text)
    found.setAutoDefault(False)
    found.clicked.connect(lambda: act())  # noqa: PLW0108  (without the signal's own argument)
    if keys:
        shortcut = QShortcut(QKeySequence(keys), found)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda: act() if found.isEnabled() and found.isVisible() else None)
        tip = f"{tip} ({keys})".strip()
    found.setToolTip(tip)
    found.setAccessibleName(text)
    found.setProperty("tip", tip)
    return found


def combo(name: str, width: int = 0) -> QComboBox:
    """A choice, as high as a line to type in."""
    found = QComboBox()
    found.setAccessibleName(name)
    found.setMinimumSize(width, HEIGHT)
    return found


def enable(target: QPushButton, able: bool, why_not: str = "") -> None:
    """A button that cannot be pressed says why."""
    target.setEnabled(able)
    target.setToolTip(str(target.property("tip") or "") if able else why_not)


def table(model: QAbstractItemModel, name: str, *, stretch: int = -1) -> QTableView:
    """A table of whole rows, one of which is selected, driven by keyboard or mouse."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(28)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if stretch >= 0:
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
    return view
