"""The Keithley 2000 and 2182A as voltmeters: one-shot readings that bring their range along.

Both measure with READ? only: MEASure and CONFigure put range, integration and filter back to their defaults.
And both send an *old* reading (with -213 in the error queue) to READ? while they measure continuously.
"""

from __future__ import annotations

from typing import Any, ClassVar

from bench.core.errors import InstrumentError, LimitError
from bench.core.readings import Reading, is_sentinel
from drivers import replies
from drivers.base import Driver
from drivers.connection import ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.keithley import voltmeter_settings as commands
from drivers.keithley.source_meter_ranges import same_range
from drivers.keithley.voltmeter_settings import VoltageCommands
from drivers.replies import ReplyShapeError
from drivers.settings import Setting, do

OVERRANGE = 1.2
"""Both show 120 % of a range (2182A p. 3-2; 2000 data sheet)."""


class KeithleyVoltmeter(Driver):
    """Configuring and reading; a model adds its ranges, its further settings and its timing."""

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
    error_queue: ClassVar = ErrorQueue()

    _volts: ClassVar[VoltageCommands]
    _ranges_V: ClassVar[tuple[float, ...]]
    _highest_V: ClassVar[float]
    _select: ClassVar[tuple[tuple[Setting[Any], Any], ...]] = ((commands.FUNCTION, "VOLT"),)
    """What makes it measure volts at the input that is used."""
    _plain: ClassVar[tuple[tuple[Setting[Any], Any], ...]] = ()
    """What else would change a reading, as it has to be."""
    _filter_extra: ClassVar[tuple[tuple[Setting[Any], Any], ...]] = ()
    """What else the filter needs."""

    # What the driver knows from its own read-backs; the range is None while the meter chooses it.
    _configured = False
    _range_V: float | None = None
    _nplc = 60.0
    _line_Hz = 50.0
    _filter_count = 1

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting."""
        found = super().read_settings()
        self._nplc = found["nplc"]
        self._filter_count = found["filter_count"] if found["filter"] else 1
        return found

    def voltage_ranges_V(self) -> tuple[float, ...]:
        """Full scales, ascending; each shows up to 120 %, the highest to its own limit."""
        return self._ranges_V

    # ---- configuring

    def measure_voltage(self, *, range_V: float | None = None, nplc: float = 5.0) -> None:
        """One reading for each trigger, fixed range (None: automatic), filter and REL off, autozero on.

        Whole power-line cycles reject the mains. Raises LimitError before anything is sent, ReadBackError.
        """
        full_scale = self.check_voltage(range_V=range_V, nplc=nplc)
        with self._link.lock:
            self._configured = False
            self._put(commands.CONTINUOUS, False)
            self._put(commands.TRIGGER_SOURCE, "IMM")
            self._put(commands.TRIGGER_COUNT, 1)
            self._put(commands.TRIGGER_DELAY, 0.0)
            self._put(commands.SAMPLES, 1)
            for setting, value in self._select:
                self._put(setting, value)
            if full_scale is None:
                self._put(self._volts.autorange, True)
            else:
                self._put(self._volts.range, full_scale)
                self._put(self._volts.autorange, False)
            self._nplc = self._put(self._volts.nplc, nplc)
            self._put(self._volts.filter, False)
            self._put(self._volts.relative, False)
            self._put(commands.AUTOZERO, True)
            for setting, value in self._plain:
                self._put(setting, value)
            self._range_V, self._filter_count, self._configured = full_scale, 1, True

    def check_voltage(self, *, range_V: float | None, nplc: float) -> float | None:
        """The full scale that measure_voltage would set (None: automatic), or LimitError; sends nothing."""
        self._check_limit("nplc", nplc)
        return None if range_V is None else self._range_for(range_V)

    def set_filter(self, count: int) -> None:
        """Mean of `count` conversions for each reading (repeating); 1 switches the filter off."""
        if not 1 <= count <= 100:
            raise LimitError(
                f"the filter averages 1 to 100 conversions, not {count!r}",
                instrument=self.name,
                state="nothing was sent",
            )
        with self._link.lock:
            if count > 1:
                for setting, value in self._filter_extra:
                    self._put(setting, value)
                self._put(self._volts.filter_control, "REP")
                self._put(self._volts.filter_count, count)
            self._put(self._volts.filter, count > 1)
            self._filter_count = count

    def zero(self) -> float:
        """Take a reading as reference and subtract it from now on (REL); returns the reference in V.

        Raises InstrumentError if the reading overflows, ReadBackError.
        """
        with self._link.lock:
            self._put(self._volts.relative, False)
            if not self.voltage().usable:
                raise InstrumentError(
                    "an overflow cannot be a reference", instrument=self.name, state="REL is off"
                )
            do(self._link, self._volts.acquire_reference)
            self._put(self._volts.relative, True)
            return self._get(self._volts.reference)

    # ---- measuring

    def voltage(self) -> Reading:
        """One reading; changes no setting.

        The range it was taken on comes with it. Raises InstrumentError if a key was pressed meanwhile: a
        fixed range that is another now, or LOCAL, after which READ? would send an old reading (-213).
        """
        if not self._configured:
            raise InstrumentError(
                "nothing is configured",
                instrument=self.name,
                state="nothing was sent",
                remedy="call measure_voltage first; what a front panel left is not trusted",
            )
        with self._link.lock:
            raw, full_scale, continuous = self._link.ask(
                self._volts.read, _reading, attempts=2, patience_s=self._patience_s()
            )
            if continuous:
                self._configured = False
                self._link.read_errors()
                raise self._key_pressed("it measures continuously again, so its reply may be an old reading")
            if self._range_V is not None and not same_range(self._range_V, full_scale):
                self._configured = False
                raise self._key_pressed(f"the range is {full_scale:g} V, {self._range_V:g} V was set")
            time = self._link.clock.now()
        value = float(raw)
        overload = is_sentinel(value)
        return Reading(
            value=None if overload else value,
            unit="V",
            time=time,
            range=full_scale,
            overload=overload,
            raw=raw,
        )

    def _conversion_s(self) -> float:
        """The longest that one conversion can take."""
        raise NotImplementedError

    def _range_for(self, wanted_V: float) -> float:
        if 0 < wanted_V <= self._highest_V:
            for full_scale in self._ranges_V:
                if wanted_V <= OVERRANGE * full_scale * (1 + 1e-9):
                    return full_scale
        raise LimitError(
            f"voltage range {wanted_V!r} V: there is none",
            instrument=self.name,
            state="nothing was sent",
            remedy=f"ask for more than 0 and at most {self._highest_V:g} V",
        )

    def _key_pressed(self, what: str) -> InstrumentError:
        return InstrumentError(
            what,
            instrument=self.name,
            state="the reading was discarded",
            remedy="leave the front panel alone; configure again",
        )

    def _patience_s(self) -> float:
        ranges = 1 if self._range_V is not None else len(self._ranges_V)
        return 2 * self._conversion_s() * (self._filter_count + ranges) + 2.0


def _reading(reply: str) -> tuple[str, float, bool]:
    parts = [part.strip() for part in reply.split(";")]
    if len(parts) != 3:
        raise ReplyShapeError(f"{reply!r} is not reading, range and mode")
    replies.number(parts[0])
    return parts[0], replies.number(parts[1]), replies.on_off(parts[2])
