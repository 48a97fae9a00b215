"""Virtual time: threads that pass a baton, so exactly one runs and time jumps to the next wake-up.

The order of everything is total, by (wake time, sequence number): the same programme gives the same history
on every run and every machine. The thread that makes the clock is its first actor, "main", and holds the
baton until it waits for something.
"""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from threading import get_ident
from types import TracebackType
from typing import Any, TypeVar

from bench.core.clock.interface import ActorEnded, Deadlock
from bench.core.clock.schedule import Schedule
from bench.core.clock.sync import SIGNAL_LATENCY_S, Event, Lock, Queue, Waiter

T = TypeVar("T")

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""What virtual second 0 stands for unless the caller says otherwise: fixed, so that runs are repeatable."""


class VirtualActor:
    """One thread of a VirtualClock. Its `baton` is locked while it does not run."""

    __slots__ = (
        "_clock", "alive", "background", "baton", "ending", "ident", "joiners", "name", "pending", "reason",
        "timed", "token", "waiting", "woken",
    )  # fmt: skip

    def __init__(self, clock: VirtualClock, name: str, background: bool) -> None:
        self._clock = clock
        self.name = name
        self.background = background
        self.baton = threading.Lock()
        self.baton.acquire()
        self.ident = 0
        self.alive = True
        self.waiting = False
        self.woken = False
        self.timed = False
        self.ending = False
        self.token = 0
        self.reason: Callable[[], str] = lambda: "its first turn"
        self.pending: BaseException | None = None
        self.joiners: list[Waiter] = []

    def wake(self) -> None:
        """Make it runnable now (Waiter)."""
        if self.waiting:
            self.woken = True
            self._clock._make_runnable(self)

    def join(self, timeout: float | None = None) -> bool:
        """See Actor. The exception of a failed actor is raised in "main", not here."""
        if not self.alive:
            return True
        me = self._clock.waiter()
        self.joiners.append(me)
        try:
            self._clock.wait(me, timeout, lambda: f"the end of actor {self.name!r}")
        finally:
            if me in self.joiners:
                self.joiners.remove(me)
        return not self.alive


class VirtualClock:
    """See the module. Also a context manager: leaving it ends every actor that is left."""

    def __init__(self, start: float = 0.0, epoch: datetime = EPOCH) -> None:
        self.guard: AbstractContextManager[Any] = nullcontext()
        self._time = start
        self._start = start
        self._epoch = epoch
        self._schedule: Schedule[VirtualActor] = Schedule()
        self._actors: dict[VirtualActor, None] = {}
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._posted = False
        self._failure: BaseException | None = None
        self._main = VirtualActor(self, "main", background=False)
        self._main.ident = get_ident()
        self._actors[self._main] = None
        self._current = self._main
        self._parked = False
        self._unpark = False

    # -- time ---------------------------------------------------------------------------------------------

    def now(self) -> float:
        """See Clock; may be read from any thread."""
        return self._time

    def utc(self) -> datetime:
        """See Clock."""
        return self._epoch + timedelta(seconds=self._time - self._start)

    def sleep(self, seconds: float) -> None:
        """See Clock. Raises ValueError for NaN or infinity."""
        me = self._current
        if me.ident != get_ident():
            self._refuse()
        if not seconds < math.inf:
            raise ValueError(f"cannot sleep for {seconds!r} seconds: give a finite number")
        until = self._time + seconds if seconds > 0 else self._time
        heap = self._schedule.heap
        if (not heap or until < heap[0][0]) and not me.background and not self._posted:
            self._time = until  # nobody is due earlier: no switch
            return
        me.reason = _sleeping
        self._sleep_until(me, until)
        self._switch(me)

    # -- actors -------------------------------------------------------------------------------------------

    def spawn(
        self, function: Callable[..., object], *args: object, name: str, background: bool = False
    ) -> VirtualActor:
        """See Clock. The new actor gets its first turn when the caller next waits."""
        self._require_baton()
        actor = VirtualActor(self, name, background)

        def run() -> None:
            actor.ident = get_ident()
            actor.baton.acquire()
            try:
                if actor.pending is None:
                    function(*args)
            except ActorEnded:
                pass
            except BaseException as error:
                error.add_note(f"raised in actor {actor.name!r} at clock time {self._time!r} s")
                self._fail(error)
            finally:
                self._end(actor)

        self._actors[actor] = None
        self._make_runnable(actor)
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

    def owns_current_thread(self) -> bool:
        """See Clock."""
        return self._current.ident == get_ident()

    # -- foreign threads ----------------------------------------------------------------------------------

    def call(self, function: Callable[[], T]) -> T:
        """See Clock. `function` runs at the next instant an actor reaches the clock, and must not wait.

        Blocks the calling (foreign) thread until then; from an actor it is a plain call.
        """
        if self.owns_current_thread():
            return function()
        answer: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

        def serve() -> None:
            try:
                answer.put((True, function()))
            except BaseException as error:
                answer.put((False, error))

        self.post(serve)
        fine, value = answer.get()
        if fine:
            result: T = value
            return result
        raise value

    def post(self, function: Callable[[], None]) -> None:
        """See Kernel: never blocks, allowed in a signal handler."""
        if self.owns_current_thread():
            function()
            return
        self._inbox.put(function)
        self._posted = True

    def park(self) -> None:
        """Let "main" serve foreign threads until `unpark`; time stands unless a foreground actor sleeps."""
        self._require_baton()
        if self._current is not self._main:
            raise RuntimeError("only the thread that made the clock can park it")
        self._unpark = False
        self._parked = True
        try:
            while not self._unpark:
                self.wait(self._main, None, lambda: "a call from outside")
                while not self._schedule.has_next(self._time) and not self._unpark:
                    self._inbox.get()()
        finally:
            self._parked = False

    def unpark(self) -> None:
        """Make `park` return; from any thread."""

        def done() -> None:
            self._unpark = True

        self.post(done)

    def close(self) -> None:
        """End every other actor: each gets ActorEnded once and may clean up. Idempotent."""
        self._require_baton()
        others = [actor for actor in self._actors if actor is not self._main]
        for actor in others:
            self._end_softly(actor, ActorEnded("the clock is being closed"))
        for actor in others:
            actor.join()

    def __enter__(self) -> VirtualClock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- kernel of lock, event and queue ------------------------------------------------------------------

    def waiter(self) -> VirtualActor:
        """See Kernel."""
        self._require_baton()
        return self._current

    def identity(self) -> VirtualActor:
        """See Kernel."""
        self._require_baton()
        return self._current

    def wait(self, waiter: Waiter, timeout: float | None, reason: Callable[[], str]) -> bool:
        """See Kernel."""
        me = self._current
        assert waiter is me
        me.reason = reason
        me.woken = False
        if timeout is None:
            me.waiting = True
        else:
            if not math.isfinite(timeout):
                raise ValueError(f"timeout {timeout!r} s: give a finite number or None")
            self._sleep_until(me, self._time + max(0.0, timeout))
        self._switch(me)
        return me.woken

    # -- the baton ----------------------------------------------------------------------------------------

    def _sleep_until(self, actor: VirtualActor, until: float) -> None:
        actor.waiting = True
        self._schedule.add(actor, until)

    def _make_runnable(self, actor: VirtualActor) -> None:
        if actor is self._main and self._failure is not None:
            return  # it goes on when the others have ended, with the failure
        self._schedule.cancel(actor)
        self._sleep_until(actor, self._time)

    def _next(self) -> VirtualActor | None:
        """Take the next actor off the heap and jump to its time; None if nobody can run."""
        if self._posted:
            self._serve_inbox()
        if self._schedule.has_next(self._time):
            until, actor = self._schedule.pop()
            self._time = max(self._time, until)
            actor.waiting = False
            return actor
        if self._parked:
            self._main.waiting = False
            return self._main
        return None

    def _serve_inbox(self) -> None:
        self._posted = False
        while True:
            try:
                function = self._inbox.get_nowait()
            except queue.Empty:
                return
            function()

    def _switch(self, me: VirtualActor) -> None:
        following = self._next()
        while following is None:
            self._fail(self._deadlock())
            following = self._next()
        if following is not me:
            self._current = following
            following.baton.release()
            self._await_baton(me)
        if me.pending is not None:
            error, me.pending = me.pending, None
            raise error

    def _await_baton(self, me: VirtualActor) -> None:
        if me is not self._main:
            me.baton.acquire()
            return
        try:
            # a signal that lands just before the wait would be handled only after it: look up now and then
            while not me.baton.acquire(timeout=SIGNAL_LATENCY_S):
                pass
        except BaseException:  # KeyboardInterrupt reaches "main" here: it may only go on with the baton
            self._inbox.put(lambda: self._make_runnable(me) if me.waiting else None)
            self._posted = True
            me.baton.acquire()
            raise

    def _end(self, actor: VirtualActor) -> None:
        actor.alive = False
        del self._actors[actor]
        self._schedule.cancel(actor)
        for joiner in tuple(actor.joiners):
            joiner.wake()
        self._deliver_failure()
        following = self._next()
        while following is None:
            self._fail(self._deadlock())
            following = self._next()
        self._current = following
        following.baton.release()

    # -- failures -----------------------------------------------------------------------------------------

    def _deadlock(self) -> Deadlock:
        lines = "\n".join(
            f"  {actor.name}{' (background)' if actor.background else ''} waits for {actor.reason()}"
            for actor in self._actors
        )
        return Deadlock(f"at clock time {self._time!r} s nobody can go on:\n{lines}")

    def _fail(self, error: BaseException) -> None:
        """End all others; "main" gets the error when they are gone."""
        if self._failure is None:
            self._failure = error
        self._schedule.cancel(self._main)
        for actor in tuple(self._actors):
            if actor is not self._main and actor is not self._current:
                # one that hangs again while it cleans up is told so, instead of hanging for ever
                self._end_softly(
                    actor, error if actor.ending else ActorEnded(f"another actor failed: {error}")
                )
        if self._current is not self._main and self._current.waiting:  # it detected its own deadlock
            self._end_softly(self._current, ActorEnded(f"nobody can go on: {error}"))
        self._deliver_failure()

    def _end_softly(self, actor: VirtualActor, error: BaseException) -> None:
        actor.ending = True
        actor.pending = error
        self._schedule.cancel(actor)
        actor.background = False  # cleaning up may take time
        if actor.waiting:
            self._make_runnable(actor)

    def _deliver_failure(self) -> None:
        left = any(actor is not self._main for actor in self._actors)
        if self._failure is None or left:
            return
        self._main.pending, self._failure = self._failure, None
        if self._main.waiting:
            self._make_runnable(self._main)

    def _require_baton(self) -> None:
        if self._current.ident != get_ident():
            self._refuse()

    def _refuse(self) -> None:
        raise RuntimeError(
            f"thread {threading.current_thread().name!r} is not the running actor of this clock "
            f"(that is {self._current.name!r}); a thread from outside acts through clock.call()"
        )


def _sleeping() -> str:
    return "its sleep to end"
