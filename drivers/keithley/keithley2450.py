"""Keithley 2450 as a source meter in its native SCPI: sources current or voltage, measures both.

Commands after the 2450 reference manual (2450-901-01). One function is measured at a time: voltage and
current of one reading are the source's read-back and the measurement (READ:BACK, 6-77). Measures with READ?
only: MEASure picks a function of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import InstrumentError, LinkLostError
from bench.core.readings import Reading, SourceMeterReading
from bench.core.roles import Accuracy, Identity, SafeReport, SourceMeter
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.keithley import keithley2450_ranges as ranges
from drivers.keithley import keithley2450_settings as commands
from drivers.keithley.keithley2450_accuracy import accuracy
from drivers.keithley.keithley2450_reading import READ, Answer, decode, parse
from drivers.keithley.keithley2450_settings import CURRENT, VOLTAGE
from drivers.keithley.keithley2450_setup import configure
from drivers.keithley.source_meter import KeithleySourceMeter
from drivers.keithley.source_meter_safe import OFF_MODE, make_safe
from drivers.keithley.source_meter_setup import Setup

CONVERSIONS = 6
"""Signal, reference and zero (autozero), for the read-back and for the measurement."""


class Keithley2450(KeithleySourceMeter):
    """One Keithley 2450 (20 W, 200 V, 1 A) set to the command set SCPI. Plays the role SourceMeter.

    The output-off mode follows what hangs on the terminals (source_meter_safe.OFF_MODE) and is verified for
    both source functions at connect; for a cell nothing here ever applies 0 V. Above 21 V the interlock has
    to be closed. Option `terminals`: "front" or "rear", verified too.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0)
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS( INC\.)?\s*,\s*MODEL 2450\s*,"
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
    # What the driver knows from its own read-backs; None: not known.
    _four_wire: bool | None = None
    _nplc: tuple[float, ...] = (10.0,)
    _delay_s = 0.0

    # ---- connecting

    def connect(self) -> Identity:
        """Ask for the command set first, since in another one nothing else here is understood, then as usual.

        Raises InstrumentError with the remedy if that is not SCPI, IdentityError, CommunicationError.
        """
        with self._link.lock:
            self._link.clear()
            try:
                language = self._get(commands.LANGUAGE)
            except LinkLostError:
                raise
            except InstrumentError:
                language = None  # whatever answers does not know the question: its identity says what it is
            if language is not None:
                self._require_scpi(language)
            identity = super().connect()
            if language is None:
                self._require_scpi(self._get(commands.LANGUAGE))
        return identity

    def _require_scpi(self, language: str) -> None:
        if language != "SCPI":
            raise InstrumentError(
                f"the command set of the meter is {language}, this driver speaks SCPI",
                instrument=self.name,
                step="*LANG?",
                state="nothing was changed on it",
                remedy="MENU, System Settings, Command Set: SCPI, and let it reboot; or send *LANG SCPI and "
                "switch the power off and on",
            )

    def _prepare(self) -> None:
        for mode in commands.OUTPUT_OFF_MODES.values():
            self._put(mode, OFF_MODE[self.load])
        self._put(commands.DATA_FORMAT, "ASC")
        self._put(commands.PRECISION, commands.AUTOMATIC)
        self._check_terminals()

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the output is on though this driver did not switch it on."""
        found = super().read_settings()
        self._nplc = (found["current_nplc"], found["voltage_nplc"])
        self._delay_s = max(found["current_source_delay_s"], found["voltage_source_delay_s"])
        wires = {found["current_four_wire"], found["voltage_four_wire"]}
        self._four_wire = wires.pop() if len(wires) == 1 else None
        return found

    # ---- configuring

    def _send_setup(self, setup: Setup) -> None:
        configure(self._link, setup)

    def _send_four_wire(self, on: bool) -> None:
        self._four_wire = None
        for setting in commands.FOUR_WIRE.values():
            self._put(setting, on)
        self._four_wire = on

    def _check_ready_for(self, setup: Setup) -> None:
        volts = setup.compliance if setup.source is CURRENT else setup.source_range
        if volts > ranges.WITHOUT_INTERLOCK_V and not self._get(commands.INTERLOCK):
            raise InstrumentError(
                f"{volts:g} V need the interlock, and it is open",
                instrument=self.name,
                step="interlock",
                state="nothing was changed",
                remedy=f"close the test fixture (interlock pins at the rear), or stay within "
                f"{ranges.WITHOUT_INTERLOCK_V:g} V of range and compliance",
            )

    def set_nplc(self, cycles: float) -> None:
        """Integration time, 0.01 to 10 power-line cycles, for voltage and current alike."""
        self._check_limit("nplc", cycles)
        with self._link.lock:
            self._nplc = tuple(self._put(setting, cycles) for setting in commands.NPLC.values())

    def set_source_delay(self, seconds: float) -> None:
        """Wait between source and conversion, 0 to 10000 s; switches the automatic delay off."""
        self._check_limit("source delay", seconds)
        with self._link.lock:
            for word in commands.SOURCE_DELAY:
                self._put(commands.AUTO_SOURCE_DELAY[word], False)
                self._put(commands.SOURCE_DELAY[word], seconds)
            self._delay_s = seconds

    # ---- sourcing

    def set_level(self, level: float) -> None:
        """The source level in A or V. Raises LimitError (station, model, range, power) before a byte.

        Waits for the source delay itself after a reversal: the 2450 applies it only where the magnitude of
        the source changes (2461-901-01 p. 6-89).
        """
        with self._link.lock:
            before = self._level
            super().set_level(level)
            if self._output and before is not None and level == -before != 0:
                self._link.clock.sleep(self._get(commands.SOURCE_DELAY[self._require_setup().source.word]))

    # ---- measuring

    def measure(self) -> SourceMeterReading:
        """One conversion of the measured side, with the source read back; changes no setting.

        Raises InstrumentError if the output is off, went off by itself, or sensing is not as asked;
        CommandRejectedError with the instrument's reason, CommunicationError.
        """
        self._require_output_on()
        setup = self._require_setup()
        with self._link.lock:
            answer = self._link.ask(READ, parse, attempts=2, patience_s=self._patience_s())
            time = self._link.clock.now()
            self._check_output(answer)
            self._check_sensing(answer, setup)
        return decode(answer, setup, time=time)

    def _check_output(self, answer: Answer) -> None:
        """The status word is believed where it says "on", the output itself is asked where it does not."""
        if answer.says_output_on or self.output_is_on():
            return
        raise InstrumentError(
            "the output is off, though it was on",
            instrument=self.name,
            step="measure",
            state="the reading was not used; the output is off",
            remedy="look for the interlock, over-temperature, or a key pressed",
        )

    def _check_sensing(self, answer: Answer, setup: Setup) -> None:
        if self._four_wire is None or answer.says_four_wire is self._four_wire:
            return
        held = self._get(commands.FOUR_WIRE[setup.measured.word])
        if held is not self._four_wire:
            raise InstrumentError(
                f"the reading was sensed {'at the specimen' if held else 'at the terminals'}, not as asked",
                instrument=self.name,
                step="measure",
                state="the reading was not used",
                remedy="switch the output off and call set_four_wire again; look for a key pressed",
            )

    def _patience_s(self) -> float:
        return 2 * (CONVERSIONS * max(self._nplc) / self._line_Hz) + self._delay_s + 2.0

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """One-year limits of error for the reading's range, 18 to 28 degC; None below 1 power-line cycle."""
        return None if reading.range is None else accuracy(reading.unit, reading.range, min(self._nplc))

    # ---- safe state

    def make_safe(self) -> SafeReport:
        """Output off, levels zero, for a cell off mode HIMP; verified by read-back, from any state.

        Raises SafeStateError if the output could not be seen to be off.
        """
        self._output = None
        report = make_safe(
            self._link,
            self.load,
            off_modes=tuple(commands.OUTPUT_OFF_MODES.values()),
            sides=(CURRENT, VOLTAGE),
        )
        self._output = False
        return report


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2450) -> SourceMeter:
        return meter
