"""How a run begins: its folder, new or opened for another attempt, and its instruments connected."""

from __future__ import annotations

from bench.runs.engine.requesting import request_of
from bench.runs.engine.run_instruments import RunInstruments
from bench.runs.engine.run_log import RunLog
from bench.runs.engine.services import RunServices
from bench.runs.engine.taking_up import BEGAN, TakenUp, TakeUp, clock_anchor, take_up
from bench.runs.planning.plan import PlannedRun
from bench.runs.storage.folder import RunFolder


class Beginning:
    """`folder` is None until there is one; `taken_up` is None in a first attempt."""

    def __init__(
        self,
        services: RunServices,
        run: PlannedRun,
        *,
        run_id: str,
        taking_up: TakeUp | None,
        log: RunLog,
        instruments: RunInstruments,
    ) -> None:
        self._services = services
        self._run = run
        self._run_id = run_id
        self._taking_up = taking_up
        self._log = log
        self._instruments = instruments
        self.folder: RunFolder | None = None
        self.taken_up: TakenUp | None = None

    def open_folder(self) -> None:
        """Raises StorageError."""
        services = self._services
        if self._taking_up is None:
            request = request_of(self._run, services.station, services.seed)
            folder = RunFolder.create(services.data_dir, self._run_id, request, clock=services.clock)
        else:
            self.taken_up = take_up(self._taking_up, services.clock)
            folder = self.taken_up.folder
        self.folder = folder
        self._log.open(folder)
        services.catalogue.note(folder)
        self._log.note("leases taken", resources=sorted(str(resource) for resource in self._run.resources))
        recorder = services.station.recorder
        if recorder is not None:
            recorder.begin(self._run.instruments, folder.path / "traffic")

    def connect(self) -> None:
        """Raises what RunInstruments.connect does. A device that may still be at work is not made safe."""
        assert self.folder is not None
        taken_up = self.taken_up
        described = self._instruments.connect(make_safe=taken_up is None or not taken_up.attached)
        goes_on = taken_up is not None and taken_up.restored is not None
        begun = {} if goes_on else {BEGAN: clock_anchor(self._services.clock)}
        self.folder.describe(instruments=described, **begun)
        for name, description in described.items():
            self._log.note("instrument", name=name, **description)
