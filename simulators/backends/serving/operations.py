"""What the control endpoint can do with a served world, each request a name and plain arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any, Protocol

from bench.core.clock import PacedClock
from simulators.backends.serving.faults import FaultBook
from simulators.backends.serving.instrument import ServedInstrument
from simulators.wire.port import Port

PROTOCOL = 1
"""Version of the requests and replies; a change that an old client cannot take raises it."""


class ServedWorld(Protocol):
    """What serving needs of a world."""

    ports: dict[str, Port]

    def perform(self, action: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """The simulated operator does something; ValueError if it cannot."""
        ...

    def truth(self) -> Mapping[str, Any]:
        """What is true."""
        ...

    def inspect(self) -> Mapping[str, Any]:
        """A look inside."""
        ...


class Operations:
    """Every request runs in the thread that serves the instruments, between two of their messages."""

    def __init__(
        self,
        world: ServedWorld,
        instruments: Mapping[str, ServedInstrument],
        *,
        station: str,
        seed: int,
        clock: PacedClock,
        shut_down: Callable[[], None],
    ) -> None:
        self._world = world
        self._instruments = instruments
        self._station = station
        self._seed = seed
        self._clock = clock
        self._faults = FaultBook(world.ports)
        self._requests: Mapping[str, Callable[..., object]] = {
            "hello": self._hello,
            "truth": world.truth,
            "inspect": world.inspect,
            "perform": self._perform,
            "fault add": self._add_fault,
            "fault remove": self._remove_fault,
            "fault list": self._faults.listed,
            "disconnect": self._disconnect,
            "reconnect": self._reconnect,
            "shutdown": shut_down,
        }

    def run(self, request: str, arguments: Mapping[str, Any]) -> Any:
        """The answer, fit for JSON. Raises ValueError for a request or arguments that make no sense."""
        if request not in self._requests:
            raise ValueError(f"there is no request {request!r} (known: {', '.join(self._requests)})")
        function = self._requests[request]
        try:
            signature(function).bind(**arguments)
        except TypeError as error:
            raise ValueError(f"{request}: {error}") from error
        return function(**arguments)

    def _hello(self) -> dict[str, Any]:
        anchor = self._clock.anchor
        return {
            "protocol": PROTOCOL,
            "station": self._station,
            "seed": self._seed,
            "anchor": {
                "wall": anchor.wall,
                "clock": anchor.clock,
                "speed": anchor.speed,
                "utc": anchor.utc.isoformat(),
            },
            "now": self._clock.now(),
            "instruments": {name: served.published for name, served in self._instruments.items()},
        }

    def _perform(self, action: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
        if not isinstance(details, Mapping):
            raise ValueError(f"perform: details {details!r} are no table")
        return self._world.perform(action, details)

    def _add_fault(
        self,
        *,
        instrument: str,
        pattern: str,
        action: str,
        arguments: Mapping[str, Any],
        after: int = 0,
        times: int | None = 1,
    ) -> int:
        if not isinstance(pattern, str) or not isinstance(arguments, Mapping):
            raise ValueError("fault add: pattern is a text and arguments are a table")
        return self._faults.add(instrument, pattern, action, arguments, after=after, times=times)

    def _remove_fault(self, id: int) -> None:
        self._faults.remove(id)

    def _disconnect(self, instrument: str) -> None:
        self._served(instrument).unplug()

    def _reconnect(self, instrument: str) -> None:
        self._served(instrument).replug()

    def _served(self, name: str) -> ServedInstrument:
        if name not in self._instruments:
            raise ValueError(f"there is no instrument {name!r} (known: {', '.join(self._instruments)})")
        return self._instruments[name]
