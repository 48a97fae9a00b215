"""A station whose instruments are opened when they are first needed, and made safe when it is left."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

from bench.core.clock.interface import Clock, ClockLock
from bench.core.errors import BenchError, CommunicationError, SafeStateError
from bench.core.readings import Reading
from bench.safety import BY_HAND, SAFE_TIMEOUT_S, SafeOutcome, all_verified, make_safe_all, summary
from bench.station.driver import BenchInstrument
from bench.station.links import Links
from bench.station.model import AmbientDeclared, InstrumentEntry, Station
from bench.station.opening import open_driver
from bench.station.recorder import Recorder
from bench.station.resources import port
from bench.station.roles import candidates
from bench.station.world import World


class InstrumentConnectError(CommunicationError):
    """An instrument could not be opened, or somebody else answers there."""


def connect(
    station: Station,
    clock: Clock,
    *,
    world: World | None = None,
    visa_library: object = "",
    recorder: Recorder | None = None,
) -> ConnectedStation:
    """The station ready to open its instruments; nothing is opened yet.

    With a `world` its simulated instruments stand in for all of them, over the same drivers; the world
    remains the caller's to close. Otherwise `visa_library` is a pyvisa library or its name ("" is pyvisa's
    default, "@py" is pyvisa-py). A `recorder` is told everything that travels.
    """
    return ConnectedStation(station, clock, world=world, visa_library=visa_library, recorder=recorder)


class ConnectedStation:
    """Opened instruments by name.

    As a context manager it makes them safe and closes them on every exit, except those that `keep` names.
    """

    def __init__(
        self,
        station: Station,
        clock: Clock,
        *,
        world: World | None,
        visa_library: object,
        recorder: Recorder | None = None,
    ) -> None:
        self.station = station
        self.clock = clock
        self.world = world
        self.recorder = recorder
        self.links = Links()
        self._visa_library = world.visa_library if world is not None else visa_library
        self._open: dict[str, BenchInstrument] = {}
        self._kept: dict[str, None] = {}
        self._ports: dict[str, ClockLock] = {}
        self._opening = clock.lock("opening of instruments")

    @property
    def simulated(self) -> bool:
        """Whether a world stands in for the instruments."""
        return self.world is not None

    @property
    def opened(self) -> dict[str, BenchInstrument]:
        """The instruments that are open at this moment, in the order they were opened."""
        return dict(self._open)

    def candidates(self, role: type[Any], among: Iterable[str] | None = None) -> list[str]:
        """Names of the instruments that can play `role`, opening none; see bench.station.candidates."""
        return candidates(self.station, role, among)

    def instrument(self, name: str) -> BenchInstrument:
        """The driver of this instrument, opened and its identity checked on first use.

        Raises InstrumentConnectError with the resource, what was tried and what to do.
        """
        if name in self._open:  # without the lock: who makes safe must not wait for somebody who opens
            return self._open[name]
        with self._opening:
            if name not in self._open:
                self._open[name] = self._connected(self.station.instrument(name))
            return self._open[name]

    def open_all(self, names: Iterable[str]) -> dict[str, BenchInstrument]:
        """Open all of these; if one fails, those that this call has opened are made safe and closed."""
        before = set(self._open)
        wanted = list(names)
        try:
            return {name: self.instrument(name) for name in wanted}
        except BaseException as error:
            opened = [name for name in self._open if name not in before and name in wanted]
            error.add_note(summary(self._make_safe_and_close(opened)))
            raise

    def ambient(self) -> Reading:
        """The temperature of the room in K: from its instrument, or what the station file declares."""
        source = self.station.ambient
        if isinstance(source, AmbientDeclared):
            return Reading(source.temperature_K, "K", self.clock.now(), raw="declared in the station file")
        thermometer: Any = self.instrument(source.instrument)
        reading: Reading = thermometer.temperature()
        return reading

    @property
    def ambient_u_K(self) -> float:
        """Standard uncertainty of the ambient temperature, in kelvin, as the station file states it."""
        return self.station.ambient.u_K

    def make_safe(
        self, names: Sequence[str] | None = None, *, timeout_s: float = SAFE_TIMEOUT_S
    ) -> list[SafeOutcome]:
        """Make the open instruments safe, or those of `names` that are open; see bench.safety.make_safe_all.

        Those with an output come first, in the order of the file. Ends what `keep` said about them.
        """
        chosen = {
            name: instrument for name, instrument in self._open.items() if names is None or name in names
        }
        for name in chosen:
            self._kept.pop(name, None)
        order = sorted(
            (name for name in self.station.instruments if name in chosen),
            key=lambda name: not getattr(chosen[name], "has_output", True),
        )
        return make_safe_all(chosen, order=order, timeout_s=timeout_s, clock=self.clock)

    def keep(self, names: Iterable[str]) -> None:
        """Leave these as they are on exit, on purpose: they guard themselves, by limits that were read back.

        Whoever says so has verified it and records it. Holds until they are next made safe.
        """
        self._kept.update(dict.fromkeys(names))

    def close(self, names: Iterable[str] | None = None) -> None:
        """Close connections (of `names`, or all). Changes nothing on the instruments: see `make_safe`."""
        for name in list(self._open if names is None else names):
            instrument = self._open.pop(name, None)
            if instrument is not None:
                with contextlib.suppress(Exception):  # the link may be gone already
                    instrument.close()

    def __enter__(self) -> ConnectedStation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(self._kept)
        outcomes = self._make_safe_and_close(list(self._open))
        if all_verified(outcomes):
            return
        text = summary(outcomes)
        if error is not None:
            error.add_note(text)
            return
        raise SafeStateError(text, state="all connections are closed", remedy=BY_HAND)

    def _make_safe_and_close(self, names: list[str]) -> list[SafeOutcome]:
        try:
            return self.make_safe(names)
        finally:
            self.close(names)

    def _connected(self, entry: InstrumentEntry) -> BenchInstrument:
        name = port(entry.resource)
        lock = self._ports.setdefault(name, self.clock.lock(f"port {name}"))
        instrument: BenchInstrument | None = None
        try:
            traffic = None if self.recorder is None else self.recorder.sink(entry.name)
            instrument = open_driver(
                entry, self.clock, lock=lock, visa_library=self._visa_library, traffic=traffic
            )
            watch_link = getattr(instrument, "watch_link", None)  # what others wrote may have no such thing
            if watch_link is not None:
                watch_link(self.links)
            instrument.connect()
        except BaseException as error:
            if instrument is not None:
                with contextlib.suppress(Exception):  # the first error is the one to tell
                    instrument.close()
            if isinstance(error, Exception):
                raise self._explained(entry, error, opened=instrument is not None) from error
            raise
        return instrument

    def _explained(self, entry: InstrumentEntry, error: Exception, *, opened: bool) -> InstrumentConnectError:
        tried = "asking who it is and reading its settings" if opened else "opening the connection"
        where = (
            "in simulation" if self.simulated else f"with VISA library {self._visa_library or 'default'!r}"
        )
        what = error.what if isinstance(error, BenchError) else f"{type(error).__name__}: {error}"
        return InstrumentConnectError(
            f"{entry.resource} (driver {entry.driver}, {where}): {tried} failed: {what}",
            instrument=entry.name,
            step="connect",
            state=(error.state if isinstance(error, BenchError) else None)
            or "the connection is closed again",
            remedy=(error.remedy if isinstance(error, BenchError) else None)
            or "check that it is on, its cable and address, and that no other program uses it; 'bench scan' "
            "lists what answers",
        )
