"""A 622x with a 2182A on its serial port: delta mode, and the nanovoltmeter as a voltmeter of its own."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, ClassVar

from bench.core.errors import InstrumentError, Problem
from bench.core.readings import DeltaReading, Reading
from bench.core.roles import Accuracy
from drivers import replies
from drivers.keithley import current_source_settings as commands
from drivers.keithley.current_source import KeithleyCurrentSource
from drivers.keithley.current_source_accuracy import CURRENT_RANGES_A
from drivers.keithley.delta import DeltaMode, DeltaSetup
from drivers.keithley.keithley2182a import Keithley2182A
from drivers.keithley.serial_relay import SerialRelay
from drivers.keithley.source_meter_ranges import range_for

_log = logging.getLogger(__name__)
RELAY_BAUD, RELAY_TERMINATOR, RELAY_FLOW_CONTROL = 19200, "CR", "XON"
"""What the 2182A's front panel has to say as well; a wrong flow control spoils readings (-230)."""
_NANOVOLTMETERS = ("none", "2182A")
_STATED = {"nanovoltmeter_gain_ppm": "gain_ppm", "nanovoltmeter_offset_ppm_of_range": "offset_ppm_of_range"}


class KeithleyDeltaSource(KeithleyCurrentSource):
    """A current source that measures by reversing, where the station names a nanovoltmeter behind it.

    Option `nanovoltmeter` "2182A" says that one hangs on the serial port; `nanovoltmeter_gain_ppm` and
    `nanovoltmeter_offset_ppm_of_range` state its limits of error (see Keithley2182A).
    """

    option_names: ClassVar = KeithleyCurrentSource.option_names | {*_STATED, "nanovoltmeter"}

    _reached = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._nanovoltmeter = Keithley2182A(
            SerialRelay(self._link, self._check_relay_free),
            name=f"{self.name} nanovoltmeter",
            clock=self._link.clock,
            lock=self._link.lock,
            **{name: self._options[key] for key, name in _STATED.items() if key in self._options},
        )
        self._delta = DeltaMode(self._link, self._nanovoltmeter)

    def _problems(self) -> list[Problem]:
        found = super()._problems()
        given = self._options.get("nanovoltmeter", "none")
        if given not in _NANOVOLTMETERS:
            place = f"instruments.{self.name}.options.nanovoltmeter"
            found.append(Problem(place, f"{given!r} cannot be used", '"none" or "2182A"'))
        return found

    # ---- the nanovoltmeter

    def _prepare(self) -> None:
        super()._prepare()
        self._reached = False
        if not self._names_nanovoltmeter or self._armed_by_somebody():
            return
        try:
            self._reach_nanovoltmeter()
        except InstrumentError as error:
            # No more than a warning: who connects in order to make the source safe must not be stopped here.
            _log.warning("%s: delta mode is not to be had: %s", self.name, error)

    @property
    def nanovoltmeter(self) -> Keithley2182A:
        """The 2182A behind the serial port, as a voltmeter; not to be reached while a delta test is armed.

        Raises InstrumentError where the station says that there is none, or none answers.
        """
        self._require_nanovoltmeter()
        if not self._delta.armed:
            self._reach_nanovoltmeter()
        return self._nanovoltmeter

    def settings(self) -> dict[str, Any]:
        """As every driver; with a nanovoltmeter its own settings too, unless a test holds it."""
        found = super().settings()
        if self._reached and not self._delta.armed:
            found["nanovoltmeter"] = self._nanovoltmeter.settings()
        return found

    def _reach_nanovoltmeter(self) -> None:
        """Set up the serial port and match the identity behind it, once for each connection."""
        if self._reached:
            return
        with self._link.lock:
            self._put(commands.BAUD, RELAY_BAUD)
            self._put(commands.TERMINATOR, RELAY_TERMINATOR)
            self._put(commands.FLOW_CONTROL, RELAY_FLOW_CONTROL)
            self._delta.require_nanovoltmeter()
            self._nanovoltmeter.connect()
            self._reached = True

    @property
    def _names_nanovoltmeter(self) -> bool:
        return bool(self._options.get("nanovoltmeter", "none") != "none")

    # ---- delta mode

    def arm_delta(
        self,
        *,
        current_A: float,
        compliance_V: float,
        voltage_range_V: float,
        nplc: float = 1.0,
        delay_s: float = 2e-3,
        count: int | None = None,
    ) -> None:
        """Set up source and nanovoltmeter for +-`current_A` and arm; the output stays off.

        The test ends by itself in compliance (CAB). Raises LimitError before anything is sent,
        InstrumentError if the nanovoltmeter does not answer or the interlock is open, ReadBackError.
        """
        self._require_nanovoltmeter()
        self._check_limit("delta current", current_A)
        self._check_limit("current", current_A)
        self._check_compliance(compliance_V)
        self._check_limit("delta delay", delay_s)
        self._nanovoltmeter.check_voltage(range_V=voltage_range_V, nplc=nplc)
        if count is not None:
            self._check_limit("delta count", count)
        full_scale = range_for(current_A, CURRENT_RANGES_A, "source range", instrument=self.name)
        with self._link.lock:
            self._range_A = None
            self._end_test()
            self._require_interlock()
            self._reach_nanovoltmeter()
            setup = DeltaSetup(current_A, compliance_V, voltage_range_V, nplc, delay_s, count)
            self._delta.arm(setup)
            self._range_A = full_scale

    def start_delta(self) -> None:
        """Output on, and the reversals begin (INITiate); the first reading takes about two seconds."""
        with self._link.lock:
            self._output = None
            self._delta.start()
            self._output = True

    def next_delta(self) -> DeltaReading:
        """Wait for a reading that was not returned before; `number` tells of any that were missed.

        A reading in compliance comes flagged; after it the test has ended and this raises InstrumentError.
        """
        return self._delta.next()

    def delta_readings(self) -> tuple[DeltaReading, ...]:
        """Wait for the end of a test with a `count` and return all readings, fewer if compliance ended it."""
        return self._delta.all()

    def stop_delta(self) -> None:
        """End the test: output off, fixed level zero, verified. The source has to be configured anew."""
        self._range_A = None
        self._end_test()

    def delta_accuracy(self) -> Accuracy | None:
        """The gain part of the nanovoltmeter's limits: its offset cancels. None where nobody stated any."""
        taken_on = Reading(None, "V", 0.0, range=self._delta.range_V)
        stated = self._nanovoltmeter.accuracy(taken_on)
        return None if stated is None else replace(stated, offset=0.0)

    # ---- who holds what

    def _end_test(self) -> None:
        self._delta.forget()
        super()._end_test()

    def _require_range(self) -> float:
        if self._delta.armed:
            raise InstrumentError(
                "a delta test holds the source",
                instrument=self.name,
                state="nothing was sent, the test goes on",
                remedy="stop the test, then call source_current",
            )
        return super()._require_range()

    def _armed_by_somebody(self) -> bool:
        return self._link.ask(f"{commands.ARM}?", replies.on_off)

    def _require_nanovoltmeter(self) -> None:
        if not self._names_nanovoltmeter:
            raise InstrumentError(
                "the station names no nanovoltmeter behind this source",
                instrument=self.name,
                state="nothing was sent",
                remedy="cable a 2182A to its serial port and trigger link, and give the option nanovoltmeter="
                '"2182A"',
            )

    def _check_relay_free(self) -> None:
        if self._delta.armed:
            raise InstrumentError(
                "the delta test holds the nanovoltmeter",
                instrument=self.name,
                state="nothing was sent, the test goes on",
                remedy="read the test's own readings, or stop it first",
            )
