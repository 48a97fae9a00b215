"""The furnace's part of the live screen: its plots, and the recipe that goes with them."""

from __future__ import annotations

from gui.logic.series import RunSeries
from gui.net.facts import RunFacts
from gui.session import Session
from gui.widgets.furnace_plot import FurnacePlot


class FurnaceLive:
    """Of the run that is watched, if it is one of a furnace."""

    def __init__(self, session: Session) -> None:
        self.plot = FurnacePlot()
        self._session = session
        self._facts: RunFacts | None = None

    def watch(self, series: RunSeries) -> None:
        """Show this run."""
        self._facts = RunFacts(self._session.link, series.run_id, lambda _: self._show())
        self.plot.show_series(series)

    def leave(self) -> None:
        """Show none."""
        self._facts = None

    def tick(self, *, going: bool) -> None:
        """Rows may have come, and the recipe."""
        if self._facts is not None:
            self._facts.look(going=going)
            self._show()

    def _show(self) -> None:
        if self._facts is not None and self._facts.run is not None:
            self.plot.show_recipe(self._facts.run.facts.get("recipe") or {})
