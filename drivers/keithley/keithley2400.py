"""Keithley 2400 as a source meter: sources current or voltage within a compliance and measures both.

Commands after the Series 2400 user's manual (2400S-900-01). Measures with READ? only: MEASure and CONFigure
put range, integration and compliance back to their defaults and switch the output on (17-2).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import CommandRejectedError, InstrumentError, LimitError
from bench.core.readings import Reading, SourceMeterReading
from bench.core.roles import Accuracy, SafeReport, SourceMeter
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.keithley import keithley2400_ranges as ranges
from drivers.keithley import keithley2400_settings as commands
from drivers.keithley.keithley2400_accuracy import accuracy
from drivers.keithley.keithley2400_reading import decode, parse
from drivers.keithley.keithley2400_safe import OFF_MODE, make_safe
from drivers.keithley.keithley2400_settings import CURRENT, VOLTAGE, Side
from drivers.keithley.keithley2400_setup import Setup, checked, configure

_log = logging.getLogger(__name__)
OUTPUT_OFF_CODES = frozenset({802, 803})
"""+803 "Not permitted with OUTPUT off"; +802 "OUTPUT blocked by output enable" (B-6)."""
RELAY_S = 0.020
"""The output relay settles in about 15 ms when it closes (13-9); it moves in off mode HIMP only."""
CONVERSIONS = 6
"""Signal, reference and zero (autozero), for voltage and for current: A/D conversions of one reading."""


class Keithley2400(Driver):
    """One Keithley 2400 (20 W, 200 V, 1 A). Plays the role SourceMeter.

    The output-off mode follows what hangs on the terminals (keithley2400_safe.OFF_MODE) and is verified at
    connect; for a cell nothing here ever applies 0 V. Option `terminals`: "front" or "rear", verified too.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 2400(-C)?\s*,"
    limit_units: ClassVar = {"current": "A", "voltage": "V", "power": "W"}
    model_limits: ClassVar = ranges.MODEL_LIMITS
    has_output: ClassVar = True
    option_names: ClassVar = CONNECTION_OPTIONS | {"terminals"}
    error_queue: ClassVar = ErrorQueue()
    readable: ClassVar = commands.READABLE

    # What the driver knows from its own read-backs; None: not known.
    _output: bool | None = None
    _setup: Setup | None = None
    _nplc = 10.0
    _line_Hz = 50.0
    _delay_s = 0.0

    # ---- connecting

    def _prepare(self) -> None:
        self._put(commands.OUTPUT_OFF_MODE, OFF_MODE[self.load])
        self._put(commands.ELEMENTS, commands.FIVE_ELEMENTS)
        wanted = self._options.get("terminals")
        active = {"FRON": "front", "REAR": "rear"}[self._get(commands.TERMINALS)]
        if wanted is not None and wanted != active:
            raise InstrumentError(
                f"the {active} terminals are in use, the station says {wanted}",
                instrument=self.name,
                state="nothing was switched",
                remedy="press FRONT/REAR on the meter, or correct the station file",
            )

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the output is on though this driver did not switch it on."""
        found = super().read_settings()
        if found["output"] and not self._output:
            _log.warning("%s: the output is ON, found so and left so; make_safe switches it off", self.name)
        self._output = found["output"]
        self._nplc = found["nplc"]
        self._line_Hz = found["line_frequency_Hz"]
        self._delay_s = found["source_delay_s"] + found["trigger_delay_s"]
        return found

    # ---- configuring

    def source_current(
        self, *, range_A: float, compliance_V: float, voltage_range_V: float | None = None
    ) -> None:
        """Source current on a fixed range; the output ends off, the level zero.

        `voltage_range_V` below the compliance clamps at its own end instead ("range compliance"). Raises
        LimitError before anything is sent, CommandRejectedError, ReadBackError.
        """
        self._configure(CURRENT, VOLTAGE, wanted=range_A, compliance=compliance_V, measuring=voltage_range_V)

    def source_voltage(
        self, *, range_V: float, compliance_A: float, current_range_A: float | None = None
    ) -> None:
        """Source voltage on a fixed range; the output ends off, the level zero. Raises as source_current."""
        self._configure(VOLTAGE, CURRENT, wanted=range_V, compliance=compliance_A, measuring=current_range_A)

    def _configure(
        self, source: Side, measured: Side, *, wanted: float, compliance: float, measuring: float | None
    ) -> None:
        setup = checked(
            source,
            measured,
            wanted=wanted,
            compliance=compliance,
            measuring=measuring,
            limits=self._limits,
            instrument=self.name,
        )
        with self._link.lock:
            self._setup = None
            self.set_output(False)
            configure(self._link, setup)
            self._setup = setup

    def set_four_wire(self, on: bool) -> None:
        """Sense at the specimen or at the terminals. Raises InstrumentError while the output is on."""
        with self._link.lock:
            if self.output_is_on():
                raise InstrumentError(
                    "two- or four-wire sensing is not changed while the output is on",
                    instrument=self.name,
                    state="the output is on, nothing was changed",
                    remedy="switch the output off first",
                )
            self._put(commands.FOUR_WIRE, on)

    def set_nplc(self, cycles: float) -> None:
        """Integration time, 0.01 to 10 power-line cycles, for voltage and current alike."""
        self._check_limit("nplc", cycles)
        self._nplc = self._put(commands.NPLC, cycles)

    def set_source_delay(self, seconds: float) -> None:
        """Wait between source and conversion, 0 to 999.9999 s (18-82); switches the automatic delay off."""
        self._check_limit("source delay", seconds)
        with self._link.lock:
            self._put(commands.AUTO_SOURCE_DELAY, False)
            self._delay_s = self._put(commands.SOURCE_DELAY, seconds)

    # ---- sourcing

    def set_level(self, level: float) -> None:
        """The source level in A or V. Raises LimitError (station, model, range, power) before a byte."""
        setup = self._require_setup()
        self._check_limit(setup.source.quantity, level)
        if abs(level) > ranges.OVERRANGE * setup.source_range * (1 + 1e-9):
            raise LimitError(
                f"level {level!r} {setup.source.unit} does not fit the source range {setup.source_range:g}",
                instrument=self.name,
                state="nothing was sent, the level is as it was",
                remedy="configure a larger range first",
            )
        self._check_limit("power", abs(level) * setup.compliance)
        if level == 0 and self._output is not False and self._could_short_a_cell(setup):
            raise self._would_short_the_cell()
        self._put(setup.source.level, level, tolerance=setup.source_range / ranges.SOURCE_COUNTS)

    def set_output(self, on: bool) -> None:
        """Switch the output and verify it. On needs a configured source. Raises ReadBackError."""
        with self._link.lock:
            if on:
                setup = self._require_setup()
                if self._could_short_a_cell(setup) and self._get(setup.source.level) == 0:
                    raise self._would_short_the_cell()
            self._output = None
            self._output = self._put(commands.OUTPUT, on)
            if on and self.load == "cell":
                self._link.clock.sleep(RELAY_S)

    def output_is_on(self) -> bool:
        """Ask the instrument."""
        self._output = self._get(commands.OUTPUT)
        return self._output

    def _require_setup(self) -> Setup:
        if self._setup is None:
            raise InstrumentError(
                "no source is configured",
                instrument=self.name,
                state="nothing was sent",
                remedy="call source_current or source_voltage first; what a front panel left is not trusted",
            )
        return self._setup

    def _could_short_a_cell(self, setup: Setup) -> bool:
        return self.load == "cell" and setup.source is VOLTAGE

    def _would_short_the_cell(self) -> InstrumentError:
        return InstrumentError(
            "0 V would short the cell through the meter",
            instrument=self.name,
            state="nothing was sent",
            remedy="set the level to the cell's voltage before switching on; switch off for open circuit",
        )

    # ---- measuring

    def measure(self) -> SourceMeterReading:
        """One conversion of voltage and current; changes no setting.

        Raises InstrumentError if the output is off (the 2400 would answer nothing and queue +803),
        CommandRejectedError with the instrument's reason, CommunicationError.
        """
        if self._output is not True:
            raise InstrumentError(
                "there is nothing to measure: the output is "
                + ("off" if self._output is False else "unknown"),
                instrument=self.name,
                state="nothing was sent",
                remedy="switch the output on with set_output(True)",
            )
        with self._link.lock:
            try:
                answer = self._link.ask(":READ?", parse, attempts=2, patience_s=self._patience_s())
            except CommandRejectedError as error:
                self._explain(error)
                raise
            time = self._link.clock.now()
        setup = self._setup
        return decode(
            answer,
            time=time,
            voltage_range_V=setup.range_of(VOLTAGE) if setup else None,
            current_range_A=setup.range_of(CURRENT) if setup else None,
            sourced=setup.source.unit if setup else None,
        )

    def _explain(self, error: CommandRejectedError) -> None:
        if OUTPUT_OFF_CODES & {code for code, _ in error.codes}:
            self._output = None
            raise CommandRejectedError(
                f"the meter says that its output is off, though it was on ({error.what})",
                error.codes,
                instrument=self.name,
                state="nothing was measured; the output is off",
                remedy="look for the interlock (output enable), over-temperature, or a key pressed",
            ) from error

    def _patience_s(self) -> float:
        return 2 * (CONVERSIONS * self._nplc / self._line_Hz) + self._delay_s + 2.0

    def line_frequency_Hz(self) -> float:
        """The line frequency the meter integrates over, as it says itself."""
        self._line_Hz = self._get(commands.LINE_FREQUENCY)
        return self._line_Hz

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        return ranges.CURRENT_RANGES_A

    def voltage_ranges_V(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        return ranges.VOLTAGE_RANGES_V

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """One-year limits of error for the reading's range at the present integration time, 18 to 28 degC."""
        return None if reading.range is None else accuracy(reading.unit, reading.range, self._nplc)

    # ---- safe state

    def make_safe(self) -> SafeReport:
        """Output off, levels zero, for a cell off mode HIMP; verified by read-back, from any state.

        Raises SafeStateError if the output could not be seen to be off.
        """
        self._output = None
        report = make_safe(self._link, self.load)
        self._output = False
        return report


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2400) -> SourceMeter:
        return meter
