"""Looks after the rules, on the computer's own time, and tells whoever is to be told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.core import wall
from bench.runs.interlocks.status import RuleStatus
from bench.runs.queue.changes import Change
from bench.runs.queue.item import Item
from bench.safety.watch import Violation
from bench.service.alarms.board import AlarmBoard, Listener, Raised
from bench.service.alarms.load import AlarmSettings, Rule
from bench.service.alarms.outbox import FIRST_PAUSE_S, Outbox
from bench.service.alarms.quantities import Quantities
from bench.service.alarms.senders import Message, Sender
from bench.service.models.alarms import Alarm
from bench.service.models.queue import Step

LOOK_EVERY_S = 0.5

_log = logging.getLogger(__name__)


class Watchman:
    """The board, its rules and its outboxes, from its making to `close`.

    `steps` tells what waits for a person, `interlocks` how the station's rules stand, `alive` what the daily
    message says. `listen` hears of each change.
    """

    def __init__(
        self,
        settings: AlarmSettings,
        data_dir: Path,
        *,
        station: str,
        senders: Sequence[Sender],
        steps: Callable[[], Sequence[Step]],
        interlocks: Callable[[], Sequence[RuleStatus]],
        alive: Callable[[], str],
        listen: Listener,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self.quantities = Quantities(settings.rules)
        self._settings = settings
        self._station = station
        self._steps = steps
        self._interlocks = interlocks
        self._alive = alive
        self._listen = listen
        self.board = AlarmBoard(data_dir, self._changed)
        self._outboxes = [
            Outbox(sender, self._teller(sender.name), first_pause_s=first_pause_s) for sender in senders
        ]
        self._waiting: set[str] = set()
        self._violations: dict[str, Violation | None] = {}
        self._seq = 0
        self._next_alive = _next(settings.alive_at, wall.utc())
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alarms", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more; what waits to be sent is sent if that is quick."""
        self._over.set()
        self._thread.join()
        for outbox in self._outboxes:
            outbox.close()
        self.board.note_watched(self._seq)
        self.board.close()

    # -- what runs do -------------------------------------------------------------------------------------

    def begin(self, changes: Sequence[Change], items: Sequence[Item]) -> None:
        """What has happened while nobody looked: `changes` is the queue's journal, `items` what is open.

        Where nobody ever looked, only what is still interrupted or unsafe counts.
        """
        since = self.board.watched
        for change in changes:
            if since is not None and change.seq > since:
                self.note_change(change)
        for item in items if since is None else ():
            ends = ["interrupted"] if item.state == "interrupted" else []
            ends += ["unsafe"] if item.safe == "failed" else []
            self._run_ended(item.key, item.changed, ends, item.reason)
        self._seq = changes[-1].seq if changes else 0
        self.board.note_watched(self._seq)

    def note_change(self, change: Change) -> None:
        """A line of the queue's journal."""
        self._seq = change.seq
        if change.kind == "state":
            ends = [str(change.facts["state"])]
            if change.facts.get("safe") == "failed":
                ends.append("unsafe")
            self._run_ended(change.key, change.utc, ends, str(change.facts.get("reason", "")))

    def _run_ended(self, key: int, when: str, ends: Sequence[str], reason: str) -> None:
        for rule in self._settings.rules:
            hit = [end for end in ends if end in rule.runs]
            if hit:
                word = "NOT SAFE: treat its outputs as live" if "unsafe" in hit else hit[0]
                text = f"run #{key}: {word}" + (f": {reason}" if reason else "")
                raised = Raised(
                    f"run:{rule.name}:{key}:{when}",
                    rule.name,
                    rule.severity,
                    text,
                    rule.guidance,
                    key,
                    lasting=False,
                )
                self.board.raise_(raised)

    # -- looking ------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not wall.wait(self._over, LOOK_EVERY_S):
            try:
                self._look()
            except Exception:  # an alarm that cannot be looked at must not end all others
                _log.exception("the alarms could not be looked at")

    def _look(self) -> None:
        wrong, right = self.quantities.look()
        for raised in wrong:
            self.board.raise_(raised)
        for key in right:
            self.board.clear(key)
        self._look_at_steps()
        self._look_at_interlocks()
        if self._next_alive is not None and wall.utc() >= self._next_alive:
            self._next_alive = _next(self._settings.alive_at, wall.utc())
            self._send(Message(f"[{self._station}] I am alive", self._alive(), {"kind": "alive"}))

    def _look_at_steps(self) -> None:
        rules = [rule for rule in self._settings.rules if rule.waiting_s is not None]
        found = set()
        for step in self._steps() if rules else ():
            waited_s = (wall.utc() - datetime.fromisoformat(step.since)).total_seconds()
            for rule in rules:
                if waited_s >= (rule.waiting_s or 0.0):
                    found.add(key := f"step:{rule.name}:{step.run}:{step.step}")
                    self.board.raise_(_waiting(rule, step, key))
        for key in self._waiting - found:
            self.board.clear(key)
        self._waiting = found

    def _look_at_interlocks(self) -> None:
        rules = [rule for rule in self._settings.rules if rule.interlocks]
        for status in self._interlocks() if rules else ():
            for rule in rules:
                name = status.rule.name
                if name not in rule.interlocks:
                    continue
                key = f"interlock:{rule.name}:{name}"
                if self._violations.get(key) is not status.violation:
                    self.board.clear(key)  # the one before is over, also if another followed at once
                self._violations[key] = status.violation
                if status.text:
                    self.board.raise_(Raised(key, rule.name, rule.severity, status.text, rule.guidance))

    # -- telling ------------------------------------------------------------------------------------------

    def _changed(self, change: str, alarm: Alarm) -> None:
        self._listen(change, alarm)
        if change == "raised":
            self._send(_message(self._station, alarm))

    def _send(self, message: Message) -> None:
        for outbox in self._outboxes:
            outbox.put(message)

    def _teller(self, name: str) -> Callable[[str | None], None]:
        key = f"sender:{name}"

        def tell(error: str | None) -> None:
            if error is None:
                self.board.clear(key)
                return
            text = f"alarms cannot be sent by {name}: {error}; it is tried again"
            self.board.raise_(Raised(key, "sender", "critical", text, "look at alarms.toml and the network"))

        return tell


def _waiting(rule: Rule, step: Step, key: str) -> Raised:
    text = f"run #{step.run} has waited for a person since {step.since[:19]} UTC: {step.instruction}"
    return Raised(key, rule.name, rule.severity, text, rule.guidance, step.run)


def _message(station: str, alarm: Alarm) -> Message:
    facts: Mapping[str, Any] = alarm.model_dump()
    lines = [
        alarm.text,
        "",
        f"station: {station}",
        f"raised: {alarm.raised} UTC",
        f"alarm {alarm.number}, rule {alarm.rule}",
    ]
    if alarm.guidance:
        lines += ["", alarm.guidance]
    return Message(
        f"[{station}] {alarm.severity.upper()}: {alarm.text}"[:180],
        "\n".join(lines),
        {"kind": "alarm", "alarm": dict(facts)},
    )


def _next(at: str | None, now: datetime) -> datetime | None:
    """The next time it is `at` o'clock (UTC)."""
    if at is None:
        return None
    hour, minute = (int(part) for part in at.split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
