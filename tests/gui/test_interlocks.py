"""A latched interlock is seen in the window, and released there by who says why."""

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import Qt

from bench.service.models.queue import RunAsked, Submission


def submit(client, name):
    client.submit(Submission(runs=[RunAsked(id=name, procedure="tripping")], by="AB"))


def test_a_latched_interlock_is_released_with_a_reason(window, qtbot, client, until):
    panel = window.alarms.interlocks
    window.show_screen("alarms")
    until(lambda: panel.frame.isVisible() and panel.chosen() is not None)
    assert not panel.free.isEnabled()
    assert panel.free.toolTip() == "it is not latched"
    submit(client, "first")
    submit(client, "second")
    until(lambda: panel.chosen().standing == "latched")
    until(lambda: "1 interlock latched" in window.alarms.state.text())
    assert window.alarms.badge(window.session.snapshot).startswith("⚠")
    assert "Trip of meter is above 1 V (2.5 V)" in panel.saw.text()
    assert panel.free.toolTip() == "say what was found and done"
    until(lambda: "interlock trip" in client.queued("second").waiting_for)
    qtbot.keyClicks(panel.why, "contact cleaned")
    until(panel.free.isEnabled)
    qtbot.mouseClick(panel.free, Qt.MouseButton.LeftButton)
    until(lambda: client.queued("second").state == "aborted")
    assert panel.why.text() == ""

    until(lambda: panel.chosen().standing == "latched")
    qtbot.keyClicks(panel.why, "again")
    qtbot.keyClick(panel.why, Qt.Key.Key_Return)
    until(lambda: panel.chosen().standing != "latched")
    assert "Released" in window.statusBar().currentMessage()
