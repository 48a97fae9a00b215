"""The interlocks of a station at work: judge what runs publish, notice silence, act once, bar new runs."""

from __future__ import annotations

import functools
import logging
import math
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, TypeAlias

from bench.core.clock.interface import Actor, Clock
from bench.runs.engine.events import Notice, RunEvent, RunEvents, StatusChanged
from bench.runs.engine.leases import Resource
from bench.runs.interlocks.acting import act
from bench.runs.interlocks.keeping import LatchKeeper
from bench.runs.interlocks.memory import LatchMemory
from bench.runs.interlocks.releasing import Releasing, told, utc_of
from bench.runs.interlocks.rule_state import RuleState, Trip, WatchedRun
from bench.runs.interlocks.status import RuleStatus
from bench.runs.interlocks.wording import LEVELS, consequence
from bench.safety.interlock import Interlock
from bench.safety.threshold import ROOM, RoomTemperature, RowQuantity
from bench.safety.watch import Violation

LOOK_EVERY_S = 300.0
"""Clock seconds between two looks at the room by the bench itself, while it bars runs or somebody wants to
know, and no run logs it."""
LONGEST_WAIT_S = 86_400.0
"""A queue with nothing else to do waits this long for the room to become right again."""
_STOP_S = 60.0

Heeded: TypeAlias = tuple[tuple[RuleState, str], ...]
"""Rules, each with the column whose value it wants."""

_log = logging.getLogger(__name__)


class Interlocks:
    """As a context manager: while runs may go on. `wake` is called when something may begin that was barred.

    `look_at_room` reads the thermometer and publishes what it says; it is only called while no run goes on.
    Everything else may be called from any thread, and happens in the thread that published the value, or in
    a background actor of the clock when time alone decides. Where nobody asks for anything there is none.
    """

    def __init__(
        self,
        rules: Mapping[str, Interlock],
        clock: Clock,
        events: RunEvents,
        *,
        wake: Callable[[], None],
        look_at_room: Callable[[], None] | None = None,
    ) -> None:
        self._clock = clock
        self._events = events
        self._wake = wake
        self._look_at_room = look_at_room
        self._states = tuple(RuleState(rule) for rule in rules.values())
        self._rooms: Heeded = tuple(
            (state, ROOM)
            for state in self._states
            if isinstance(state.rule.threshold.quantity, RoomTemperature)
        )
        self._mutex = threading.Lock()  # held for a few instructions, never across a wait
        self._keeper = LatchKeeper(self._states, clock, self._mutex)
        self._alarm = clock.event("interlocks")
        self._due = math.inf
        self._violated: frozenset[str] = frozenset()
        self._room_wanted = False
        self._idle_since = clock.now()
        self._runs: dict[str, WatchedRun] = {}
        self._broken: str | None = None
        self._releasing = Releasing(self._states, clock, self._mutex, lambda: self._broken)
        self._over = False
        self._actor: Actor | None = None

    def __enter__(self) -> Interlocks:
        self._over = False
        self._idle_since = self._clock.now()
        if self._states:
            self._events.subscribe(self._watch_phases)
        if self._states or (self._room_wanted and self._look_at_room is not None):
            self._actor = self._clock.spawn(self._watch, name="interlocks", background=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._events.unsubscribe(self._watch_phases)
        self._alarm.set()
        if self._actor is not None:
            self._actor.join(_STOP_S)
        self._keeper.keep()

    # -- runs come and go ---------------------------------------------------------------------------------

    def began(self, run: WatchedRun) -> Callable[[float, Mapping[str, Any]], None] | None:
        """`run` goes on from now. Returns who is to hear its rows, None if they do not matter."""
        with self._mutex:
            self._runs[run.id] = run
        if not self._states:
            return None
        with self._mutex:
            now = self._clock.now()
            for state in self._states:
                state.began(run, now)
            heeded: Heeded = tuple(
                (state, state.rule.threshold.quantity.column)
                for state in self._states
                if isinstance(state.rule.threshold.quantity, RowQuantity) and state.hears(run.id)
            )
        self._judge(self._states)
        self._alarm.set()
        return functools.partial(self._take, heeded, run.id) if heeded else None

    def ended(self, run_id: str) -> None:
        """It is being made safe, or has ended: nothing more can be done to it."""
        with self._mutex:
            self._runs.pop(run_id, None)
            self._idle_since = now = self._clock.now()
            for state in self._states:
                state.ended(run_id, now)
        self._judge(self._states)
        if self._rooms or self._room_wanted or self._keeper.works:
            self._alarm.set()

    def _watch_phases(self, event: RunEvent) -> None:
        if not isinstance(event, StatusChanged):
            return
        if event.phase == "safe":
            self.ended(event.run_id)
        elif event.phase == "shutdown":
            with self._mutex:
                for state in self._states:
                    state.winding_up(event.run_id)

    def want_room(self) -> None:
        """Somebody else judges the room too: the bench looks at it while idle. Call it before entering."""
        self._room_wanted = True

    # -- values -------------------------------------------------------------------------------------------

    def hear_room(self, now: float, kelvin: float | None) -> None:
        """The temperature of the room was read; see Board.listen_to_room."""
        if self._rooms:
            self._take(self._rooms, "", now, {ROOM: kelvin})

    def _take(self, heeded: Heeded, source: str, now: float, values: Mapping[str, Any]) -> None:
        due = math.inf
        turned = []
        try:
            with self._mutex:
                for state, name in heeded:
                    if state.heard(now, values[name], source):
                        turned.append(state)
                    due = min(due, state.due(source))
            if turned:
                self._judge(turned)
        except Exception as error:
            self._break(error)
        if due < self._due:
            self._alarm.set()

    def _break(self, error: Exception) -> None:
        """A mistake in here must not pass for safety: whatever is watched is aborted, and nothing begins."""
        _log.exception("the interlocks failed")
        if self._broken is None:
            self._broken = f"the interlocks failed and protect nothing: {type(error).__name__}: {error}"
            self._events.publish(Notice("", "error", self._broken))
        for run in tuple(self._runs.values()):
            if run.control.abort_reason is None:
                run.control.abort(self._broken)

    # -- verdicts -----------------------------------------------------------------------------------------

    def _judge(self, states: Iterable[RuleState]) -> None:
        """Act on what is violated now and was not acted on."""
        with self._mutex:
            now = self._clock.now()
            trips = [trip for state in states for trip in state.trips(now)]
            before = self._violated
            self._violated = frozenset(state.rule.name for state in self._states if state.violated(now))
        for trip in trips:
            text = told(self._clock, trip.rule, trip.violation, trip.unit)
            act(trip, text, utc_of(self._clock, trip.violation.since))
        self._tell(trips)
        if before - self._violated:
            self._wake()

    def _tell(self, trips: list[Trip]) -> None:
        """One notice for each violation, whatever number of runs it concerns."""
        by_violation: dict[Violation, list[Trip]] = {}  # by identity
        for trip in trips:
            by_violation.setdefault(trip.violation, []).append(trip)
        for violation, concerned in by_violation.items():
            rule, runs = concerned[0].rule, [trip.run.id for trip in concerned]
            does = "; ".join(consequence(trip) for trip in concerned)
            text = f"{told(self._clock, rule, violation, concerned[0].unit)}; {does}"
            _log.warning("%s", text)
            self._events.publish(Notice(runs[0] if len(runs) == 1 else "", LEVELS[rule.then], text))

    def barred(self, wanted: Iterable[Resource]) -> str | None:
        """What forbids that a run which needs `wanted` begins now; None if nothing does."""
        wanted = tuple(wanted)
        if self._broken is not None:
            return self._broken
        for state in self._states:
            with self._mutex:
                found = state.bars(wanted, self._clock.now())
            if found is not None:
                return told(self._clock, state.rule, found.violation, found.unit)
        return None

    # -- people -------------------------------------------------------------------------------------------

    def statuses(self) -> list[RuleStatus]:
        """How each rule stands, in the order of the station file."""
        return self._releasing.statuses()

    def release(self, name: str, note: Callable[[str], None] = lambda text: None) -> RuleStatus:
        """A person has looked: what ended runs left violated by this rule bars no run any more.

        `note` writes down what is released, before it is; what it raises leaves the rule latched. Raises
        UnknownInterlockError, and NotReleasedError where the rule is not latched or is violated still.
        """
        self._releasing.release(name, note)
        self._judge(self._states)
        self._keeper.keep()
        self._wake()
        return self._releasing.status(name)

    def remember(self, memory: LatchMemory) -> None:
        """Take up what an earlier bench left latched, and keep what is: this start is no person's word.

        Call it before entering. Raises StorageError.
        """
        self._keeper.remember(memory)

    # -- the background actor -----------------------------------------------------------------------------

    def _watch(self) -> None:
        try:
            self._wake_in_time()
        except Exception as error:
            self._break(error)

    def _wake_in_time(self) -> None:
        next_look = 0.0
        while not self._over:
            self._alarm.clear()
            if self._has_to_look() and self._clock.now() >= next_look:
                self._look()
                next_look = self._clock.now() + LOOK_EVERY_S
            self._judge(self._states)
            self._keeper.keep()
            with self._mutex:
                self._due = min((state.changes_at() for state in self._states), default=math.inf)
            until = min(self._due, next_look) if self._has_to_look() else self._due
            self._alarm.wait(None if math.isinf(until) else until - self._clock.now())

    def _has_to_look(self) -> bool:
        """Whether the bench itself has to look at the room, for no run logs it."""
        with self._mutex:
            wanted = self._room_wanted and self._look_at_room is not None and not self._runs
        return wanted or self._room_bars()

    def _room_bars(self) -> bool:
        """Whether the room bars runs while no run logs it."""
        if self._look_at_room is None:
            return False
        with self._mutex:
            now = self._clock.now()
            return any(
                state.idle and state.rule.then != "warn" and state.violated(now) for state, _ in self._rooms
            )

    def _look(self) -> None:
        assert self._look_at_room is not None
        try:
            self._look_at_room()
        except Exception:  # a thermometer that does not answer leaves the room as it was last known
            _log.warning("the room could not be looked at", exc_info=True)

    def worth_waiting(self) -> bool:
        """Whether the room may become right again while nothing goes on: then a barred run is waited for."""
        return self._room_bars() and self._clock.now() - self._idle_since < LONGEST_WAIT_S
