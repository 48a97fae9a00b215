"""Watches what runs publish: a row is compared in the thread of its run, and nothing more is done there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.core.errors import QuantityError
from bench.safety.threshold import RoomTemperature, RowQuantity, Threshold
from bench.service.alarms.board import Raised
from bench.service.alarms.load import WARNED, Rule
from bench.service.alarms.tracker import Tracker
from bench.service.feed.hub import GoingRun


class Quantities:
    """A RunListener. The trackers of all runs, and those of the room.

    `began`, `row`, `room` and the others are called in the threads of runs, `look` in one other.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules: list[tuple[Rule, Threshold, str, str]] = []  # with column and instrument
        self._rooms: list[Tracker] = []
        for rule in rules:
            match rule.threshold:
                case Threshold(RowQuantity(column, instrument)) as threshold:
                    self._rules.append((rule, threshold, column, instrument))
                case Threshold(RoomTemperature() as room) as threshold:
                    self._rooms.append(Tracker(rule, threshold, room.unit, run=None, whose=str(room)))
        self._trackers: dict[int, list[tuple[str, Tracker]]] = {}
        self._of_trouble = [rule for rule in rules if WARNED in rule.runs]
        self.told: list[Raised] = []
        """What is wrong at once: rules that cannot watch a run, and what runs warn of."""

    @property
    def of_room(self) -> bool:
        """Whether a rule needs to know the room, also while no run goes on."""
        return bool(self._rooms)

    def began(self, run: GoingRun) -> None:
        """A run begins: rules that look at one of its columns."""
        found = []
        for rule, threshold, column, instrument in self._rules:
            if column not in run.units or instrument not in ("", *run.instruments):
                continue
            unit, whose = run.units[column], f"{column} of run #{run.key}"
            try:
                found.append((column, Tracker(rule, threshold, unit, run=run.key, whose=whose)))
            except QuantityError as error:
                text = f"rule '{rule.name}' cannot watch '{column}' in {unit or 'no unit'}: {error.what}"
                self.told.append(Raised(f"rule:{rule.name}", rule.name, "warning", text, lasting=False))
        if found:
            self._trackers[run.key] = found

    def row(self, run: GoingRun, row: Mapping[str, Any]) -> None:
        """One row."""
        for column, tracker in self._trackers.get(run.key, ()):
            tracker.feed(row.get(column))

    def room(self, kelvin: float | None) -> None:
        """The temperature of the room in K, None where the thermometer had no value."""
        for tracker in self._rooms:
            tracker.feed(kelvin)

    def warned(self, run: GoingRun, text: str) -> None:
        """It tells of trouble while it goes on."""
        for rule in self._of_trouble:
            key = f"warned:{rule.name}:{run.key}:{text}"
            said = f"run #{run.key}: {text}"
            self.told.append(
                Raised(key, rule.name, rule.severity, said, rule.guidance, run.key, lasting=False)
            )

    def winding_up(self, run: GoingRun) -> None:
        """It is in its shutdown: its silence does not count from now on."""
        for _, tracker in self._trackers.get(run.key, ()):
            tracker.rest()

    def ended(self, run: GoingRun) -> None:
        """It publishes no more."""
        for _, tracker in self._trackers.get(run.key, ()):
            tracker.over = True

    def look(self) -> tuple[list[Raised], list[str]]:
        """What is wrong now, and the keys of what is not (any more)."""
        told = len(self.told)  # a run may tell more meanwhile
        wrong, right = self.told[:told], []
        del self.told[:told]
        watched = tuple(self._trackers.items())
        ended = [key for key, trackers in watched if all(tracker.over for _, tracker in trackers)]
        of_runs = [tracker for _, trackers in watched for _, tracker in trackers]
        for tracker in (*self._rooms, *of_runs):
            found, is_right = tracker.look()
            if found is not None:
                wrong.append(found)
            if is_right:  # of a run that has just ended both: raised, and over
                right.append(tracker.key)
        for key in ended:
            del self._trackers[key]
        return wrong, right
