"""A world that is served by another process: its instruments at TCP ports, its operator at the endpoint.

The protocol is that of `bench sim serve`: JSON lines on loopback; docs/how-to/serve-the-simulated-bench.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any

from bench.core.clock import PacedClock
from bench.core.clock.threaded import Anchor
from bench.core.errors import CommunicationError, ConfigError, Problem
from bench.station.model import Station
from bench.station.world_endpoint import Endpoint

PROTOCOL = 1
_CLOCK_TOLERANCE_S = 0.1
"""How far the monotonic clocks of two processes of one machine may seem apart (coarse on Windows)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a served instrument is: `tcp` "HOST:PORT", `pty` a device or None, and its answer to *IDN?."""

    tcp: str
    pty: str | None
    idn: str | None

    @property
    def resource(self) -> str:
        """The VISA resource name of its socket."""
        host, _, port = self.tcp.rpartition(":")
        return f"TCPIP::{host}::{port}::SOCKET"


class RemoteWorld:
    """One connection to the endpoint of a served world; closing it leaves the world running.

    A World for `bench.station.connect`: its drivers then talk through pyvisa-py to sockets. Every method
    raises CommunicationError when the endpoint does not answer, and ValueError when it refuses.
    """

    visa_library: Any = "@py"

    def __init__(self, endpoint: str) -> None:
        """Connect and agree on the time. Raises CommunicationError, or ConfigError for no endpoint text."""
        self.endpoint = endpoint
        """As it was given, with its token."""
        self._endpoint = Endpoint(endpoint)
        self._where = self._endpoint.where
        self.library_path = f"(the instruments served at {self._where} are in no library of this process)"
        try:
            self._greet()
        except BaseException:
            self.close()
            raise

    def _greet(self) -> None:
        before = PacedClock()
        hello = self.request("hello", token=self._endpoint.token)
        if hello["protocol"] != PROTOCOL:
            raise CommunicationError(
                f"the world at {self._where} speaks protocol {hello['protocol']}, this program {PROTOCOL}",
                state="nothing was sent to an instrument",
                remedy="serve and run with the same version of the bench",
            )
        self.station_name: str = hello["station"]
        self.seed: int = hello["seed"]
        self.addresses = {name: Address(**where) for name, where in hello["instruments"].items()}
        published = hello["anchor"]
        self.anchor = Anchor(
            wall=published["wall"],
            clock=published["clock"],
            speed=published["speed"],
            utc=datetime.fromisoformat(published["utc"]),
        )
        late_s = (self.clock().now() - hello["now"]) / self.anchor.speed
        if not -_CLOCK_TOLERANCE_S <= late_s <= before.now() + _CLOCK_TOLERANCE_S:
            raise CommunicationError(
                f"the world at {self._where} and this program disagree about the time by {late_s:.3g} s",
                state="nothing was sent to an instrument",
                remedy="serve and run on the same computer, outside containers with clocks of their own",
            )

    # -- for a run ------------------------------------------------------------------------------------------

    def clock(self) -> PacedClock:
        """A new clock, owned by the calling thread, that agrees with the world's."""
        return PacedClock(anchor=self.anchor)

    def stationed(self, station: Station) -> Station:
        """The same station with its instruments at their served addresses.

        Raises ConfigError if the world is that of another station or lacks one of its instruments.
        """
        problems = []
        if station.name != self.station_name:
            problems.append(
                Problem(
                    f"{station.path.name}: name",
                    f"is {station.name!r}, and the world at {self._where} is of {self.station_name!r}",
                    "serve this station file, or give the queue the other one",
                )
            )
        problems += [
            Problem(
                f"{station.path.name}: instruments.{name}",
                f"the world at {self._where} has no such instrument",
                f"it has {', '.join(self.addresses) or 'none'}; was the file changed since it is served?",
            )
            for name in station.instruments
            if name not in self.addresses
        ]
        if problems:
            raise ConfigError(problems)
        instruments = {
            name: replace(entry, resource=self.addresses[name].resource)
            for name, entry in station.instruments.items()
        }
        return replace(station, instruments=instruments)

    def perform(self, action: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """The simulated operator does an action; ValueError for one it does not know."""
        answers: Mapping[str, Any] = self.request("perform", action=action, details=dict(details))
        return answers

    # -- for tests and reports ------------------------------------------------------------------------------

    def truth(self) -> Mapping[str, Any]:
        """The true quantities by sample."""
        samples: Mapping[str, Any] = self.request("truth")
        return samples

    def inspect(self) -> Mapping[str, Any]:
        """What each instrument does at this moment."""
        state: Mapping[str, Any] = self.request("inspect")
        return state

    def add_fault(
        self,
        instrument: str,
        pattern: str,
        action: str,
        *,
        after: int = 0,
        times: int | None = 1,
        **arguments: Any,
    ) -> int:
        """From now on `action` on messages to `instrument` in which `pattern` is found; returns its number.

        Actions: drop, lose, garble, truncate, disconnect, over_range, delay(seconds=), replace(body=). The
        first `after` matches go well, then it strikes `times` times (None: for ever).
        """
        number: int = self.request(
            "fault add",
            instrument=instrument,
            pattern=pattern,
            action=action,
            arguments=arguments,
            after=after,
            times=times,
        )
        return number

    def remove_fault(self, number: int) -> None:
        """End it."""
        self.request("fault remove", id=number)

    def faults(self) -> list[dict[str, Any]]:
        """Those that were added from outside, with their counts `seen` and `hits`."""
        listed: list[dict[str, Any]] = self.request("fault list")
        return listed

    def disconnect(self, instrument: str) -> None:
        """Pull the plug of an instrument; it goes on with what it does."""
        self.request("disconnect", instrument=instrument)

    def reconnect(self, instrument: str) -> None:
        """Put it back."""
        self.request("reconnect", instrument=instrument)

    def shut_down(self) -> None:
        """End the world and its process."""
        self.request("shutdown")

    # -- the connection -------------------------------------------------------------------------------------

    def request(self, name: str, **arguments: Any) -> Any:
        """Any request of the protocol and its result, from any thread."""
        return self._endpoint.request(name, **arguments)

    def close(self) -> None:
        """End the connection; the world goes on."""
        self._endpoint.close()

    def __enter__(self) -> RemoteWorld:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
