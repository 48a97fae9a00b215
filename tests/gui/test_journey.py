"""The operator's commonest tasks by clicking and typing, on a real service of a simulated bench."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from bench.service.models.queue import RunAsked, Submission

SOON = 20_000


def submit(client, *ids, procedure="steady", hold=False, sample=None, **parameters):
    runs = [RunAsked(id=id_, procedure=procedure, sample=sample, parameters=parameters) for id_ in ids]
    return client.submit(Submission(runs=runs, by="AB", hold=hold))


def type_into(qtbot, editor, text):
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)


def choose(combo, text):
    combo.setCurrentText(text)
    combo.activated.emit(combo.currentIndex())


def click(qtbot, button):
    qtbot.waitUntil(button.isEnabled, timeout=SOON)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def select(qtbot, window, key):
    window.show_screen("queue")
    qtbot.waitUntil(lambda: window.queue.model.row_of(key) >= 0, timeout=SOON)
    window.queue.view.selectRow(window.queue.model.row_of(key))
    return lambda: window.queue.model.items[window.queue.model.row_of(key)]


def save_as(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def test_from_an_empty_form_to_an_exported_figure(window, qtbot, client, tmp_path, monkeypatch, until):
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    new = window.new_run
    assert window.stack.currentWidget() is new
    until(lambda: "steady" in new.procedures and new.form.fields)
    choose(new.procedure, "steady")
    type_into(qtbot, new.id, "my-first")
    type_into(qtbot, new.form.editors["interval"], "20 mV")
    until(lambda: new.form.editors["interval"].property("wrong"))
    assert not new.submit.isEnabled()
    assert "20 mV" in new.form._below["interval"].text()
    type_into(qtbot, new.form.editors["interval"], "20 ms")
    type_into(qtbot, new.form.editors["rows"], "30")
    until(lambda: "ready" in new.preflight.sign.text())
    assert "30 rows" in new.preflight.text.text()
    assert not new.form.editors["interval"].property("wrong")
    save_as(monkeypatch, tmp_path / "kept.toml")
    click(qtbot, new.save)
    checked = [sys.executable, "-m", "bench.cli", "check", str(tmp_path / "kept.toml")]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    assert subprocess.run(checked, env=env, capture_output=True, check=False).returncode == 0
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.stack.currentWidget() is window.queue)
    item = client.queued("my-first")
    assert item.spec["parameters"] == {"interval": "20 ms", "rows": 30}

    window.show_screen("live")
    live = window.live
    until(lambda: live.series is not None and live.series.run_id.find("my-first") > 0)
    until(lambda: live.series.ended == "done")
    assert live.series.rows == 30
    choose(live.axes.up, "Voltage")
    until(lambda: live.plot.curve.getData()[0] is not None)
    until(lambda: len(live.plot.curve.getData()[0]) == 30)
    assert live.plot.mark.toPlainText() == "SIMULATED"
    save_as(monkeypatch, tmp_path / "plot.png")
    click(qtbot, live.export)
    assert QImage(str(tmp_path / "plot.png")).width() >= 1600
    live.export_to(tmp_path / "plot.svg")
    assert b"<svg" in (tmp_path / "plot.svg").read_bytes()

    window.show_screen("results")
    results = window.results
    until(lambda: any(run.id == "my-first" for run in results.runs.rows))
    place = next(n for n, run in enumerate(results.runs.rows) if run.id == "my-first")
    results.list.selectRow(place)
    until(lambda: results.run is not None and results.run.id == "my-first")
    assert "SIMULATED" in results.title_line.text()
    until(lambda: results.figure.there)
    save_as(monkeypatch, tmp_path / "figure.svg")
    click(qtbot, results.export)
    assert b"<svg" in (tmp_path / "figure.svg").read_bytes()


def test_results_say_where_a_sample_comes_from(window, client, until):
    submit(client, "of-a-batch", sample="pressed", rows=2)
    submit(client, "of-none", rows=2)
    window.show_screen("results")
    results = window.results

    def choose_run(id):
        until(lambda: any((run.id, run.status) == (id, "done") for run in results.runs.rows))
        place = next(n for n, run in enumerate(results.runs.rows) if run.id == id)
        results.list.selectRow(place)
        until(lambda: results.run is not None and results.run.id == id)

    choose_run("of-a-batch")
    until(results.origin.isVisible)
    assert results.origin.text() == "Batch B1\n△ no furnace run of batch 'B1' in this data folder"
    choose_run("of-none")
    until(lambda: not results.origin.isVisible())
    assert results.origin.text() == ""


def test_a_step_needs_every_confirmation_and_initials(window, qtbot, client, until):
    submit(client, "asks", procedure="confirming")
    panel = window.queue.steps
    until(window.banner.isVisible)
    assert "Open the press." in window.banner.text.text()
    qtbot.mouseClick(window.banner.look, Qt.MouseButton.LeftButton)
    until(panel.frame.isVisible)
    assert not panel.done.isEnabled()
    type_into(qtbot, panel.initials, "XY")
    for box in panel.boxes:
        assert not panel.done.isEnabled()
        assert box.text() in panel.why_not.text()
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Space)
    click(qtbot, panel.done)
    until(lambda: client.queued("asks").state == "done")
    assert any(line.who == "XY" for line in client.queued("asks").history)
    until(lambda: not panel.frame.isVisible())


def test_declining_a_step_needs_a_reason(window, qtbot, client, until):
    key = submit(client, "declined", procedure="confirming")[0].key
    window.show_screen("queue")
    panel = window.queue.steps
    until(panel.frame.isVisible)
    type_into(qtbot, panel.initials, "XY")
    assert not panel.decline.isEnabled()
    type_into(qtbot, panel.note, "the press is stuck")
    click(qtbot, panel.decline)
    until(lambda: client.queued("declined").state == "failed")
    assert "stuck" in client.queued("declined").reason

    alarms = window.alarms
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.AltModifier)
    until(lambda: any(alarm.run == key for alarm in alarms.model.rows))
    until(lambda: "⚠" in window.list.item(5).text())
    row = next(n for n, alarm in enumerate(alarms.model.rows) if alarm.run == key)
    alarms.view.selectRow(row)
    type_into(qtbot, alarms.note, "press oiled")
    click(qtbot, alarms.seen)
    until(lambda: not any(alarm.run == key and not alarm.acknowledged for alarm in client.alarms()))

    journal = window.journal
    window.show_screen("journal")
    type_into(qtbot, journal.filter, "stuck")
    until(lambda: any(line.run == f"#{key}" for line in journal.model.rows))
    assert all("stuck" in f"{line.kind} {line.text}" for line in journal.model.rows)


def test_order_hold_duplicate_cancel_and_run_again(window, qtbot, client, until):
    keys = [item.key for item in submit(client, "one", "two", "three", hold=True)]
    queue = window.queue
    waiting = lambda: [item.id for item in client.queue() if item.key in keys]  # noqa: E731
    select(qtbot, window, keys[2])
    qtbot.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    until(lambda: waiting() == ["one", "three", "two"])
    assert queue.chosen().id == "three"
    until(lambda: queue.model.row_of(keys[2]) < queue.model.row_of(keys[1]))
    mime = queue.model.mimeData([queue.model.index(queue.model.row_of(keys[1]), 0)])
    move, row = Qt.DropAction.MoveAction, queue.model.row_of(keys[0])
    assert not queue.model.dropMimeData(mime, move, row, 0, QModelIndex()), "the service moves, not the view"
    until(lambda: waiting() == ["two", "one", "three"])

    item = select(qtbot, window, keys[0])
    assert "release" in item().waiting_for
    queue.view.setFocus()
    qtbot.keyClick(queue.view, Qt.Key.Key_Delete)
    until(lambda: client.queued(str(keys[0])).state == "aborted")
    queue.ended.setChecked(True)
    select(qtbot, window, keys[0])
    until(lambda: queue.chosen() is not None and queue.chosen().state == "aborted")
    click(qtbot, queue.rerun)
    until(lambda: any(one.id == "one" and one.key not in keys for one in client.queue(every=True)))

    select(qtbot, window, keys[1])
    before = len(client.queue())
    click(qtbot, queue.duplicate)
    until(lambda: len(client.queue()) == before + 1)
    select(qtbot, window, keys[1])
    click(qtbot, queue.hold)
    until(lambda: client.queued(str(keys[1])).state == "done")


def test_editing_a_run_that_waits(window, qtbot, client, until):
    (item,) = submit(client, "edited", hold=True, rows=5)
    select(qtbot, window, item.key)
    click(qtbot, window.queue.edit)
    dialog = next(one for one in QApplication.topLevelWidgets() if type(one).__name__ == "EditDialog")
    until(lambda: "rows" in dialog.form.editors)
    assert dialog.form.editors["rows"].text() == "5"
    type_into(qtbot, dialog.form.editors["rows"], "-4")
    click(qtbot, dialog.save)
    until(lambda: dialog.form.editors["rows"].property("wrong"))
    type_into(qtbot, dialog.form.editors["rows"], "6")
    dialog.priority.setValue(3)
    click(qtbot, dialog.save)
    until(lambda: client.queued("edited").spec["parameters"]["rows"] == 6)
    assert client.queued("edited").priority == 3


def test_pause_resume_and_an_abort_that_is_asked_about(window, qtbot, client, monkeypatch, until):
    (item,) = submit(client, "long", rows=100_000)
    shown = select(qtbot, window, item.key)
    click(qtbot, window.queue.pause)
    until(lambda: shown().state == "paused")
    until(lambda: window.queue.pause.text() == "Resume")
    click(qtbot, window.queue.pause)
    until(lambda: shown().state == "running")
    answers = iter(("Back", "Abort the run"))

    def answer(box):
        wanted = next(answers)
        next(one for one in box.buttons() if one.text() == wanted).click()

    monkeypatch.setattr(QMessageBox, "exec", answer)
    window.queue.view.selectRow(window.queue.model.row_of(item.key))
    click(qtbot, window.queue.abort)
    assert client.queued("long").state == "running"
    click(qtbot, window.queue.abort)
    until(lambda: client.queued("long").state == "aborted")


@pytest.mark.parametrize("how", ["mouse", "keys"])
def test_make_safe_reports_each_instrument(window, qtbot, client, how, until):
    submit(client, f"hot-{how}", procedure="sourcing")
    (held,) = submit(client, f"next-{how}", procedure="sourcing")
    until(lambda: client.instrument("meter").readings != [])
    until(lambda: client.queued(f"hot-{how}").state == "running")
    if how == "mouse":
        qtbot.mousePress(window.safe, Qt.MouseButton.LeftButton)
    else:
        window.show_screen("results")
        qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    report = window.safe.report
    assert report.isVisible()
    assert not report.done_with
    until(lambda: report.done_with)
    assert "Everything is safe" in report.headline.text()
    words = [report._rows.itemAt(n).widget().text() for n in range(report._rows.count())]
    assert words[:2] == ["meter", "✓ safe, verified"]
    assert f"#{held.key}" in report.details.text()
    assert client.queued(f"hot-{how}").state == "aborted"
    report.hide()


def test_tiles_show_the_run_its_reading_and_the_limits(window, qtbot, client, until):
    window.show_screen("bench")
    (item,) = submit(client, "shown", procedure="sourcing")
    tile = window.bench.instruments["meter"]
    until(lambda: f"in use by run #{item.key}" in tile.sign.text())
    until(lambda: tile.values[0].text().endswith("V"))
    until(lambda: len(tile.points) > 2)
    assert tile.quantities[0].text() == "Voltage"
    assert "row of the run that goes on" in tile.age.text()
    assert "current ±105 mA" in tile.limits.text()
    assert f"#{item.key} shown" in window.bench.now.lines[0][1].text()
    assert "SIMULATED" in window.topbar.target.text()
    assert "SIMULATED" in window.windowTitle()
