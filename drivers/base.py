"""The base every driver stands on: it checks everything it is told and everything it hears."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar

from bench.core.clock import Clock, ClockLock
from bench.core.errors import IdentityError, InstrumentError
from bench.core.limits import Limit, Limits
from bench.core.link_events import LinkWatcher
from bench.core.roles import Identity, Load, SafeReport
from bench.core.traffic import Recording, Sink
from drivers import replies, settings
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults, open_adapter
from drivers.error_queue import ErrorQueue, describe
from drivers.hardened import HardenedInstrument
from drivers.link import READ_ATTEMPTS, Link
from drivers.recording import RecordingAdapter
from drivers.regaining import Regaining
from drivers.replay import ReplayAdapter
from drivers.round_trips import RoundTrip, named, travel
from drivers.settings import Setting
from drivers.shared_line import SharedLine
from drivers.typed_pymeasure import Adapter

T = TypeVar("T")
POWER_ON = 128
"""Bit 7 of the standard event status register (IEEE 488.2, 11.5.1.1)."""
_log = logging.getLogger(__name__)


class Driver(HardenedInstrument):
    """One instrument behind one adapter.

    Constructing sends nothing. `connect` matches the identity and reads back what a front panel may have
    changed. Limits have two layers: the model's (`model_limits`) and the station's (`limits` given here).
    `lock` is the port's; the station passes one where several instruments share a bus.
    """

    connection: ClassVar[ConnectionDefaults] = ConnectionDefaults()
    identity_pattern: ClassVar[str]
    """Matched, from the start and ignoring case, against the reply to *IDN?."""
    limit_units: ClassVar[Mapping[str, str]] = {}
    """What a station may limit, and in which unit."""
    model_limits: ClassVar[Mapping[str, Limit]] = {}
    has_output: ClassVar[bool] = False
    option_names: ClassVar[frozenset[str]] = CONNECTION_OPTIONS
    address_option: ClassVar[str | None] = None
    """The option that tells instruments on one line, or channels of one unit, apart; without it a resource is
    one's own."""
    shared_line: ClassVar[SharedLine | None] = None
    """How several units, told apart by `address_option`, share a line; None where each has its own."""
    address_default: ClassVar[object] = 1
    """What that option is where the station does not say."""
    error_queue: ClassVar[ErrorQueue | None] = None
    event_query: ClassVar[str | None] = None
    """`*ESR?` where its power-on bit tells after a gap that the instrument was off meanwhile."""
    readable: ClassVar[tuple[Setting[Any], ...]] = ()
    """Every setting that belongs in a run's record; each can be read at any time."""
    reversible: ClassVar[tuple[RoundTrip[Any], ...]] = ()
    """Settings that may be tried on a real instrument with its output off."""
    replay_adapter: ClassVar[type[ReplayAdapter]] = ReplayAdapter
    load: Load

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.has_output and cls.make_safe is Driver.make_safe:
            raise TypeError(f"{cls.__name__} has an output and must define make_safe")

    def __init__(
        self,
        adapter: Adapter,
        *,
        name: str,
        clock: Clock,
        lock: ClockLock | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        load: Load = "passive",
        **options: Any,
    ) -> None:
        unknown = sorted(set(options) - self.option_names)
        if unknown:
            known = ", ".join(sorted(self.option_names))
            raise TypeError(f"{type(self).__name__} has no option {', '.join(unknown)}; it has {known}")
        self._regaining = Regaining(
            adapter,
            name=name,
            clock=clock,
            limit_s=options.get("reconnect_s", self.connection.reconnect_s),
            identify=lambda: self.identity().raw,
            restarted=lambda: self._was_switched_on(attempts=1),
            read=self._get,
        )
        link = Link(
            adapter,
            name=name,
            clock=clock,
            lock=lock if lock is not None else clock.lock(f"port of {name}"),
            error_queue=self.error_queue,
            spacing_s=self.connection.spacing_s,
            regaining=self._regaining,
        )
        super().__init__(link)
        self.load = load
        self._limits = limits.also(self.model_limits)
        self._options = options
        self._seal()

    @classmethod
    def open(
        cls,
        resource: str,
        *,
        name: str,
        clock: Clock,
        visa_library: object = "",
        lock: ClockLock | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        load: Load = "passive",
        traffic: Sink | None = None,
        **options: Any,
    ) -> Self:
        """A driver on a freshly opened VISA resource; `visa_library` is an instance or a text such as "@py".

        `traffic` is told every exchange, from the first.
        Raises CommunicationError if it cannot be opened, ConfigError for a wrong connection option.
        """
        given = {key: value for key, value in options.items() if key in CONNECTION_OPTIONS}
        line = cls.connection.overridden(given, instrument=name)
        adapter, lock = cls._reached(resource, line, visa_library, name=name, clock=clock, lock=lock)
        if traffic is not None:
            adapter = RecordingAdapter(adapter, traffic, clock)
        try:
            return cls(adapter, name=name, clock=clock, lock=lock, limits=limits, load=load, **options)
        except BaseException:
            adapter.close()
            raise

    @classmethod
    def _reached(
        cls,
        resource: str,
        line: ConnectionDefaults,
        visa_library: object,
        *,
        name: str,
        clock: Clock,
        lock: ClockLock | None,
    ) -> tuple[Adapter, ClockLock | None]:
        """The adapter, and the lock of its port, where there is one already: units on a line share both."""
        if cls.shared_line is None:
            return open_adapter(resource, line, visa_library=visa_library, instrument=name), lock
        member = cls.shared_line.reach(resource, line, visa_library, instrument=name, clock=clock)
        return member, lock if lock is not None else member.lock

    @classmethod
    def replaying(cls, recording: Recording, *, clock: Clock) -> Self:
        """A driver whose instrument is a recording; see drivers.replay. Sends nothing yet."""
        header = recording.header
        adapter = cls.replay_adapter(recording)
        return cls(adapter, name=header.instrument, clock=clock, load=header.load, **header.options)

    def connect(self) -> Identity:
        """Clear the connection, match the identity, prepare and read back; energises nothing.

        Raises IdentityError naming what answered instead, or CommunicationError.
        """
        with self._link.lock:
            self._regaining.forget_identity()
            self._link.clear()
            identity = self.identity()
            if not re.match(self.identity_pattern, identity.raw, re.IGNORECASE):
                raise IdentityError(
                    f"{identity.raw!r} answers where a {type(self).__name__} is expected",
                    instrument=self.name,
                    state="nothing was changed on it",
                    remedy="correct the resource or the driver in the station file, or the cabling",
                )
            stale = self._link.read_errors()
            if stale:
                _log.warning("%s had old errors in its queue: %s", self.name, describe(stale))
            self._prepare()
            self.read_settings()
            self._was_switched_on()  # so that it says from now on what happens from now on
            self._regaining.know(identity.raw)
        return identity

    def watch_link(self, watcher: LinkWatcher | None) -> None:
        """Whom to tell when the connection is lost, comes back, or is given up."""
        self._regaining.watcher = watcher

    @property
    def limits(self) -> Limits:
        """What model and station allow, for whoever plans levels and ranges."""
        return self._limits

    def close(self) -> None:
        """Close the connection; changes nothing on the instrument."""
        self._regaining.forget_identity()
        self.adapter.close()

    def identity(self) -> Identity:
        """Ask `*IDN?` (IEEE 488.2, 10.14): maker, model, serial number, firmware."""
        return self._link.ask("*IDN?", _identity)

    def make_safe(self) -> SafeReport:
        """Nothing to do without an output; a driver with one defines its own."""
        return SafeReport(instrument=self.name, verified=True, state="has no output")

    def shutdown(self) -> None:
        """make_safe under pymeasure's name, also called at the end of a `with` block."""
        self.make_safe()
        super().shutdown()

    def settings(self) -> dict[str, Any]:
        """Who it is and every readable setting as it stands now, for the run's record."""
        identity = self.identity()
        return {
            "identity": {
                "maker": identity.maker,
                "model": identity.model,
                "serial": identity.serial,
                "firmware": identity.firmware,
            },
            **self.read_settings(),
        }

    def read_settings(self) -> dict[str, Any]:
        """Every setting of `readable` by name; a driver that keeps some in mind refreshes them here."""
        with self._link.lock:
            return {setting.name: self._get(setting) for setting in self.readable}

    def read_setting(self, name: str) -> Any:
        """One of `readable`, now; remembers nothing. Raises GarbledReplyError or CommunicationError."""
        return self._get(named(name, self.readable, self.name))

    def read_errors(self) -> list[tuple[int, str]]:
        """Empty the instrument's error queue, oldest first."""
        return self._link.read_errors()

    def round_trip(self, name: str) -> tuple[Any, Any]:
        """Put one of `reversible` to another value, read it back, put it back; returns both values.

        Refused with InstrumentError while the output is on. Raises CommandRejectedError, ReadBackError,
        CommunicationError.
        """
        trip = named(name, self.reversible, self.name)
        with self._link.lock:
            if self.has_output and self.output_is_on():
                raise InstrumentError(
                    "settings are not tried while the output is on",
                    instrument=self.name,
                    state="the output is on, nothing was changed",
                    remedy="switch the output off first",
                )
            return travel(self._link, trip)

    def output_is_on(self) -> bool:
        """Whether an output is on; a driver with one asks it, and until it does so it counts as on."""
        return self.has_output

    def _was_switched_on(self, *, attempts: int = READ_ATTEMPTS) -> bool:
        """Whether it was switched on since this was last asked, as far as it says so (reading clears it)."""
        if self.event_query is None:
            return False
        return bool(self._link.ask(self.event_query, replies.integer, attempts=attempts) & POWER_ON)

    def _prepare(self) -> None:
        """Set what the driver needs before it can be used; energises nothing."""

    def _put(self, setting: Setting[T], value: T, *, tolerance: float | None = None) -> T:
        return settings.put(self._link, setting, value, tolerance=tolerance)

    def _get(self, setting: Setting[T]) -> T:
        return settings.get(self._link, setting)

    def _check_limit(self, quantity: str, value: float) -> None:
        self._limits.check(quantity, value, instrument=self.name)


def _identity(reply: str) -> Identity:
    raw = replies.text(reply)
    parts = [part.strip() for part in raw.split(",", maxsplit=3)]
    if len(parts) != 4:
        raise replies.ReplyShapeError(f"{raw!r} is not an identity of four fields")
    return Identity(maker=parts[0], model=parts[1], serial=parts[2], firmware=parts[3], raw=raw)
