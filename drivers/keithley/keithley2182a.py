"""Keithley 2182A (and 2182) nanovoltmeter: channel 1 as a voltmeter, on its own bus or behind a 622x.

Commands after the 2182/2182A user's manual (2182A-900-01). Measures with READ? only, one-shot: MEASure and
CONFigure put range and integration back to their defaults (section 13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import InstrumentError, LimitError
from bench.core.limits import Limit
from bench.core.readings import Reading, is_sentinel
from bench.core.roles import Accuracy, Voltmeter
from drivers import replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.keithley import keithley2182a_settings as commands
from drivers.keithley.source_meter_ranges import same_range
from drivers.replies import ReplyShapeError
from drivers.settings import do

ANALOG_FILTER_S = 0.125
"""What the analog filter adds to each conversion (p. 3-8)."""
PHASES = 4
"""Integrations of one conversion with both zeros on (3 readings a second at 5 PLC and 60 Hz, from memory)."""


class Keithley2182A(Driver):
    """One Keithley 2182 or 2182A, channel 1. Plays the role Voltmeter; has no output.

    Channel 2 is left alone: it is referenced to channel 1 LO (p. 2-3). Options `gain_ppm` and
    `offset_ppm_of_range` state its limits of error, from its certificate or data sheet: no copy of the
    published table was at hand, and without them `accuracy` claims nothing.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 2182A?\s*,"
    model_limits: ClassVar = {"nplc": Limit(0.01, 60.0, "power-line cycles", commands.MODEL)}
    option_names: ClassVar = CONNECTION_OPTIONS | {"gain_ppm", "offset_ppm_of_range"}
    error_queue: ClassVar = ErrorQueue()
    readable: ClassVar = commands.READABLE
    reversible: ClassVar = commands.REVERSIBLE

    # What the driver knows from its own read-backs; the range is None while the meter chooses it.
    _configured = False
    _range_V: float | None = None
    _nplc = 60.0
    _line_Hz = 50.0
    _filter_count = 1
    _analog_filter = False

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting."""
        found = super().read_settings()
        self._nplc = found["nplc"]
        self._line_Hz = found["line_frequency_Hz"]
        self._analog_filter = found["analog_filter"]
        self._filter_count = found["filter_count"] if found["filter"] else 1
        return found

    def line_frequency_Hz(self) -> float:
        """The line frequency the meter integrates over, as it says itself; it cannot be set."""
        self._line_Hz = self._get(commands.LINE_FREQUENCY)
        return self._line_Hz

    def voltage_ranges_V(self) -> tuple[float, ...]:
        """Full scales of channel 1, ascending; each shows up to 120 %."""
        return commands.VOLTAGE_RANGES_V

    # ---- configuring

    def measure_voltage(self, *, range_V: float | None = None, nplc: float = 5.0) -> None:
        """Channel 1, one reading for each trigger, fixed range (None: automatic), filters and REL off.

        `nplc`: 0.01 up to one second; whole cycles reject the mains. Both zeros are on. Raises LimitError
        before anything is sent, ReadBackError.
        """
        self._check_limit("nplc", nplc)
        full_scale = None
        if range_V is not None:
            full_scale = self._range_for(range_V)
        with self._link.lock:
            self._configured = False
            self._put(commands.CONTINUOUS, False)
            self._put(commands.TRIGGER_SOURCE, "IMM")
            self._put(commands.TRIGGER_COUNT, 1)
            self._put(commands.TRIGGER_DELAY, 0.0)
            self._put(commands.SAMPLES, 1)
            self._put(commands.FUNCTION, "VOLT")
            self._put(commands.CHANNEL, 1)
            if full_scale is None:
                self._put(commands.AUTORANGE, True)
            else:
                self._put(commands.RANGE, full_scale)
                self._put(commands.AUTORANGE, False)
            self._nplc = self._put(commands.NPLC, nplc)
            self._analog_filter = self._put(commands.ANALOG_FILTER, False)
            self._put(commands.FILTER, False)
            self._put(commands.RELATIVE, False)
            self._put(commands.AUTOZERO, True)
            self._put(commands.FRONT_AUTOZERO, True)
            self._range_V, self._filter_count, self._configured = full_scale, 1, True

    def set_filter(self, count: int) -> None:
        """Mean of `count` conversions for each reading (repeating, no window); 1 switches the filter off."""
        if not 1 <= count <= 100:
            raise InstrumentError(
                f"the filter averages 1 to 100 conversions, not {count!r}",
                instrument=self.name,
                state="nothing was sent",
            )
        with self._link.lock:
            if count > 1:
                self._put(commands.FILTER_CONTROL, "REP")
                self._put(commands.FILTER_WINDOW, 0.0)
                self._put(commands.FILTER_COUNT, count)
            self._put(commands.FILTER, count > 1)
            self._filter_count = count

    def set_front_autozero(self, on: bool) -> None:
        """The zero of the input stage with each reading; off doubles the speed and lets the zero drift."""
        self._put(commands.FRONT_AUTOZERO, on)

    def set_line_sync(self, on: bool) -> None:
        """Begin each integration at a zero of the mains (LSYNc)."""
        self._put(commands.LINE_SYNC, on)

    def zero(self) -> float:
        """Take a reading as reference and subtract it from now on (REL); returns the reference in V.

        Raises InstrumentError if the reading overflows, ReadBackError.
        """
        with self._link.lock:
            self._put(commands.RELATIVE, False)
            if not self.voltage().usable:
                raise InstrumentError(
                    "an overflow cannot be a reference", instrument=self.name, state="REL is off"
                )
            do(self._link, commands.ACQUIRE_REFERENCE)
            self._put(commands.RELATIVE, True)
            return self._get(commands.REFERENCE)

    # ---- measuring

    def voltage(self) -> Reading:
        """One reading of channel 1; changes no setting.

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
                commands.READ, _reading, attempts=2, patience_s=self._patience_s()
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

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """The limits of error that the station states, for the reading's range; None if it states none."""
        gain, offset = self._options.get("gain_ppm"), self._options.get("offset_ppm_of_range")
        if gain is None or offset is None or reading.range is None:
            return None
        return Accuracy(gain * 1e-6, offset * 1e-6 * reading.range, "station file")

    def _range_for(self, wanted_V: float) -> float:
        if wanted_V > 0:
            for full_scale in commands.VOLTAGE_RANGES_V:
                if wanted_V <= commands.OVERRANGE * full_scale * (1 + 1e-9):
                    return full_scale
        raise LimitError(
            f"voltage range {wanted_V!r} V: there is none; channel 1 goes to 120 V",
            instrument=self.name,
            state="nothing was sent",
            remedy="ask for more than 0 and at most 120 V",
        )

    def _key_pressed(self, what: str) -> InstrumentError:
        return InstrumentError(
            what,
            instrument=self.name,
            state="the reading was discarded",
            remedy="leave the front panel alone; configure again",
        )

    def _patience_s(self) -> float:
        conversion_s = PHASES * self._nplc / self._line_Hz + (ANALOG_FILTER_S if self._analog_filter else 0.0)
        ranges = 1 if self._range_V is not None else len(commands.VOLTAGE_RANGES_V)
        return 2 * conversion_s * (self._filter_count + ranges) + 2.0


def _reading(reply: str) -> tuple[str, float, bool]:
    parts = [part.strip() for part in reply.split(";")]
    if len(parts) != 3:
        raise ReplyShapeError(f"{reply!r} is not reading, range and mode")
    replies.number(parts[0])
    return parts[0], replies.number(parts[1]), replies.on_off(parts[2])


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2182A) -> Voltmeter:
        return meter
