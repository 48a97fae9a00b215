"""Light and dark: one palette each, told apart by colour-blind eyes, and the sheet that uses it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from gui.logic.states import Tone


@dataclass(frozen=True)
class Theme:
    """Colours by what they are for.

    `tones` are after Okabe and Ito (2008), darkened or lightened to be read as text on `card` with a contrast
    of at least 4.5 to 1.
    """

    name: str
    window: str
    card: str
    raised: str
    line: str
    text: str
    faint: str
    accent: str
    on_accent: str
    danger: str
    tones: dict[Tone, str]
    curves: tuple[str, ...]


LIGHT = Theme(
    name="light",
    window="#eef1f4",
    card="#ffffff",
    raised="#f6f8fa",
    line="#d3d9e0",
    text="#17202a",
    faint="#596673",
    accent="#0063a3",
    on_accent="#ffffff",
    danger="#b3261e",
    tones={
        "quiet": "#596673",
        "going": "#0063a3",
        "good": "#00694b",
        "notice": "#8a5300",
        "bad": "#b3261e",
        "off": "#6b7683",
    },
    curves=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a5300"),
)
DARK = Theme(
    name="dark",
    window="#14181d",
    card="#1d232a",
    raised="#252c35",
    line="#37414c",
    text="#e8edf2",
    faint="#a2afbb",
    accent="#56b4e9",
    on_accent="#0b1218",
    danger="#c8372d",
    tones={
        "quiet": "#a2afbb",
        "going": "#56b4e9",
        "good": "#3ecfa0",
        "notice": "#f0b13c",
        "bad": "#ff8a73",
        "off": "#8d99a5",
    },
    curves=("#56b4e9", "#e69f00", "#3ecfa0", "#cc79a7", "#f0e442"),
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


class Current:
    """The theme that holds now; views ask it when they paint."""

    theme: Theme = LIGHT


def current() -> Theme:
    """The theme that holds now."""
    return Current.theme


def tone_colour(tone: Tone) -> QColor:
    """The colour of a tone in the theme that holds now."""
    return QColor(current().tones[tone])


def apply(app: QApplication, name: str) -> Theme:
    """Dress the application. An explicit palette, because a platform's own dark mode may not be there."""
    theme = Current.theme = THEMES[name]
    app.setStyle("Fusion")
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.window),
        (roles.WindowText, theme.text),
        (roles.Base, theme.card),
        (roles.AlternateBase, theme.raised),
        (roles.Text, theme.text),
        (roles.Button, theme.raised),
        (roles.ButtonText, theme.text),
        (roles.ToolTipBase, theme.raised),
        (roles.ToolTipText, theme.text),
        (roles.PlaceholderText, theme.faint),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent),
        (roles.Link, theme.accent),
        (roles.Mid, theme.line),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    app.setPalette(palette)
    app.setStyleSheet(sheet(theme))
    return theme


def sheet(theme: Theme) -> str:
    """Roundings, paddings and what the palette cannot say. Every focus is seen."""
    return f"""
    QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line};
        padding: 4px; }}
    QFrame#card {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 8px; }}
    QFrame#card[tone="bad"] {{ border: 2px solid {theme.tones["bad"]}; }}
    QFrame#card[tone="going"] {{ border: 1px solid {theme.tones["going"]}; }}
    QFrame#topbar {{ background: {theme.card}; border: none; border-bottom: 1px solid {theme.line}; }}
    QFrame#banner {{ border: 1px solid {theme.line}; border-radius: 6px; background: {theme.raised}; }}
    QFrame#banner[tone="bad"] {{ background: {theme.danger}; border-color: {theme.danger}; }}
    QFrame#banner[tone="bad"] QLabel {{ color: #ffffff; font-weight: 600; }}
    QFrame#banner[tone="notice"] {{ border: 2px solid {theme.tones["notice"]}; }}
    QLabel#title {{ font-size: 17px; font-weight: 600; }}
    QLabel#heading {{ font-weight: 600; }}
    QLabel#faint {{ color: {theme.faint}; }}
    QWidget#reading {{ font-size: 19px; font-weight: 600; }}
    QLabel#large {{ font-size: 27px; font-weight: 600; }}
    QLabel#problem {{ color: {theme.tones["bad"]}; }}
    QLabel#badge {{ border: 1px solid {theme.line}; border-radius: 9px; padding: 1px 9px; }}
    QLabel#badge[tone="notice"] {{ color: {theme.tones["notice"]}; border: 2px solid {theme.tones["notice"]};
        font-weight: 600; }}
    QLabel#badge[tone="bad"] {{ color: {theme.tones["bad"]}; border: 2px solid {theme.tones["bad"]};
        font-weight: 600; }}
    QLabel#badge[tone="good"] {{ color: {theme.tones["good"]}; }}
    QListWidget#screens {{ background: {theme.card}; border: none; border-right: 1px solid {theme.line};
        outline: none; padding: 6px; }}
    QListWidget#screens::item {{ padding: 9px 10px; border-radius: 6px; color: {theme.text}; }}
    QListWidget#screens::item:selected {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QPushButton {{ padding: 5px 12px; border: 1px solid {theme.line}; border-radius: 5px; min-height: 18px;
        background: {theme.raised}; color: {theme.text}; }}
    QPushButton:hover {{ border-color: {theme.accent}; }}
    QPushButton:focus {{ border: 2px solid {theme.accent}; padding: 4px 11px; }}
    QPushButton:disabled {{ color: {theme.faint}; background: {theme.window}; }}
    QPushButton#primary {{ background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent};
        font-weight: 600; }}
    QPushButton#primary:disabled {{ background: {theme.window}; color: {theme.faint};
        border-color: {theme.line}; }}
    QPushButton#safe {{ background: {theme.danger}; color: #ffffff; border: 2px solid {theme.danger};
        font-size: 15px; font-weight: 700; padding: 7px 22px; border-radius: 6px; }}
    QPushButton#safe:hover, QPushButton#safe:focus {{ border-color: {theme.text}; }}
    QLineEdit {{ background: {theme.card};
        color: {theme.text}; border: 1px solid {theme.line}; border-radius: 4px; padding: 4px 6px;
        min-height: 18px; }}
    QLineEdit:focus {{ border: 2px solid {theme.accent};
        padding: 3px 5px; }}
    QLineEdit[wrong="true"] {{ border: 2px solid {theme.tones["bad"]}; padding: 3px 5px; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.faint}; border-radius: 3px;
        background: {theme.card}; }}
    QCheckBox::indicator:checked {{ background: {theme.accent}; border: 3px solid {theme.accent}; }}
    QCheckBox::indicator:focus {{ border: 2px solid {theme.accent}; }}
    QTableView, QListView, QTreeView {{ background: {theme.card}; border: 1px solid {theme.line};
        border-radius: 6px; gridline-color: {theme.line}; outline: none; }}
    QTableView::item {{ padding: 3px 6px; }}
    QHeaderView::section {{ background: {theme.raised}; color: {theme.faint}; border: none;
        border-bottom: 1px solid {theme.line}; padding: 5px 6px; font-weight: 600; }}
    QScrollArea {{ border: none; background: transparent; }}
    QScrollArea > QWidget > QWidget {{ background: transparent; }}
    QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
    QScrollBar::handle {{ background: {theme.line}; border-radius: 4px; min-height: 32px; min-width: 32px;
        margin: 1px; }}
    QScrollBar::handle:hover {{ background: {theme.faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: {theme.window}; }}
    QStatusBar {{ background: {theme.card}; border-top: 1px solid {theme.line}; }}
    """
