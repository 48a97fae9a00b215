"""The Lake Shore 475, 455 and 425 as field meters: every reading brings its unit, range and mode along.

Somebody who presses UNITS at the front panel changes each number by 10^4, and RMS takes its sign away. So
both are in the same message as the reading, and one that is not DC in tesla is an error, not a wrong number.
"""

from __future__ import annotations

from typing import Any, ClassVar

from bench.core.errors import InstrumentError, LimitError
from bench.core.readings import Reading
from bench.core.roles import Accuracy
from drivers import replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.lakeshore import gaussmeter_settings as commands
from drivers.lakeshore.event_register import EVENT_REGISTER
from drivers.replies import ReplyShapeError
from drivers.settings import Setting

LINE = ConnectionDefaults(
    read_termination="\r\n",
    write_termination="\r\n",
    spacing_s=0.05,
    baud_rate=9600,
    data_bits=7,
    parity="odd",
)
"""RS-232 as it leaves the factory; GPIB has the same terminators."""
ZERO_PATIENCE_S = 30.0
"""Zeroing a probe takes some seconds (from memory)."""


class LakeShoreGaussmeter(Driver):
    """Configuring and reading; a model adds its line and its reading mode.

    Options `gain_ppm` and `offset_ppm_of_range` state the limits of error of meter and probe, from their
    certificates: no copy of the published tables was at hand, and without them `field_accuracy` claims
    nothing.
    """

    connection: ClassVar = LINE
    option_names: ClassVar = CONNECTION_OPTIONS | {"gain_ppm", "offset_ppm_of_range"}
    error_queue: ClassVar[ErrorQueue | None] = EVENT_REGISTER
    event_query: ClassVar = EVENT_REGISTER.query
    reversible: ClassVar = commands.REVERSIBLE

    _mode: ClassVar[Setting[tuple[int, ...]]] = commands.MODE_OF_FIVE
    _dc: ClassVar[tuple[int, ...]] = (commands.DC, 3, 1, 1, 1)
    """DC at full resolution, wide band."""

    readable: ClassVar[tuple[Setting[Any], ...]] = (
        commands.UNIT,
        _mode,
        commands.AUTORANGE,
        commands.RANGE,
        commands.PROBE,
    )

    _ranges_T: tuple[float, ...] = ()
    _range: int | None = None  # None: automatic

    # ---- connecting and configuring

    def _prepare(self) -> None:
        """DC in tesla; the range stays as it is."""
        self._put(commands.UNIT, commands.TESLA)
        self._put(self._mode, self._dc)
        self._read_probe()
        self._range = None if self._get(commands.AUTORANGE) else self._get(commands.RANGE)

    def field_ranges_T(self) -> tuple[float, ...]:
        """Full scales of the probe that is plugged in, ascending."""
        return self._ranges_T or self._read_probe()

    def measure_field(self, *, range_T: float | None = None) -> None:
        """DC in tesla on the smallest range that takes this field, or on whichever fits (None).

        Raises LimitError before anything is sent where the probe has no such range, ReadBackError.
        """
        number = None if range_T is None else self._range_for(range_T)
        with self._link.lock:
            self._put(commands.UNIT, commands.TESLA)
            self._put(self._mode, self._dc)
            self._put(commands.AUTORANGE, number is None)
            if number is not None:
                self._put(commands.RANGE, number)
            self._range = number

    def zero_probe(self) -> None:
        """Take what the probe feels for zero: it has to be in a zero-gauss chamber."""
        with self._link.lock:
            self._link.write("ZPROBE")
            self._link.ask("*OPC?", replies.integer, patience_s=ZERO_PATIENCE_S)
            self._link.check("ZPROBE")

    # ---- measuring

    def field(self) -> Reading:
        """The present field in tesla, signed; value None and `overload` beyond the range.

        Raises InstrumentError where no probe is plugged in, or where a key was pressed meanwhile: another
        unit, another range than the fixed one, RMS or peak.
        """
        found = self._link.ask(commands.READ_FIELD, commands.field_reply)
        time = self._link.clock.now()
        if found.state & commands.NO_PROBE:
            raise self._refused("no probe is plugged in", "plug the probe in, then connect again")
        if found.unit != commands.TESLA:
            unit = commands.UNIT_NAMES.get(found.unit, f"unit {found.unit}")
            raise self._refused(f"it shows {unit}, tesla was set: {found.text!r}", _PANEL)
        if found.mode != commands.DC:
            raise self._refused(f"it measures in mode {found.mode}, DC was set: {found.text!r}", _PANEL)
        if self._range is not None and found.range != self._range:
            raise self._refused(f"it is on range {found.range}, {self._range} was set", _PANEL)
        ranges_T = self.field_ranges_T()
        full_T = ranges_T[found.range - 1] if 1 <= found.range <= len(ranges_T) else None
        beyond = bool(found.state & commands.OVERLOAD) or not _is_number(found.text)
        return Reading(
            value=None if beyond else replies.number(found.text),
            unit="T",
            time=time,
            range=full_T,
            overload=beyond,
            raw=found.text,
        )

    def field_accuracy(self, reading: Reading) -> Accuracy | None:
        """The limits of error that the station states, for the reading's range; None if it states none."""
        gain, offset = self._options.get("gain_ppm"), self._options.get("offset_ppm_of_range")
        if gain is None or offset is None or reading.range is None:
            return None
        return Accuracy(gain * 1e-6, offset * 1e-6 * reading.range, "station file")

    # ---- inside

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting."""
        found = super().read_settings()
        self._ranges_T = commands.ranges_T(found["probe_type"])
        return found

    def _read_probe(self) -> tuple[float, ...]:
        self._ranges_T = commands.ranges_T(self._get(commands.PROBE))
        return self._ranges_T

    def _range_for(self, wanted_T: float) -> int:
        ranges_T = self.field_ranges_T()
        for number, full_T in enumerate(ranges_T, 1):
            if 0 < wanted_T <= full_T:
                return number
        there = ", ".join(f"{one:g}" for one in ranges_T) or "none"
        raise LimitError(
            f"field range {wanted_T!r} T: the probe has {there}",
            instrument=self.name,
            state="nothing was sent",
        )

    def _refused(self, what: str, remedy: str) -> InstrumentError:
        return InstrumentError(what, instrument=self.name, state="the reading was discarded", remedy=remedy)


_PANEL = "leave the front panel alone; configure again (measure_field)"


def _is_number(text: str) -> bool:
    try:
        replies.number(text)
    except ReplyShapeError:
        return False
    return True
