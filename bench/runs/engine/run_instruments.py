"""The instruments of one run: reached and identified before it, made safe and verified after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.core.errors import BenchError, CommunicationError, SafeStateError
from bench.runs.engine.safing import Safing, keep_or_make_safe, make_safe
from bench.safety import SafeOutcome
from bench.safety.outcome import UNKNOWN
from bench.station import ConnectedStation


class RunInstruments:
    """Those named in the plan, on a station that other runs use too (one after another)."""

    def __init__(self, station: ConnectedStation, names: Sequence[str]) -> None:
        self._station = station
        self._names = tuple(names)

    def connect(self, *, make_safe: bool = True) -> dict[str, Any]:
        """Open what is not open, check who answers, make everything safe, and describe each for the record.

        `make_safe` is False only where a device may still be doing what this run started.

        Raises InstrumentConnectError, IdentityError, CommunicationError; SafeStateError if one cannot be
        brought to a verified safe state, for then nobody should mount anything.
        """
        for name in self._names:
            self._reach(name)
        if make_safe:
            self._make_safe_first()
        return {name: self._describe(name) for name in self._names}

    def _make_safe_first(self) -> None:
        safing = self.make_safe()
        if safing.safe == "failed":
            raise SafeStateError(
                "not every instrument could be verified as safe before the start",
                state=safing.text(),
                remedy="switch off by hand what is named there, and look at its cable",
            )

    def playing(self, roles: Mapping[str, str]) -> dict[str, Any]:
        """The drivers by role."""
        return {role: self._station.instrument(name) for role, name in roles.items()}

    def hand_over(self) -> None:
        """Close the connections, for a procedure that opens its own; the instruments stay as they are."""
        self._station.close(self._names)

    def make_safe(self) -> Safing:
        """Every one of them, opened again if need be. Never raises an Exception."""
        return self._leave(make_safe)

    def keep_or_make_safe(self) -> Safing:
        """As `make_safe`, but a device that verifiably guards itself is left as it is."""
        return self._leave(keep_or_make_safe)

    def _reach(self, name: str) -> None:
        """Asked anew for every run, because a front panel or a cable may have been touched since the last."""
        if name in self._station.opened:
            try:
                self._station.opened[name].connect()
            except CommunicationError:
                self._station.close([name])
            else:
                return
        self._station.instrument(name)

    def _describe(self, name: str) -> dict[str, Any]:
        entry = self._station.station.instrument(name)
        driver: Any = self._station.instrument(name)
        settings = driver.settings() if hasattr(driver, "settings") else {"identity": driver.identity()}
        return {
            "driver": entry.driver,
            "resource": entry.resource,
            "load": entry.load,
            "limits": [dict(layer) for layer in entry.limits.layers],
            "options": dict(entry.options),
            "settings": settings,
        }

    def _leave(self, leave: Any) -> Safing:
        reached: dict[str, Any] = {}
        lost: list[SafeOutcome] = []
        for name in self._names:
            try:
                reached[name] = self._station.instrument(name)
            except Exception as error:
                if self._station.station.instrument(name).driver_class.has_output:
                    text = str(error) if isinstance(error, BenchError) else f"{type(error).__name__}: {error}"
                    lost.append(SafeOutcome(name, "unreachable", UNKNOWN, text))
        order = sorted(reached, key=lambda name: not getattr(reached[name], "has_output", True))
        left: Safing = leave(self._station.clock, reached, order)
        return Safing((*lost, *left.outcomes), left.kept)
