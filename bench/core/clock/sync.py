"""Lock, event and queue, written once for every clock on top of its two primitives: wait and wake."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol

SIGNAL_LATENCY_S = 0.2
"""Python runs signal handlers in the main thread only: its waits are cut into pieces this long."""


class Waiter(Protocol):
    """One blocked actor; `wake` does nothing if it does not wait any more."""

    def wake(self) -> None:
        """Make it runnable."""
        ...


class Kernel(Protocol):
    """What a clock provides to the primitives here."""

    guard: AbstractContextManager[Any]

    def waiter(self) -> Waiter:
        """A waiter for the calling actor; raises RuntimeError for a thread that may not wait."""
        ...

    def wait(self, waiter: Waiter, timeout: float | None, reason: Callable[[], str]) -> bool:
        """Block until woken (True) or until `timeout` clock seconds passed (False)."""
        ...

    def identity(self) -> object:
        """Who is calling: the same object each time for the same actor."""
        ...

    def post(self, function: Callable[[], None]) -> None:
        """Run `function` now if the caller may, else as soon as an actor reaches the clock. Never blocks."""
        ...


class Lock:
    """Fair re-entrant lock; ownership passes directly to the longest waiter."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        self.name = name
        self._kernel = kernel
        self._owner: object | None = None
        self._depth = 0
        self._waiters: deque[tuple[object, Waiter]] = deque()

    def acquire(self, timeout: float | None = None) -> bool:
        """See ClockLock."""
        kernel = self._kernel
        me = kernel.identity()
        with kernel.guard:
            if self._owner is None or self._owner is me:
                self._owner = me
                self._depth += 1
                return True
            waiter = kernel.waiter()
            entry = (me, waiter)
            self._waiters.append(entry)
        try:
            kernel.wait(waiter, timeout, lambda: f"lock {self.name!r} held by {_name(self._owner)}")
        except BaseException:
            self._forget(entry, me)
            raise
        with kernel.guard:
            if self._owner is me:
                return True
            self._waiters.remove(entry)
            return False

    def _forget(self, entry: tuple[object, Waiter], me: object) -> None:
        with self._kernel.guard:
            if entry in self._waiters:
                self._waiters.remove(entry)
                return
            handed_over = self._owner is me
        if handed_over:
            self.release()

    def release(self) -> None:
        """See ClockLock."""
        with self._kernel.guard:
            if self._owner is not self._kernel.identity():
                raise RuntimeError(f"lock {self.name!r} is not held by the thread that releases it")
            self._depth -= 1
            if self._depth:
                return
            if not self._waiters:
                self._owner = None
                return
            self._owner, waiter = self._waiters.popleft()
            self._depth = 1
        waiter.wake()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Event:
    """A flag. `set` takes no lock, so that a signal handler may call it at any instruction."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        self.name = name
        self._kernel = kernel
        self._flag = False
        self._waiters: list[Waiter] = []

    def set(self) -> None:
        """See ClockEvent."""
        self._flag = True
        self._kernel.post(self._wake_all)

    def _wake_all(self) -> None:
        for waiter in tuple(self._waiters):
            waiter.wake()

    def clear(self) -> None:
        """See ClockEvent."""
        self._flag = False

    def is_set(self) -> bool:
        """See ClockEvent."""
        return self._flag

    def wait(self, timeout: float | None = None) -> bool:
        """See ClockEvent."""
        if self._flag:
            return True
        waiter = self._kernel.waiter()
        self._waiters.append(waiter)
        try:
            if not self.is_set():  # set between the first look and the registration
                woken = self._kernel.wait(waiter, timeout, lambda: f"event {self.name!r}")
                return woken or self.is_set()
            return True
        finally:
            self._waiters.remove(waiter)


class Queue:
    """First in, first out, without a bound."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        self.name = name
        self._kernel = kernel
        self._items: deque[Any] = deque()
        self._arrived = Event(kernel, name)

    def put(self, item: Any) -> None:
        """See ClockQueue."""
        self._items.append(item)
        self._arrived.set()

    def get(self, timeout: float | None = None) -> Any:
        """See ClockQueue."""
        while True:
            try:
                return self._items.popleft()
            except IndexError:
                self._arrived.clear()
            if not self._items and not self._arrived.wait(timeout) and not self._items:
                raise queue.Empty(f"nothing arrived in queue {self.name!r} within {timeout} s")

    def __len__(self) -> int:
        return len(self._items)


def _name(owner: object | None) -> str:
    return repr(getattr(owner, "name", owner))
