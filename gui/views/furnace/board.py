"""Which furnaces have a tile: found anew whenever a run begins or ends."""

from __future__ import annotations

from collections.abc import Callable

from bench.core.errors import BenchError
from bench.service.models.live import Event
from bench.service.models.runs import RunInFull
from gui.logic.furnace.finding import furnace_procedures, newest
from gui.logic.snapshot import Snapshot
from gui.session import Session
from gui.views.furnace.tile import FurnaceTile


class FurnaceBoard:
    """`changed` is called when there are other tiles than before."""

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self.tiles: list[FurnaceTile] = []
        self._session = session
        self._changed = changed
        self._asked: object = None
        session.link.happened.connect(self._happened)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Look which runs there are, if that can have changed; tell each tile."""
        names = furnace_procedures(snapshot.procedures)
        begun = tuple((item.run_id, item.state) for item in snapshot.queue if item.run_id)
        asked = (snapshot.health.started, begun)
        if names and asked != self._asked:
            self._asked = asked
            instruments = [one.name for one in snapshot.instruments]
            simulated = snapshot.station.simulated
            self._session.ask(
                lambda client: newest(client, names, instruments, simulated=simulated), self._take, self._none
            )
        for tile in self.tiles:
            tile.show_snapshot(snapshot)

    def _take(self, runs: list[RunInFull]) -> None:
        wanted = [run.run_id for run in runs]
        if wanted == [tile.run_id for tile in self.tiles]:
            return
        before = {tile.run_id: tile for tile in self.tiles}
        self.tiles = [before.get(run.run_id) or FurnaceTile(self._session, run) for run in runs]
        for run_id, tile in before.items():
            if run_id not in wanted:
                tile.close_run()
                tile.deleteLater()
        if self._session.snapshot is not None:
            for tile in self.tiles:
                tile.show_snapshot(self._session.snapshot)
        self._changed()

    def _none(self, _error: BenchError) -> None:
        self._asked = None  # the window says by itself that the service cannot be asked

    def _happened(self, event: Event) -> None:
        for tile in self.tiles:
            if tile.run_id == event.run_id and event.kind != "progress":
                tile.happened()
