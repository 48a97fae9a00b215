"""Takes one point of the log: a current reversal on fixed ranges, which are chosen once and kept."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from procedures.common.accuracy import AccuracyNotes
from procedures.common.settling import READINGS, Block, agree, block
from procedures.common.sourcing import ORDER, smallest_range, volt_ampere

if TYPE_CHECKING:
    from bench.core.readings import SourceMeterReading
    from bench.core.roles import SourceMeter
    from bench.runs.columns import Value

RANGE_MARGIN = 1.5
"""A range is chosen for this multiple of the voltage: a log that outgrows it has two calibrations."""


@dataclass(frozen=True, slots=True)
class Settling:
    """The source delay found, and whether the voltage was settled with it."""

    delay_s: float
    settled: bool

    def as_json(self) -> dict[str, float | bool]:
        """As kept in the fact "settling" and in checkpoints."""
        return {"delay_s": self.delay_s, "settled": self.settled}


class PointTaker:
    """One meter at one current. `voltage_range_V` is None until a point has shown which one fits.

    `keep_on` leaves the output at the measuring current between points, otherwise it is off.
    """

    def __init__(
        self,
        meter: SourceMeter,
        accuracy: AccuracyNotes,
        *,
        level_A: float,
        compliance_V: float,
        keep_on: bool,
        voltage_range_V: float | None = None,
    ) -> None:
        self._meter = meter
        self._accuracy = accuracy
        self._level_A = level_A
        self._compliance_V = compliance_V
        self._keep_on = keep_on
        self.voltage_range_V = voltage_range_V

    def configure(self) -> None:
        """Source the current on its smallest range; the output ends off."""
        meter = self._meter
        range_A = smallest_range(meter.current_ranges_A(), self._level_A, "A", instrument=meter.name)
        meter.source_current(
            range_A=range_A, compliance_V=self._compliance_V, voltage_range_V=self.voltage_range_V
        )

    def settle(self, delays_s: Sequence[float]) -> Settling:
        """The first delay that agrees with the next one; the last, not settled, if none does.

        The delay is set on the meter and the output off afterwards.
        """
        self._meter.set_output(True)
        self._read(-self._level_A)  # every reading of a block follows a reversal, the first one too
        blocks = (self._block(delay_s) for delay_s in delays_s)
        found = Settling(delays_s[-1], False)
        for delay_s, (before, after) in zip(delays_s, itertools.pairwise(blocks), strict=False):
            if before is None or after is None:
                found = Settling(delays_s[0], False)
                break
            if agree(before, after):
                found = Settling(delay_s, True)
                break
        self.off()
        self._meter.set_source_delay(found.delay_s)
        return found

    def take(self, number: int) -> dict[str, Value]:
        """The row of this point, without time and temperature.

        Every second point starts with the other polarity: no charge adds up, and with the output on each
        point begins with a reversal.
        """
        if not self._meter.output_is_on():
            self._meter.set_output(True)
        first = -self._level_A if number % 2 else self._level_A
        readings = [self._read(sign * first) for sign in ORDER]
        if not self._keep_on:
            self.off()
        pairs = [pair for pair in map(volt_ampere, readings) if pair is not None]
        row: dict[str, Value] = {"Point": number, **_flags(readings)}
        row |= dict.fromkeys(("Resistance", "Voltage", "Current", "EMF"))
        if len(pairs) == len(ORDER):
            volt, ampere = (
                sum(sign * pair[side] for sign, pair in zip(ORDER, pairs, strict=True)) / len(ORDER)
                for side in (0, 1)
            )
            row |= {
                "Resistance": volt / ampere if ampere else None,
                "Voltage": volt,
                "Current": ampere,
                "EMF": sum(pair[0] for pair in pairs) / len(ORDER),
            }
        return row

    def choose_range(self, row: dict[str, Value]) -> bool:
        """After a point: fix the voltage range that suits it, or go back to that of the compliance.

        Returns True where the range changes; the output is off then and the next point is on the new one.
        """
        before = self.voltage_range_V
        if row["Resistance"] is None:
            wanted = None
        elif before is None:
            volt, emf = row["Voltage"], row["EMF"]
            assert isinstance(volt, float)
            assert isinstance(emf, float)
            needed = RANGE_MARGIN * (abs(volt) + abs(emf))
            fitting = [one for one in self._meter.voltage_ranges_V() if needed <= one < self._compliance_V]
            wanted = min(fitting, default=None)
        else:
            wanted = before
        if wanted == before:
            return False
        self.voltage_range_V = wanted
        self.off()
        self.configure()
        return True

    def off(self) -> None:
        """Level zero, output off."""
        if self._meter.output_is_on():
            self._meter.set_level(0.0)
        self._meter.set_output(False)

    def _block(self, delay_s: float) -> Block | None:
        self._meter.set_source_delay(delay_s)
        sign, found = 1, []
        self._read(-self._level_A)
        for _ in range(READINGS):
            found.append(volt_ampere(self._read(sign * self._level_A)))
            sign = -sign
        pairs = [pair for pair in found if pair is not None]
        if len(pairs) < READINGS:
            return None
        return block([volt for volt, _ in pairs], [ampere for _, ampere in pairs])

    def _read(self, level_A: float) -> SourceMeterReading:
        self._meter.set_level(level_A)
        reading = self._meter.measure()
        self._accuracy.note(reading.voltage)
        self._accuracy.note(reading.current)
        return reading


def _flags(readings: Sequence[SourceMeterReading]) -> dict[str, Any]:
    """What is wrong with any of the four, and the ranges of the last."""
    return {
        "Voltage range": readings[-1].voltage.range,
        "Current range": readings[-1].current.range,
        "Compliance": any(one.in_compliance for one in readings),
        "Voltage overload": any(one.voltage.overload for one in readings),
        "Current overload": any(one.current.overload for one in readings),
    }
