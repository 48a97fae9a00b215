"""The service is killed under the window, the window is closed under a run: what is shown and lost."""

import signal

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from bench.service.models.queue import RunAsked, Submission


def submit(lab, id_, procedure="steady", **parameters):
    with lab.client() as client:
        run = RunAsked(id=id_, procedure=procedure, parameters=parameters)
        (item,) = client.submit(Submission(runs=[run], by="AB"))
    return item.key


def test_a_service_that_is_killed_is_shown_as_stale_and_found_again(open_window, own_lab, until):
    started = []
    window = open_window(own_lab.data, start_service=lambda: started.append(own_lab.start()))
    assert window.fresh.standing == "looking"
    assert window.banner.isVisible()
    window.banner.start.click()
    window.banner.start.click()
    until(lambda: window.fresh.standing == "fresh")
    assert len(started) == 1, "however often it is pressed"
    assert not window.banner.isVisible()
    key = submit(own_lab, "cut-off", procedure="sourcing")
    tile = window.bench.instruments["meter"]
    until(lambda: "in use" in tile.sign.text() and tile.values[0].text())
    window.show_screen("live")
    until(lambda: window.live.series is not None and window.live.series.rows > 3)

    own_lab.end(signal.SIGKILL)
    until(lambda: window.fresh.standing == "stale")
    assert window.banner.isVisible()
    assert "STALE" in window.banner.text.text()
    assert "[STALE]" in window.windowTitle()
    assert "STALE" in window.topbar.link.text()
    assert window.live.plot.mark.toPlainText() == "SIMULATED · STALE"
    window.show_screen("bench")
    assert tile.sign.text().startswith("? was: in use")
    assert "STALE" in tile.age.text()
    window.show_screen("queue")
    assert not window.queue.view.isEnabled(), "nothing can be done to what may not be so any more"

    window.safe.order()
    until(lambda: window.safe.report.done_with)
    assert "NOT SAFE" in window.safe.report.headline.text()
    assert "TREAT EVERY OUTPUT AS LIVE" in window.safe.report.details.text()
    window.safe.report.hide()

    rows = window.live.series.rows
    own_lab.start()
    until(lambda: window.fresh.standing == "fresh")
    assert not window.banner.isVisible() or "STALE" not in window.banner.text.text()
    assert window.queue.view.isEnabled()
    item = window.session.snapshot.item(key)
    assert item is not None
    assert item.attempt >= 1
    with own_lab.client() as client:
        assert client.rows(item.run_id).total >= rows, "what was shown was on the disk"


def test_a_window_closed_in_mid_run_loses_nothing(open_window, own_lab, until, qtbot):
    own_lab.start()
    first = open_window(own_lab.data)
    until(lambda: first.fresh.standing == "fresh")
    first.new_run.form.build([], {}, [])
    submit(own_lab, "goes-on", rows=100, interval="20 ms")
    until(lambda: first.live.series is not None and first.live.series.rows > 20)
    first.topbar.who.setFocus()
    qtbot.keyClicks(first.topbar.who, "CD")
    first.show_screen("live")
    first.close()

    second = open_window(own_lab.data)
    assert second.stack.currentWidget() is second.live, "it opens where it was closed"
    assert second.session.who == "CD"
    until(lambda: second.live.series is not None and second.live.series.ended == "done")
    assert second.live.series.rows == 100
    time = second.live.series.curve("Time", "Voltage").x
    assert len(time) == 100
    assert (time[1:] > time[:-1]).all(), "history and stream meet without a gap and without a double"


def test_a_service_that_cannot_be_started_says_why(open_window, tmp_path, until):
    from bench.core.errors import BenchError

    def start():
        raise BenchError("the service did not start: station.toml is empty")

    window = open_window(tmp_path, start_service=start)
    window.start_service()
    until(lambda: "station.toml is empty" in window.statusBar().currentMessage())
    assert window.fresh.standing == "looking"
