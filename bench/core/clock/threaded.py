"""Real and paced time: ordinary threads; paced time is wall time times a factor from one published anchor."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bench.core.clock.interface import ActorEnded
from bench.core.clock.sync import SIGNAL_LATENCY_S, Event, Lock, Queue, Waiter

T = TypeVar("T")

_monotonic = time.monotonic
_LONGEST_WAIT_S = 3600.0
"""A single wait on a thread lock; longer waits are cut into pieces (the platform bounds one wait)."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """At monotonic wall second `wall` the clock read `clock`, and `utc` stood for it; it runs `speed` times.

    The monotonic clock is one for all processes of a machine (PEP 418), so processes that share an anchor
    agree on the time without talking.
    """

    wall: float
    clock: float
    speed: float
    utc: datetime

    @classmethod
    def here(cls, speed: float = 1.0, utc: datetime | None = None) -> Anchor:
        """An anchor at this instant, clock at zero."""
        return cls(_monotonic(), 0.0, speed, utc or datetime.now(UTC))


class _ThreadWaiter:
    """One blocked thread; its lock is released by whoever wakes it."""

    __slots__ = ("_lock", "woken")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()
        self.woken = False

    def wake(self) -> None:
        self.woken = True
        try:
            self._lock.release()
        except RuntimeError:  # already woken
            pass

    def block(self, wall_seconds: float | None) -> None:
        in_main = threading.current_thread() is threading.main_thread()
        longest = SIGNAL_LATENCY_S if in_main else _LONGEST_WAIT_S
        self._lock.acquire(timeout=longest if wall_seconds is None else min(max(0.0, wall_seconds), longest))


class ThreadActor:
    """A thread of a real or paced clock."""

    def __init__(self, clock: PacedClock, name: str, background: bool) -> None:
        self._clock = clock
        self.name = name
        self.background = background
        self.alive = True
        self.pending: BaseException | None = None
        self.blocked: _ThreadWaiter | None = None
        self.ended = clock.event(f"end of actor {name}")

    def join(self, timeout: float | None = None) -> bool:
        """See Actor. Raises the error of a failed actor of this clock."""
        ended = self.ended.wait(timeout)
        self._clock.raise_pending()
        return ended


class PacedClock:
    """Wall time times `anchor.speed`. Threads run freely, so nothing here is deterministic.

    An exception in one actor is raised in the thread that made the clock at its next wait, and every other
    actor gets ActorEnded once, as on the virtual clock.
    """

    def __init__(self, speed: float = 1.0, anchor: Anchor | None = None) -> None:
        self.guard: AbstractContextManager[Any] = threading.Lock()
        self.anchor = anchor if anchor is not None else Anchor.here(speed)
        if not (0 < self.anchor.speed < math.inf):
            raise ValueError(f"speed {self.anchor.speed!r}: give a number above zero")
        self._local = threading.local()
        self._actors: dict[ThreadActor, None] = {}
        self._owner = ThreadActor(self, "main", background=False)
        self._local.actor = self._owner

    # -- time ---------------------------------------------------------------------------------------------

    def now(self) -> float:
        """See Clock."""
        anchor = self.anchor
        return anchor.clock + (_monotonic() - anchor.wall) * anchor.speed

    def utc(self) -> datetime:
        """See Clock."""
        return self.anchor.utc + timedelta(seconds=self.now() - self.anchor.clock)

    def sleep(self, seconds: float) -> None:
        """See Clock."""
        if not math.isfinite(seconds):
            raise ValueError(f"cannot sleep for {seconds!r} seconds")
        self.wait(_ThreadWaiter(), max(0.0, seconds), lambda: "its sleep to end")

    # -- actors -------------------------------------------------------------------------------------------

    def spawn(
        self, function: Callable[..., object], *args: object, name: str, background: bool = False
    ) -> ThreadActor:
        """See Clock."""
        actor = ThreadActor(self, name, background)

        def run() -> None:
            self._local.actor = actor
            try:
                function(*args)
            except ActorEnded:
                pass
            except BaseException as error:
                error.add_note(f"raised in actor {actor.name!r} at clock time {self.now()!r} s")
                self._fail(error, actor)
            finally:
                actor.alive = False
                self._actors.pop(actor, None)
                actor.ended.set()

        self._actors[actor] = None
        threading.Thread(target=run, name=name, daemon=True).start()
        return actor

    def lock(self, name: str) -> Lock:
        """See Clock."""
        return Lock(self, name)

    def event(self, name: str) -> Event:
        """See Clock."""
        return Event(self, name)

    def queue(self, name: str) -> Queue:
        """See Clock."""
        return Queue(self, name)

    def call(self, function: Callable[[], T]) -> T:
        """See Clock: every thread may act on this clock at any time."""
        return function()

    def owns_current_thread(self) -> bool:
        """See Clock."""
        return getattr(self._local, "actor", None) is not None

    def _fail(self, error: BaseException, failed: ThreadActor) -> None:
        for actor in (*tuple(self._actors), self._owner):
            if actor is failed:
                continue
            actor.pending = error if actor is self._owner else ActorEnded(f"another actor failed: {error}")
            blocked = actor.blocked
            if blocked is not None:
                blocked.wake()

    # -- kernel of lock, event and queue ------------------------------------------------------------------

    def waiter(self) -> _ThreadWaiter:
        """See Kernel."""
        return _ThreadWaiter()

    def identity(self) -> object:
        """See Kernel."""
        return threading.current_thread()

    def post(self, function: Callable[[], None]) -> None:
        """See Kernel."""
        function()

    def wait(self, waiter: Waiter, timeout: float | None, reason: Callable[[], str]) -> bool:
        """See Kernel. Raises what another actor's failure left for this one."""
        assert isinstance(waiter, _ThreadWaiter)
        actor: ThreadActor | None = getattr(self._local, "actor", None)
        deadline = None if timeout is None else self.now() + timeout
        if actor is not None:
            actor.blocked = waiter
        try:
            while not waiter.woken and (actor is None or actor.pending is None):
                if deadline is None:
                    waiter.block(None)
                    continue
                left = (deadline - self.now()) / self.anchor.speed
                if left <= 0:
                    break
                waiter.block(left)
        finally:
            if actor is not None:
                actor.blocked = None
        self.raise_pending()
        return waiter.woken

    def raise_pending(self) -> None:
        """Raise, once, what the failure of another actor left for the calling one."""
        actor: ThreadActor | None = getattr(self._local, "actor", None)
        if actor is not None and actor.pending is not None:
            error, actor.pending = actor.pending, None
            raise error


class RealClock(PacedClock):
    """Real time. `utc` follows the computer's own date, corrections included."""

    def __init__(self) -> None:
        super().__init__(speed=1.0)

    def utc(self) -> datetime:
        """See Clock."""
        return datetime.now(UTC)
