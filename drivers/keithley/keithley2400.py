"""Keithley 2400 as a source meter: sources current or voltage within a compliance and measures both.

Commands after the Series 2400 user's manual (2400S-900-01). Measures with READ? only: MEASure and CONFigure
put range, integration and compliance back to their defaults and switch the output on (17-2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import CommandRejectedError
from bench.core.readings import Reading, SourceMeterReading
from bench.core.roles import Accuracy, SafeReport, SourceMeter
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.keithley import keithley2400_ranges as ranges
from drivers.keithley import keithley2400_settings as commands
from drivers.keithley.keithley2400_accuracy import accuracy
from drivers.keithley.keithley2400_reading import decode, parse
from drivers.keithley.keithley2400_settings import CURRENT, VOLTAGE
from drivers.keithley.keithley2400_setup import configure
from drivers.keithley.source_meter import KeithleySourceMeter
from drivers.keithley.source_meter_safe import OFF_MODE, make_safe
from drivers.keithley.source_meter_setup import Setup

OUTPUT_OFF_CODES = frozenset({802, 803})
"""+803 "Not permitted with OUTPUT off"; +802 "OUTPUT blocked by output enable" (B-6)."""
CONVERSIONS = 6
"""Signal, reference and zero (autozero), for voltage and for current: A/D conversions of one reading."""


class Keithley2400(KeithleySourceMeter):
    """One Keithley 2400 (20 W, 200 V, 1 A). Plays the role SourceMeter.

    The output-off mode follows what hangs on the terminals (source_meter_safe.OFF_MODE) and is verified at
    connect; for a cell nothing here ever applies 0 V. Option `terminals`: "front" or "rear", verified too.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 2400(-C)?\s*,"
    limit_units: ClassVar = {"current": "A", "voltage": "V", "power": "W"}
    model_limits: ClassVar = ranges.MODEL_LIMITS
    has_output: ClassVar = True
    option_names: ClassVar = CONNECTION_OPTIONS | {"terminals"}
    error_queue: ClassVar = ErrorQueue()
    event_query: ClassVar = "*ESR?"
    readable: ClassVar = commands.READABLE
    reversible: ClassVar = commands.REVERSIBLE

    _model: ClassVar = ranges.MODEL
    _current = CURRENT
    _voltage = VOLTAGE
    _nplc = 10.0
    _delay_s = 0.0

    # ---- connecting

    def _prepare(self) -> None:
        self._put(commands.OUTPUT_OFF_MODE, OFF_MODE[self.load])
        self._put(commands.ELEMENTS, commands.FIVE_ELEMENTS)
        self._check_terminals()

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the output is on though this driver did not switch it on."""
        found = super().read_settings()
        self._nplc = found["nplc"]
        self._delay_s = found["source_delay_s"] + found["trigger_delay_s"]
        return found

    # ---- configuring

    def _send_setup(self, setup: Setup) -> None:
        configure(self._link, setup)

    def _send_four_wire(self, on: bool) -> None:
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

    # ---- measuring

    def measure(self) -> SourceMeterReading:
        """One conversion of voltage and current; changes no setting.

        Raises InstrumentError if the output is off (the 2400 would answer nothing and queue +803),
        CommandRejectedError with the instrument's reason, CommunicationError.
        """
        self._require_output_on()
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

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """One-year limits of error for the reading's range at the present integration time, 18 to 28 degC."""
        return None if reading.range is None else accuracy(reading.unit, reading.range, self._nplc)

    # ---- safe state

    def make_safe(self) -> SafeReport:
        """Output off, levels zero, for a cell off mode HIMP; verified by read-back, from any state.

        Raises SafeStateError if the output could not be seen to be off.
        """
        self._output = None
        report = make_safe(
            self._link, self.load, off_modes=(commands.OUTPUT_OFF_MODE,), sides=(CURRENT, VOLTAGE)
        )
        self._output = False
        return report


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2400) -> SourceMeter:
        return meter
