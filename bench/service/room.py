"""Everything the routers need: the bench that works, its queue, its feed, and what it was started with."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from bench.core import wall
from bench.runs.interlocks.memory import LatchMemory
from bench.runs.queue.item import GOING, LIVE
from bench.runs.queue.log import QueueLog
from bench.runs.queue.memory import MemoryStore
from bench.runs.queue.queue import RunQueue
from bench.runs.queue.store import Mark
from bench.runs.storage.catalogue import Catalogue
from bench.service.alarms.board import AlarmBoard
from bench.service.alarms.load import AlarmSettings
from bench.service.alarms.outbox import FIRST_PAUSE_S
from bench.service.alarms.senders import senders_of
from bench.service.alarms.watchman import Watchman
from bench.service.desk import LocalDesk
from bench.service.feed.hub import Hub
from bench.service.feed.live import LiveFeed
from bench.service.feed.log import EventLog
from bench.service.feed.tails import Tails
from bench.service.models.alarms import Alarm
from bench.service.tokens import Role

if TYPE_CHECKING:
    from bench.runs.scheduling.runner import Runner
    from bench.samples import SampleBook

SOMEBODY = "somebody by the service"
"""Who acted, where a request does not say."""


@dataclass(frozen=True)
class Settings:
    """What `bench serve` was told. `samples` is the one samples file of the service, None for none.

    `attended`: steps of simulated runs wait for a person, and are then done in the world.
    `slow_s`: so long a subscriber may take for a message, `retry_s`: the first pause after a failed sender.
    """

    port: int = 0
    samples: Path | None = None
    speed: float = 1.0
    attended: bool = False
    slow_s: float = 10.0
    retry_s: float = FIRST_PAUSE_S


class Room:
    """Made before the bench works; the runner fills it with life."""

    def __init__(self, runner: Runner, settings: Settings) -> None:
        self.runner = runner
        self.settings = settings
        self.data_dir = runner.data_dir
        self.station = runner.station.station
        self.connected = runner.station
        self.desk = LocalDesk(RunQueue(self.data_dir, store=MemoryStore()), person=SOMEBODY)
        self.catalogue = Catalogue(self.data_dir)
        self.catalogue_lock = threading.Lock()
        self.log = EventLog()
        self.hub = Hub(self.log)
        self.tails = Tails(self.data_dir, begins=lambda run_id: run_id in self.hub.runs())
        self.feed = LiveFeed(self.hub, self.tails, self._goes_on, settings.slow_s)
        self.state = "starting"
        self.watchman: Watchman
        self.unsafe: set[str] = set()
        """Instruments that no run holds and that could not be made safe when it was asked."""
        self.started = wall.utc().isoformat(timespec="seconds")
        self._since = wall.now()
        runner.events.subscribe(self.hub)

    def open_alarms(self, settings: AlarmSettings, *, first_pause_s: float = FIRST_PAUSE_S) -> None:
        """Begin to look after the rules; the data folder is ours from now on. Raises StorageError."""
        memory = LatchMemory(self.data_dir, station=self.station.path, target=self.runner.target)
        self.runner.interlocks.remember(memory)
        self.watchman = Watchman(
            settings,
            self.data_dir,
            station=self.station.name,
            senders=senders_of(settings),
            steps=self.desk.steps,
            interlocks=self.runner.interlocks.statuses,
            alive=self._alive,
            listen=self._alarm,
            first_pause_s=first_pause_s,
        )
        changes, _ = QueueLog(self.data_dir).read(Mark())
        self.watchman.begin(changes, self.desk.items())
        self.hub.listener = self.watchman.quantities
        if self.watchman.quantities.of_room:
            self.runner.interlocks.want_room()

    @property
    def board(self) -> AlarmBoard:
        """The alarms."""
        return self.watchman.board

    def _goes_on(self, run_id: str) -> bool:
        """Of a run that was cut off: whether it is to be taken up, or that is not decided yet."""
        if self.state == "starting":
            return True
        return any(item.run_id == run_id and item.state in LIVE | GOING for item in self.desk.items())

    def _alarm(self, change: str, alarm: Alarm) -> None:
        facts = alarm.model_dump(include={"number", "rule", "severity", "text", "active", "by"})
        self.log.add("alarm", alarm.run, facts={"change": change, **facts})
        self.hub.ring()

    def _alive(self) -> str:
        items = self.desk.items()
        going = ", ".join(f"#{item.key} {item.id} ({item.state})" for item in items if item.state in GOING)
        waiting = sum(item.state in LIVE for item in items)
        free = shutil.disk_usage(self.data_dir).free / 1e9
        return "\n".join(
            (
                f"The bench works since {self.started}.",
                f"going on: {going or 'nothing'}",
                f"waiting: {waiting} runs",
                f"alarms that nobody has acknowledged: {self.board.unacknowledged}",
                f"free on the disk: {free:.1f} GB",
            )
        )

    @property
    def uptime_s(self) -> float:
        """Real seconds since the service began."""
        return wall.now() - self._since

    def samples(self) -> SampleBook | None:
        """The samples as the file declares them now. Raises ConfigError."""
        from bench.samples import load_samples

        return None if self.settings.samples is None else load_samples(self.settings.samples)


def _room(connection: HTTPConnection) -> Room:
    room: Room = connection.app.state.room
    return room


def _role(request: Request) -> Role:
    role: Role = request.scope["bench.role"]
    return role


Here = Annotated[Room, Depends(_room)]
"""The room of the request."""
AskingRole = Annotated[Role, Depends(_role)]
