"""A form made from a procedure's schema: groups, hints, help, and what is wrong beside the field it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from bench.service.models.base import ProblemLine
from gui.logic.form import GROUPS, Field, shown
from gui.widgets.parts import card, combo, label

Editor = QLineEdit | QComboBox


class Form(QWidget):
    """Everything is typed as text; the service judges it. `changed` at each key stroke."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self.editors: dict[str, Editor] = {}
        self._below: dict[str, QWidget] = {}
        self._rows: dict[str, tuple[QFormLayout, QWidget]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)

    def build(self, fields: Sequence[Field], texts: Mapping[str, str], samples: Sequence[str]) -> None:
        """A form of these fields; `texts` wins over their defaults."""
        while (entry := self._layout.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields, self.editors, self._below, self._rows = list(fields), {}, {}, {}
        for group in GROUPS:
            of_group = [field for field in fields if field.group == group]
            if of_group:
                self._layout.addWidget(self._group(group, of_group, texts, samples))
        self._layout.addStretch(1)
        self._show_what_matters()

    def texts(self) -> dict[str, str]:
        """What stands in each field."""
        return {
            name: editor.currentText() if isinstance(editor, QComboBox) else editor.text()
            for name, editor in self.editors.items()
        }

    def fill(self, texts: Mapping[str, str]) -> None:
        """Put these texts in; unknown ones are left out."""
        for name, text in texts.items():
            editor = self.editors.get(name)
            if isinstance(editor, QComboBox):
                editor.setCurrentText(text)
            elif editor is not None:
                editor.setText(text)

    def show_problems(self, problems: Mapping[str, ProblemLine]) -> None:
        """What is wrong, beside each field; fields that are not named are right."""
        for name, editor in self.editors.items():
            problem = problems.get(name)
            below = self._below[name]
            below.setVisible(problem is not None)
            if problem is not None:
                text = f"✗ {problem.what}" + (f": {problem.remedy}" if problem.remedy else "")
                below.setText(text)  # type: ignore[attr-defined]
            if editor.property("wrong") != (problem is not None):
                editor.setProperty("wrong", problem is not None)
                editor.style().unpolish(editor)
                editor.style().polish(editor)

    def _group(
        self, group: str, fields: Sequence[Field], texts: Mapping[str, str], samples: Sequence[str]
    ) -> QWidget:
        frame = card()
        layout = frame.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(label(group, "heading"))
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        rows.setHorizontalSpacing(14)
        layout.addLayout(rows)
        for field in fields:
            editor = self._editor(field, samples)
            self.editors[field.name] = editor
            self.fill({field.name: texts.get(field.name, field.default)})
            whole = self._with_hint(field, editor)
            caption = label(field.info.title, wrap=True)
            caption.setMinimumWidth(180)
            caption.setBuddy(editor)
            rows.addRow(caption, whole)
            self._rows[field.name] = (rows, whole)
        return frame

    def _with_hint(self, field: Field, editor: Editor) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(editor)
        hint = " · ".join(text for text in (field.hint, field.info.help) if text)
        if hint:
            column.addWidget(label(hint, "faint", wrap=True))
        below = label("", "problem", wrap=True)
        below.hide()
        column.addWidget(below)
        self._below[field.name] = below
        return whole

    def _editor(self, field: Field, samples: Sequence[str]) -> Editor:
        info = field.info
        choices: list[str] | None = None
        if info.kind == "flag":
            choices = ["yes", "no"]
        elif info.kind == "choice" and info.choices:
            choices = [str(choice) for choice in info.choices]
        elif info.kind == "sample":
            choices = ["", *samples] if info.optional else list(samples)
        if choices is not None:
            chooser = combo(info.title, 160)
            chooser.addItems(choices)
            chooser.currentTextChanged.connect(self._note)
            editor: Editor = chooser
        else:
            line = QLineEdit()
            line.setPlaceholderText(field.default or ("empty" if info.optional else ""))
            line.textChanged.connect(self._note)
            editor = line
        editor.setObjectName(field.name)
        editor.setAccessibleName(info.title)
        editor.setToolTip(
            f"{info.title}\nin a queue file: {info.name}" + (f"\n{info.help}" if info.help else "")
        )
        return editor

    def _note(self) -> None:
        self._show_what_matters()
        self.changed.emit()

    def _show_what_matters(self) -> None:
        if len(self.editors) < len(self.fields):
            return  # it is being built
        texts = self.texts()
        by_name = {field.name: field for field in self.fields}
        for name, (rows, whole) in self._rows.items():
            rows.setRowVisible(whole, shown(by_name[name], texts, by_name))
