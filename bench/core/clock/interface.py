"""What every clock offers. Code that waits takes a Clock and never calls time.sleep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Deadlock(RuntimeError):  # noqa: N818 - the word everybody searches for
    """Every foreground actor waits and nothing can wake one; the message lists who waits for what."""


class ActorEnded(BaseException):
    """Thrown once into an actor when another has failed, so that its `finally` blocks run and it ends.

    Not an Exception, for the reason asyncio.CancelledError is not: `except Exception` in a procedure must
    not swallow it. After it was thrown, the actor may still sleep and take locks while it cleans up.
    """


class ClockLock(Protocol):
    """A fair, re-entrant lock. Waiting for it costs clock time only, so it may be held across sleeps."""

    def acquire(self, timeout: float | None = None) -> bool:
        """Take the lock; False if `timeout` clock seconds passed first."""
        ...

    def release(self) -> None:
        """Give it back; the longest waiter is next."""
        ...

    def __enter__(self) -> bool: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ClockEvent(Protocol):
    """A flag actors can wait for. `set` may be called from any thread, also from a signal handler."""

    def set(self) -> None:
        """Raise the flag and wake all waiters."""
        ...

    def clear(self) -> None:
        """Lower the flag."""
        ...

    def is_set(self) -> bool:
        """Whether the flag is up."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is up; False if `timeout` clock seconds passed first."""
        ...


class ClockQueue(Protocol):
    """First in, first out, between actors. `put` may be called from any thread."""

    def put(self, item: Any) -> None:
        """Append; never blocks."""
        ...

    def get(self, timeout: float | None = None) -> Any:
        """The oldest item; raises queue.Empty if `timeout` clock seconds passed first."""
        ...

    def __len__(self) -> int: ...


class Actor(Protocol):
    """A thread of the clock."""

    name: str

    def join(self, timeout: float | None = None) -> bool:
        """Wait until it has ended; False if `timeout` clock seconds passed first."""
        ...

    @property
    def alive(self) -> bool:
        """Whether it is still going on."""
        ...


class Clock(Protocol):
    """Time for everything that belongs to the experiment (what is about the PC uses bench.core.wall)."""

    def now(self) -> float:
        """Seconds since this clock began."""
        ...

    def utc(self) -> datetime:
        """The date and time that `now` stands for, timezone-aware."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let this much clock time pass; other actors run meanwhile."""
        ...

    def spawn(
        self, function: Callable[..., object], *args: object, name: str, background: bool = False
    ) -> Actor:
        """Start `function(*args)` as an actor. Background actors never keep time going."""
        ...

    def lock(self, name: str) -> ClockLock:
        """A new lock; the name appears in deadlock reports."""
        ...

    def event(self, name: str) -> ClockEvent:
        """A new event."""
        ...

    def queue(self, name: str) -> ClockQueue:
        """A new queue."""
        ...

    def call(self, function: Callable[[], T]) -> T:
        """Run `function` at a well-defined instant on behalf of a thread that is not an actor."""
        ...

    def owns_current_thread(self) -> bool:
        """Whether the calling thread is an actor of this clock that may wait on it right now."""
        ...
