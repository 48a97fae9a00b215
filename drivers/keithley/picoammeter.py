"""The Keithley 6485 and 6487 as ammeters: zeroed before the source is on, readings that bring their range.

Commands after Keithley's own drivers for both. After power-on zero check is on: the input is shunted and any
current reads as nothing, so every reading says whether that is so.
"""

from __future__ import annotations

from typing import Any, ClassVar

from bench.core.errors import InstrumentError
from bench.core.limits import Limit
from bench.core.readings import Reading, is_sentinel
from bench.core.roles import Accuracy
from drivers import replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.keithley import picoammeter_settings as commands
from drivers.keithley.source_meter_ranges import range_for, same_range
from drivers.settings import Setting, do

LINE = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
OPTIONS = CONNECTION_OPTIONS | {"gain_ppm", "offset_ppm_of_range"}
MODEL_LIMITS = {"nplc": Limit(0.01, 60.0, "power-line cycles", "models 6485 and 6487")}


class KeithleyPicoammeter(Driver):
    """Configuring, zeroing and reading; a model adds its name and what else it has.

    Options `gain_ppm` and `offset_ppm_of_range` state its limits of error, from its certificate or data
    sheet: no copy of the published table was at hand, and without them `accuracy` claims nothing.
    """

    error_queue: ClassVar = ErrorQueue()
    readable: ClassVar[tuple[Setting[Any], ...]] = commands.READABLE
    reversible: ClassVar = commands.REVERSIBLE

    # What the driver knows from its own read-backs; the range is None while the meter chooses it.
    _configured = False
    _range_A: float | None = None
    _nplc = 60.0
    _line_Hz = 50.0

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting."""
        found = super().read_settings()
        self._nplc, self._line_Hz = found["nplc"], found["line_frequency_Hz"]
        return found

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending; each shows up to 105 %."""
        return commands.CURRENT_RANGES_A

    def measure_current(self, *, range_A: float | None = None, nplc: float = 5.0) -> None:
        """One reading for each trigger, fixed range (None: automatic), filters and NULL off, zero check off.

        Raises LimitError before anything is sent, ReadBackError.
        """
        self._check_limit("nplc", nplc)
        full_scale = None if range_A is None else self._range_for(range_A)
        with self._link.lock:
            self._configured = False
            self._put(commands.ARM_SOURCE, "IMM")
            self._put(commands.ARM_COUNT, 1)
            self._put(commands.TRIGGER_SOURCE, "IMM")
            self._put(commands.TRIGGER_COUNT, 1)
            self._put(commands.TRIGGER_DELAY, 0.0)
            self._put(commands.ELEMENTS, ("READ",))
            self._nplc = self._put(commands.NPLC, nplc)
            self._put(commands.MEDIAN, False)
            self._put(commands.AVERAGE, False)
            self._put(commands.NULL, False)
            self._put(commands.AUTOZERO, True)
            self._range_A = full_scale
            self._choose_range()
            self._put(commands.ZERO_CHECK, False)
            self._configured = True

    def zero(self) -> None:
        """Measure the input's own zero and subtract it from now on; the range comes back, zero check is off.

        The order of Keithley's drivers: check on, lowest range, one reading, acquire, correct on, check off.
        The input is shunted meanwhile: switch the source off before. Raises InstrumentError, ReadBackError.
        """
        self._require_configured()
        with self._link.lock:
            self._put(commands.ZERO_CHECK, True)
            self._put(commands.ZERO_CORRECT, False)
            self._put(commands.RANGE, commands.CURRENT_RANGES_A[0])
            self._link.write(commands.INITIATE)
            self._link.ask("*OPC?", replies.integer, patience_s=self._patience_s())
            do(self._link, commands.ACQUIRE_ZERO)
            self._put(commands.ZERO_CORRECT, True)
            self._choose_range()
            self._put(commands.ZERO_CHECK, False)

    def current(self) -> Reading:
        """One reading in A into the high terminal; changes no setting.

        Raises InstrumentError if a key was pressed meanwhile: zero check, or another than the fixed range.
        """
        self._require_configured()
        with self._link.lock:
            raw, full_scale, shunted = self._link.ask(
                commands.READ, commands.reading, attempts=2, patience_s=self._patience_s()
            )
            if shunted:
                self._configured = False
                raise self._key_pressed("zero check is on: the input is shunted and sees no current")
            if self._range_A is not None and not same_range(self._range_A, full_scale):
                self._configured = False
                raise self._key_pressed(f"the range is {full_scale:g} A, {self._range_A:g} A was set")
            time = self._link.clock.now()
        value = replies.number(raw.removesuffix("A"))
        beyond = is_sentinel(value)
        return Reading(
            value=None if beyond else value, unit="A", time=time, range=full_scale, overload=beyond, raw=raw
        )

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """The limits of error that the station states, for the reading's range; None if it states none."""
        gain, offset = self._options.get("gain_ppm"), self._options.get("offset_ppm_of_range")
        if gain is None or offset is None or reading.range is None:
            return None
        return Accuracy(gain * 1e-6, offset * 1e-6 * reading.range, "station file")

    # ---- inside

    def _choose_range(self) -> None:
        if self._range_A is None:
            self._put(commands.AUTORANGE, True)
        else:
            self._put(commands.RANGE, self._range_A)
            self._put(commands.AUTORANGE, False)

    def _range_for(self, wanted_A: float) -> float:
        return range_for(wanted_A, commands.CURRENT_RANGES_A, "current range", instrument=self.name)

    def _require_configured(self) -> None:
        if not self._configured:
            raise InstrumentError(
                "nothing is configured",
                instrument=self.name,
                state="nothing was sent",
                remedy="call measure_current first; what a front panel left is not trusted",
            )

    def _key_pressed(self, what: str) -> InstrumentError:
        return InstrumentError(
            what,
            instrument=self.name,
            state="the reading was discarded",
            remedy="leave the front panel alone; configure again",
        )

    def _patience_s(self) -> float:
        ranges = 1 if self._range_A is not None else len(commands.CURRENT_RANGES_A)
        return 4 * self._nplc / self._line_Hz * (ranges + 1) + 2.0
