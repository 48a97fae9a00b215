"""The examination of one instrument: read everything; with consent try settings; leave it safe.

Nothing is written before consent. What is then written cannot energise: make_safe first and last, and in
between settings that a driver declares reversible, which it refuses to touch while its output is on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.core.clock.interface import Clock
from bench.core.errors import IdentityError, InstrumentError
from bench.station.checkup.check import Check, CheckUp, Notebook
from bench.station.model import InstrumentEntry
from bench.station.opening import open_driver
from bench.station.recorder import header_of


@dataclass(frozen=True)
class Examination:
    """What is examined, and how. `consent` is asked once, after the reading, with what was found so far."""

    entry: InstrumentEntry
    clock: Clock
    visa_library: object
    simulated: bool
    consent: Callable[[CheckUp], bool]
    watch: Callable[[Check], object] = lambda check: None


def examine(examination: Examination) -> tuple[CheckUp, Notebook]:
    """Carry it out. Raises nothing about the instrument: what goes wrong is a check that failed."""
    entry, clock = examination.entry, examination.clock
    header = header_of(entry, simulated=examination.simulated)
    result = CheckUp(header, clock.utc().isoformat())
    notebook = Notebook(result, examination.watch)
    opened: list[Any] = []

    def open_it() -> str:
        opened.append(
            open_driver(entry, clock, lock=None, visa_library=examination.visa_library, traffic=notebook)
        )
        return f"{entry.resource} is open; nothing was sent"

    if notebook.check("reading", "connection", open_it):
        try:
            _Visit(opened[0], entry, notebook).go(examination.consent)
        finally:
            notebook.check("safe state", "closing", lambda: _closed(opened[0]))
    return result, notebook


class _Visit:
    """One opened driver."""

    def __init__(self, driver: Any, entry: InstrumentEntry, notebook: Notebook) -> None:
        self._driver = driver
        self._entry = entry
        self._notebook = notebook
        self._found: dict[str, Any] = {}

    def go(self, consent: Callable[[CheckUp], bool]) -> None:
        result, check, skip = self._notebook.result, self._notebook.check, self._notebook.skip
        if not check("reading", "identity", self._identity):
            skip("reading", "everything else", "it is not known who answers; nothing more was sent")
            return
        self._read_all(self._found)
        quiet = check("safe state", "output before", self._output_is_off)
        trips = [trip.setting.name for trip in getattr(self._driver, "reversible", ())]
        if not consent(result):
            for name in trips:
                skip("round trips", name, "no consent: nothing was changed")
            if quiet:
                check("safe state", "output after", self._output_is_off)
            return
        try:
            self._try_settings(trips)
        finally:
            self._leave()

    def _try_settings(self, trips: list[str]) -> None:
        check, skip = self._notebook.check, self._notebook.skip
        ready = check("safe state", "safe before", self._safe) and check(
            "round trips", "connect", self._connect
        )
        for name in trips:
            if ready:
                check("round trips", name, partial(self._round_trip, name))
            else:
                skip("round trips", name, "the instrument was not ready; see above")

    def _leave(self) -> None:
        if not self._notebook.check("safe state", "safe after", self._safe):
            last = self._notebook.result.checks[-1]
            self._notebook.result.unsafe = f"{last.detail}. What to do: {last.remedy}"
        after: dict[str, Any] = {}
        self._notebook.check("safe state", "settings after", lambda: self._compared(after))

    def _read_all(self, into: dict[str, Any]) -> None:
        check = self._notebook.check
        if getattr(self._driver, "error_queue", None) is not None:
            check("reading", "error queue", self._errors)
        for setting in getattr(self._driver, "readable", ()):
            check("reading", setting.name, partial(self._read, setting.name, into))
        if hasattr(self._driver, "temperature") and not self._entry.driver_class.has_output:
            check("reading", "temperature", lambda: str(self._driver.temperature().raw))

    # -- single checks: each says in words what it found, or raises -----------------------------------------

    def _identity(self) -> str:
        raw: str = self._driver.identity().raw
        if not re.match(self._entry.driver_class.identity_pattern, raw, re.IGNORECASE):
            raise IdentityError(
                f"{raw!r} answers where driver {self._entry.driver} expects another",
                instrument=self._entry.name,
                remedy="correct the resource or the driver in the station file, or the cabling",
            )
        return raw

    def _errors(self) -> str:
        entries = self._driver.read_errors()
        return "; ".join(f"{code:+d} {text}" for code, text in entries) if entries else "empty"

    def _read(self, name: str, into: dict[str, Any]) -> str:
        into[name] = self._driver.read_setting(name)
        return repr(into[name])

    def _output_is_off(self) -> str:
        if not self._entry.driver_class.has_output:
            return "has no output"
        if self._driver.output_is_on():
            raise InstrumentError(
                "the output is ON",
                instrument=self._entry.name,
                state="it was found so, and nothing was changed",
                remedy="find out who switched it on; it is switched off if you consent to changes",
            )
        return "output off"

    def _safe(self) -> str:
        report = self._driver.make_safe()
        if not report.verified:
            raise InstrumentError(
                f"not verified: {report.state}", instrument=self._entry.name, remedy="switch it off by hand"
            )
        return str(report.state)

    def _connect(self) -> str:
        self._driver.connect()
        return "prepared as for a run"

    def _round_trip(self, name: str) -> str:
        before, between = self._driver.round_trip(name)
        return f"{before!r} -> {between!r} -> {before!r}"

    def _compared(self, after: dict[str, Any]) -> str:
        for setting in getattr(self._driver, "readable", ()):
            after[setting.name] = self._driver.read_setting(setting.name)
        changed = {
            name: (self._found[name], value)
            for name, value in after.items()
            if name in self._found and value != self._found[name]
        }
        self._notebook.result.left_changed = changed
        told = ", ".join(f"{name} was {was!r}, is {now!r}" for name, (was, now) in changed.items())
        if {trip.setting.name for trip in getattr(self._driver, "reversible", ())} & set(changed):
            raise InstrumentError(
                f"what was tried is not as it was: {told}",
                instrument=self._entry.name,
                remedy="set it by hand; send us the report",
            )
        return told or "all as they were found"


def _closed(driver: Any) -> str:
    driver.close()
    return "the connection is closed"
