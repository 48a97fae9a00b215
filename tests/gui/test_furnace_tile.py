"""A synthesis in the window, on a real service of the simulated furnace: overview, plots, idle furnace."""

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from bench.service.models.base import Act
from bench.service.models.queue import RunAsked, StepDone, Submission

SPEED = 400.0
RUN = RunAsked(
    id="warm",
    procedure="synthesis",
    roles={"vessel": "vessel"},
    parameters={
        "batch": "B1",
        "temperature": "60 degC",
        "ramp": "2 K/min",
        "dwell": "6 h",
        "interval_ramp": "5 s",
        "interval_dwell": "10 s",
    },
)


def temperatures(client, run_id, column):
    """What the tile may say: every value of the column so far."""
    page = client.rows(run_id)
    place = [one.name for one in page.columns].index(column)
    return {f"{row[place]:.1f} °C" for row in page.rows if row[place] is not None}


def do_steps(client, until, count):
    for _ in range(count):
        until(client.steps)
        (step,) = client.steps()
        client.step_done(step.step, StepDone(by="AB", confirmed=step.confirms))
        until(lambda done=step.step: all(one.step != done for one in client.steps()))


def test_a_furnace_from_first_step_to_last_known_state(furnace_lab, open_window, qtbot, until, tmp_path):
    furnace_lab.start(speed=SPEED)
    window = open_window(furnace_lab.data)
    board = window.bench.furnaces
    with furnace_lab.client() as client:
        until(lambda: window.fresh.standing == "fresh")
        assert board.tiles == []  # nothing was measured, nothing is shown
        client.submit(Submission(runs=[RUN], by="AB"))
        until(lambda: board.tiles)
        (tile,) = board.tiles
        until(lambda: tile.now is not None and tile.now.sign.word == "needs you")
        until(lambda: "no row yet" in tile.age.text())
        assert not tile.kept.isVisible()
        assert window.width() == 1366  # however long the words of a step are
        do_steps(client, until, 2)

        until(lambda: "ramp" in tile.sign.text())
        until(lambda: tile.segment.text() == "Segment 1 of 2: to 60 °C at 2 K/min")
        until(tile.kept.isVisible)
        assert "left, ends" in tile.left.text()
        assert tile.soak.text() == "Soak: none of 6 h within ±5 K of 60 °C yet"
        until(lambda: "dwell" in tile.sign.text())
        until(lambda: " min of 6 h" in tile.soak.text())
        assert tile.temperatures["Control"].text() in temperatures(client, tile.run_id, "Control")
        assert tile.temperatures["Vessel"].text() in temperatures(client, tile.run_id, "Vessel")

        window.show_screen("live")
        plot = window.live.furnace.plot
        until(lambda: window.live.shown is plot and plot.temperatures.curve.getData()[0] is not None)
        assert window.live.series is tile._series  # one copy of the rows, however many look at them
        until(plot._band.isVisible)
        assert plot._band.rect().height() == 10.0
        assert [mark.label.format for _, mark in plot._marks if mark.label.isVisible()] == ["1", "2"]
        window.live.export_to(tmp_path / "furnace.png")
        assert QImage(str(tmp_path / "furnace.png")).width() >= 1600
        qtbot.mouseClick(window.live.as_furnace, Qt.MouseButton.LeftButton)
        assert window.live.shown is window.live.plot
        assert window.live.axes.up.currentText() == "Control"

        client.act("warm", "abort", Act(by="AB"))
        window.show_screen("bench")
        until(lambda: tile.now.sign.word == "aborted")
        until(lambda: tile.age.text().startswith("last known: newest row of its last run"))
        assert not tile.kept.isVisible()
        assert not tile.left.isVisible()
        known = tile.temperatures["Control"].text()
        furnace_lab.end()
        until(lambda: "STALE" in tile.age.text())
        assert "was: aborted" in tile.sign.text()

    furnace_lab.start(speed=SPEED)  # it remembers no reading; the folder of the run does
    until(lambda: "last row of its last run, which ended" in tile.age.text())
    assert tile.temperatures["Control"].text() == known
    (only,) = board.tiles
    assert only is tile
