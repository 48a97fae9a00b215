"""One line for several instruments: opened once, one lock, and the silence that keeps frames apart."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from bench.core.clock import Clock, ClockLock
from bench.core.errors import CommunicationError
from drivers.faults import TRANSPORT_ERRORS, classify
from drivers.typed_pymeasure import Adapter

_Key = tuple[object, str, int]

_open: dict[_Key, Bus] = {}
_guard = threading.Lock()


class Bus:
    """What the members share. `quiet_s` passes between the last byte in either direction and a request."""

    def __init__(self, key: _Key, adapter: Adapter, clock: Clock, quiet_s: float, speaks: str = "") -> None:
        self.key = key
        self.speaks = speaks
        self.adapter = adapter
        self.lock: ClockLock = clock.lock(f"bus {key[1]}")
        self.members = 0
        self._clock = clock
        self._quiet_s = quiet_s
        self._last = -float("inf")

    def write(self, frame: str) -> None:
        """Wait for the silence, throw away what came unasked, send."""
        wait = self._last + self._quiet_s - self._clock.now()
        if wait > 0:
            self._clock.sleep(wait)
        with self._watched():
            self.adapter.flush_read_buffer()
            self.adapter.write(frame)

    def read(self) -> str:
        """One reply."""
        with self._watched():
            return self.adapter.read()

    def clear(self) -> None:
        """Throw away what has come."""
        with self._watched():
            clear = getattr(self.adapter, "device_clear", None) or self.adapter.flush_read_buffer
            clear()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except TRANSPORT_ERRORS as error:
            if classify(error) == "lost":
                self.abandon()
            raise
        finally:
            self._last = self._clock.now()

    def abandon(self) -> None:
        """The line is dead: close it, so that whoever opens next opens it anew."""
        with _guard:
            if _open.get(self.key) is self:
                del _open[self.key]
        with contextlib.suppress(Exception):  # it may be gone altogether
            self.adapter.close()


class BusMember:
    """The bus as one driver's adapter; closing the last one closes the line.

    It offers nothing that would act on the whole line, such as opening it anew: a driver that has lost the
    line is closed and opened again.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._member = True

    @property
    def lock(self) -> ClockLock:
        """The lock that all drivers on this line have to hold for a transaction."""
        return self._bus.lock

    def write(self, command: str) -> None:
        """Send one frame."""
        self._bus.write(command)

    def read(self) -> str:
        """One reply."""
        return self._bus.read()

    def flush_read_buffer(self) -> None:
        """Discard what has arrived."""
        self._bus.clear()

    def device_clear(self) -> None:
        """Discard what has arrived: the others on the line must not notice more."""
        self._bus.clear()

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Wait up to `seconds` for replies inside the block, if that is more than usual."""
        wait: Callable[[float], AbstractContextManager[None]] | None
        wait = getattr(self._bus.adapter, "patience", None)
        return contextlib.nullcontext() if wait is None else wait(seconds)

    def close(self) -> None:
        """Leave the bus; closing twice is harmless."""
        if not self._member:
            return
        self._member = False
        with _guard:
            self._bus.members -= 1
            last = self._bus.members == 0 and _open.get(self._bus.key) is self._bus
            if last:
                del _open[self._bus.key]
        if last:
            self._bus.adapter.close()


def join(
    resource: str,
    *,
    visa_library: object,
    clock: Clock,
    quiet_s: float,
    opening: Callable[[], Adapter],
    speaks: str = "",
) -> BusMember:
    """A place on the line behind `resource`; `opening` is called if it is not open in this process yet.

    The first to come sets the line up; the others talk as it is. Raises CommunicationError if it is open for
    another protocol than `speaks`: frames of the one would be cut by the rules of the other.
    """
    with _guard:
        key: _Key = (_library_key(visa_library), resource.casefold(), id(clock))
        bus = _open.get(key)
        if bus is None:
            bus = _open[key] = Bus(key, opening(), clock, quiet_s, speaks)
        elif bus.speaks != speaks:
            raise CommunicationError(
                f"{resource} is open for instruments that speak {bus.speaks}, not {speaks}",
                state="nothing was sent",
                remedy="give each protocol a line of its own",
            )
        bus.members += 1
        return BusMember(bus)


def _library_key(visa_library: object) -> object:
    return visa_library if isinstance(visa_library, str) else id(visa_library)
