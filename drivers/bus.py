"""One line for several drivers: opened once, and anew once; one lock; the silence that keeps frames apart."""

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
    """What the members share.

    `quiet_s` passes between the last byte in either direction and a request, and what came unasked meanwhile
    is thrown away; 0 is for a line that needs neither. `generation` counts how often it was opened anew.
    """

    def __init__(
        self,
        key: _Key,
        adapter: Adapter,
        clock: Clock,
        quiet_s: float,
        speaks: str = "",
        *,
        discards: bool = True,
    ) -> None:
        self.key = key
        self.speaks = speaks
        self.adapter = adapter
        self.lock: ClockLock = clock.lock(f"bus {key[1]}")
        self.members = 0
        self.generation = 0
        self.lost = False
        self._clock = clock
        self._quiet_s = quiet_s
        self._discards = discards
        self._last = -float("inf")

    def write(self, frame: str) -> None:
        """Wait for the silence, throw away what came unasked, send."""
        wait = self._last + self._quiet_s - self._clock.now()
        if wait > 0:
            self._clock.sleep(wait)
        try:
            if self._discards:
                self.adapter.flush_read_buffer()
            self.adapter.write(frame)
        except TRANSPORT_ERRORS as error:
            self._notice(error)
            raise
        finally:
            self._last = self._clock.now()

    def read(self) -> str:
        """One reply."""
        try:
            return self.adapter.read()
        except TRANSPORT_ERRORS as error:
            self._notice(error)
            raise
        finally:
            self._last = self._clock.now()

    def flush(self) -> None:
        """Throw away what has come."""
        with self._watched():
            self.adapter.flush_read_buffer()

    def clear(self) -> None:
        """Throw away what is on its way, as far as the interface can."""
        with self._watched():
            clear = getattr(self.adapter, "device_clear", None) or self.adapter.flush_read_buffer
            clear()

    def renew(self) -> None:
        """Open the line anew. Raises what opening raises."""
        reopen = getattr(self.adapter, "reopen", None)
        if reopen is None:
            raise ConnectionError(f"{self.key[1]} cannot be opened anew")
        reopen()
        self.lost = False
        self.generation += 1

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except TRANSPORT_ERRORS as error:
            self._notice(error)
            raise
        finally:
            self._last = self._clock.now()

    def _notice(self, error: BaseException) -> None:
        """If the line is dead, close it, so that whoever comes next opens it anew."""
        if classify(error) != "lost":
            return
        self.lost = True
        with contextlib.suppress(Exception):  # it may be gone altogether
            self.adapter.close()


class BusMember:
    """The bus as one driver's adapter; closing the last one closes the line.

    When one member has opened a lost line anew, each of the others finds its own connection lost once: what
    it set may be gone, and only it can tell.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._generation = bus.generation
        self._member = True

    @property
    def lock(self) -> ClockLock:
        """The lock that all drivers on this line have to hold for a transaction."""
        return self._bus.lock

    @property
    def line(self) -> Adapter:
        """The adapter that all members share."""
        return self._bus.adapter

    def write(self, command: str) -> None:
        """Send one frame."""
        self._mine().write(command)

    def read(self) -> str:
        """One reply."""
        return self._mine().read()

    def flush_read_buffer(self) -> None:
        """Discard what has arrived."""
        self._mine().flush()

    def device_clear(self) -> None:
        """Discard what is on its way."""
        self._mine().clear()

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Wait up to `seconds` for replies inside the block, if that is more than usual."""
        wait: Callable[[float], AbstractContextManager[None]] | None
        wait = getattr(self._bus.adapter, "patience", None)
        return contextlib.nullcontext() if wait is None else wait(seconds)

    def reopen(self) -> None:
        """Back on the line, opened anew unless another member has done that. Raises what opening raises."""
        if not self._member:
            self._rejoin()
        if self._bus.lost or self._generation == self._bus.generation:
            self._bus.renew()
        self._generation = self._bus.generation

    def close(self) -> None:
        """Leave the bus; closing twice is harmless."""
        if not self._member:
            return
        self._member = False
        with _guard:
            self._bus.members -= 1
            last = self._bus.members == 0
            if last and _open.get(self._bus.key) is self._bus:
                del _open[self._bus.key]
        if last:
            self._bus.adapter.close()

    def _mine(self) -> Bus:
        if not self._member:
            raise ConnectionError("this connection is closed")
        if self._bus.lost or self._generation != self._bus.generation:
            raise ConnectionError("the line was lost, and was found so by another instrument on it")
        return self._bus

    def _rejoin(self) -> None:
        with _guard:
            present = _open.setdefault(self._bus.key, self._bus)
            if present is not self._bus:
                self._generation = -1
            self._bus = present
            self._bus.members += 1
        self._member = True


def join(
    resource: str,
    *,
    visa_library: object,
    clock: Clock,
    quiet_s: float,
    opening: Callable[[], Adapter],
    speaks: str = "",
    discards: bool = True,
) -> BusMember:
    """A place on the line behind `resource`; `opening` is called if it is not open in this process yet.

    The first to come sets the line up; the others talk as it is. Raises what opening raises, and
    CommunicationError if it is open for another protocol than `speaks`: frames of the one would be cut by the
    rules of the other.
    """
    key: _Key = (_library_key(visa_library), resource.casefold(), id(clock))
    with _guard:
        bus = _open.get(key)
        if bus is None:
            bus = _open[key] = Bus(key, opening(), clock, quiet_s, speaks, discards=discards)
        elif bus.speaks != speaks:
            raise CommunicationError(
                f"{resource} is open for instruments that speak {bus.speaks}, not {speaks}",
                state="nothing was sent",
                remedy="give each protocol a line of its own",
            )
        bus.members += 1
    member = BusMember(bus)
    if bus.lost:
        try:
            member.reopen()
        except BaseException:
            member.close()
            raise
    return member


def _library_key(visa_library: object) -> object:
    return visa_library if isinstance(visa_library, str) else id(visa_library)
