"""What the Keithley 6220 and 6221 have in common: a checked current source, and delta mode with a 2182A.

Commands after the 622x reference manual (622x-901-01). The instrument guards itself by its compliance and by
nothing else: it has no watchdog, and an output that is on stays on when the PC is gone.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, ClassVar

from bench.core.errors import ConfigError, InstrumentError, LimitError, Problem, ReadBackError
from bench.core.readings import DeltaReading, Reading
from bench.core.roles import Accuracy
from drivers import replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS
from drivers.error_queue import ErrorQueue
from drivers.keithley import current_source_settings as commands
from drivers.keithley.current_source_accuracy import CURRENT_RANGES_A, OVERSHOOT_V, SOURCE_COUNTS, accuracy
from drivers.keithley.delta import DeltaMode, DeltaSetup
from drivers.keithley.keithley2182a import Keithley2182A
from drivers.keithley.serial_relay import SerialRelay
from drivers.keithley.source_meter_ranges import OVERRANGE, range_for, same_range
from drivers.settings import Setting

_log = logging.getLogger(__name__)
RELAY_BAUD, RELAY_TERMINATOR, RELAY_FLOW_CONTROL = 19200, "CR", "XON"
"""What the 2182A's front panel has to say as well; a wrong flow control spoils readings (-230)."""

_WIRING: dict[str, tuple[Setting[Any], dict[str, Any]]] = {
    "inner_shield": (commands.INNER_SHIELD, {"guard": "GUAR", "output_low": "OLOW"}),
    "output_low": (commands.LOW_TO_EARTH, {"earth": True, "floating": False}),
    "response": (commands.RESPONSE, {"fast": "FAST", "slow": "SLOW"}),
}
_NANOVOLTMETERS = frozenset({"none", "2182A"})
_STATED = {"nanovoltmeter_gain_ppm": "gain_ppm", "nanovoltmeter_offset_ppm_of_range": "offset_ppm_of_range"}


class KeithleyCurrentSource(Driver):
    """Configuring, sourcing, delta mode; a model adds its name and its safe state.

    Options `inner_shield` ("guard", "output_low"), `output_low` ("earth", "floating") and `response` ("fast",
    "slow") are set with the output off and verified; left out, they stay as they are. Option `nanovoltmeter`
    "2182A" says that one hangs on the serial port; `nanovoltmeter_gain_ppm` and
    `nanovoltmeter_offset_ppm_of_range` state its limits of error (see Keithley2182A).
    """

    limit_units: ClassVar = {"current": "A", "voltage": "V"}
    option_names: ClassVar = CONNECTION_OPTIONS | {*_WIRING, *_STATED, "nanovoltmeter"}
    error_queue: ClassVar = ErrorQueue()
    readable: ClassVar = commands.READABLE
    reversible: ClassVar = commands.REVERSIBLE

    # What the driver knows from its own read-backs; None: not known.
    _output: bool | None = None
    _range_A: float | None = None
    _compliance_V: float | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        problems = [
            Problem(f"instruments.{self.name}.options.{key}", f"{self._options[key]!r} cannot be used", help_)
            for key, help_, known in (
                *((key, " or ".join(map(repr, words)), words) for key, (_, words) in _WIRING.items()),
                ("nanovoltmeter", '"none" or "2182A"', _NANOVOLTMETERS),
            )
            if key in self._options and self._options[key] not in known
        ]
        if problems:
            raise ConfigError(problems)
        self._relay = SerialRelay(self._link, self._check_relay_free)
        self._nanovoltmeter = Keithley2182A(
            self._relay,
            name=f"{self.name} nanovoltmeter",
            clock=self._link.clock,
            lock=self._link.lock,
            **{name: self._options[key] for key, name in _STATED.items() if key in self._options},
        )
        self._delta = DeltaMode(self._link, self._nanovoltmeter)

    # ---- connecting

    def _prepare(self) -> None:
        if self.load == "cell":
            raise InstrumentError(
                "this driver does not put a 622x on a cell",
                instrument=self.name,
                state="nothing was changed on it",
                remedy="what its terminals are with the output off is not documented; use a source meter, "
                "whose off state is open circuit",
            )
        for key, (setting, words) in _WIRING.items():
            if key in self._options:
                self._set_wiring(setting, words[self._options[key]])
        if self._options.get("nanovoltmeter") == "2182A":
            self._put(commands.BAUD, RELAY_BAUD)
            self._put(commands.TERMINATOR, RELAY_TERMINATOR)
            self._put(commands.FLOW_CONTROL, RELAY_FLOW_CONTROL)
            if not self._armed_by_somebody():
                self._delta.require_nanovoltmeter()
                self._nanovoltmeter.connect()

    def _set_wiring(self, setting: Setting[Any], value: Any) -> None:
        if self._get(setting) == value:
            return
        if self._get(commands.OUTPUT):
            raise InstrumentError(
                f"{setting.name} is not changed while the output is on",
                instrument=self.name,
                state="the output is ON, found so and left so",
                remedy="make it safe first ('bench safe'), then connect again",
            )
        self._put(setting, value)

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the output is on though this driver did not switch it on."""
        found = super().read_settings()
        if found["output"] and not self._output:
            _log.warning("%s: the output is ON, found so and left so; make_safe switches it off", self.name)
        self._output = found["output"]
        return found

    def settings(self) -> dict[str, Any]:
        """As every driver; with a nanovoltmeter its own settings too, unless a test holds it."""
        found = super().settings()
        if self._options.get("nanovoltmeter") == "2182A" and not self._delta.armed:
            found["nanovoltmeter"] = self._nanovoltmeter.settings()
        return found

    @property
    def nanovoltmeter(self) -> Keithley2182A:
        """The 2182A behind the serial port, as a voltmeter; not to be reached while a delta test is armed.

        Raises InstrumentError where the station says that there is none.
        """
        self._require_nanovoltmeter()
        return self._nanovoltmeter

    # ---- sourcing

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending; each reaches 105 %."""
        return CURRENT_RANGES_A

    def source_current(self, *, range_A: float, compliance_V: float) -> None:
        """Source current on a fixed range; the output ends off, the level zero, any delta test ended.

        The station's limit "voltage" has to allow 2 V more than the compliance, because a step may overshoot
        so far (p. 3-3). Raises LimitError before anything is sent, CommandRejectedError, ReadBackError.
        """
        full_scale = range_for(range_A, CURRENT_RANGES_A, "source range", instrument=self.name)
        self._check_compliance(compliance_V)
        with self._link.lock:
            self._range_A = None
            self._end_test()
            self._put(commands.AUTORANGE, False)
            self._put(commands.RANGE, full_scale)
            self._compliance_V = self._put(commands.COMPLIANCE, compliance_V)
            self._put(commands.FILTER, False)
            self._range_A = full_scale

    def set_level(self, level: float) -> None:
        """The current in A. Raises LimitError (station, model, range) before a byte, ReadBackError.

        Range and compliance are read back as well: a key pressed at the front panel is noticed here.
        """
        full_scale = self._require_range()
        self._check_limit("current", level)
        if abs(level) > OVERRANGE * full_scale * (1 + 1e-9):
            raise LimitError(
                f"level {level!r} A does not fit the source range {full_scale:g} A",
                instrument=self.name,
                state="nothing was sent, the level is as it was",
                remedy="configure a larger range first",
            )
        with self._link.lock:
            self._check_panel(full_scale)
            self._put(commands.LEVEL, level, tolerance=full_scale / SOURCE_COUNTS)

    def set_output(self, on: bool) -> None:
        """Switch the output and verify it; on needs a configured source and a closed interlock."""
        with self._link.lock:
            if on:
                self._check_panel(self._require_range())
                self._require_interlock()
            self._output = None
            self._output = self._put(commands.OUTPUT, on)

    def output_is_on(self) -> bool:
        """Ask the instrument."""
        self._output = self._get(commands.OUTPUT)
        return self._output

    def in_compliance(self) -> bool:
        """Ask whether the source is limited now (measurement condition register, bit 3)."""
        return bool(self._link.ask(commands.CONDITION_QUERY, replies.integer) & commands.IN_COMPLIANCE)

    def current_accuracy(self) -> Accuracy | None:
        """One-year limits of error of the level on the present range, 18 to 28 degC."""
        return None if self._range_A is None else accuracy(self._range_A)

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
        if count is not None:
            self._check_limit("delta count", count)
        full_scale = range_for(current_A, CURRENT_RANGES_A, "source range", instrument=self.name)
        with self._link.lock:
            self._range_A = None
            self._end_test()
            self._require_interlock()
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
        self._output = self._range_A = None
        self._delta.stop()
        self._output = False

    def delta_accuracy(self) -> Accuracy | None:
        """The gain part of the nanovoltmeter's limits: its offset cancels. None where nobody stated any."""
        taken_on = Reading(None, "V", 0.0, range=self._delta.range_V)
        stated = self._nanovoltmeter.accuracy(taken_on)
        return None if stated is None else replace(stated, offset=0.0)

    # ---- what is shared

    def _end_test(self) -> None:
        """Output off and nothing armed: by whom it was armed does not matter."""
        self._output = None
        self._delta.stop()
        self._output = False

    def _armed_by_somebody(self) -> bool:
        return self._link.ask(f"{commands.ARM}?", replies.on_off)

    def _check_compliance(self, compliance_V: float) -> None:
        self._check_limit("compliance", compliance_V)
        self._check_limit("voltage", compliance_V + OVERSHOOT_V)

    def _check_panel(self, full_scale: float) -> None:
        held_A, held_V = self._get(commands.RANGE), self._get(commands.COMPLIANCE)
        if same_range(full_scale, held_A) and held_V == self._compliance_V:
            return
        self._range_A = None
        raise ReadBackError(
            f"the source is on the {held_A:g} A range with {held_V:g} V compliance; set were "
            f"{full_scale:g} A and {self._compliance_V:g} V",
            instrument=self.name,
            state="the level is as it was, nothing was sent",
            remedy="leave the front panel alone; configure again",
        )

    def _require_range(self) -> float:
        if self._range_A is None or self._delta.armed:
            raise InstrumentError(
                "a delta test holds the source" if self._delta.armed else "no source is configured",
                instrument=self.name,
                state="nothing was sent",
                remedy="call source_current first; what a front panel left is not trusted",
            )
        return self._range_A

    def _require_interlock(self) -> None:
        if not self._get(commands.INTERLOCK_CLOSED):
            raise InstrumentError(
                "the interlock is open",
                instrument=self.name,
                state="the output is off",
                remedy="close the lid of the fixture, or the interlock plug at the rear",
            )

    def _require_nanovoltmeter(self) -> None:
        if self._options.get("nanovoltmeter") != "2182A":
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
