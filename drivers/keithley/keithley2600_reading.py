"""One answer of a Series 2600B: current, voltage, and what the instrument says about this very reading."""

from __future__ import annotations

from dataclasses import dataclass

from bench.core.readings import Reading, SourceMeterReading, is_sentinel
from drivers import replies
from drivers.keithley import tsp
from drivers.keithley.source_meter_settings import Side
from drivers.keithley.source_meter_setup import Setup

# Bits of status.measurement.instrument.smuX.condition (2600BS-901-01 Rev. F, p. 9-290), brought up to
# date by each measurement.
VOLTAGE_LIMIT_BIT = 1 << 0
CURRENT_LIMIT_BIT = 1 << 1
OVERFLOW_BIT = 1 << 7


def chunk(smu: str) -> str:
    """What is sent for one reading: measure.iv() returns current first; nothing is left in the meter."""
    return (
        f"local i, v = {smu}.measure.iv() print(i, v, status.measurement.instrument.{smu}.condition, "
        f"{smu}.source.compliance, {smu}.source.output == 1, {smu}.sense == 1)"
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """Current and voltage as sent, with what was printed beside them."""

    current: str
    voltage: str
    condition: int
    compliance: bool
    output: bool
    four_wire: bool

    @property
    def in_compliance(self) -> bool:
        """True if the reading was taken at a limit, or the output is at one just after it."""
        return self.compliance or bool(self.condition & (VOLTAGE_LIMIT_BIT | CURRENT_LIMIT_BIT))


def parse(reply: str) -> Answer:
    """Six fields. Raises ReplyShapeError for anything else."""
    current, voltage, condition, compliance, output, sense = tsp.fields(reply, 6)
    for field in (current, voltage):
        replies.number(field)
    return Answer(
        current,
        voltage,
        replies.integer(condition),
        tsp.flag(compliance),
        tsp.flag(output),
        tsp.flag(sense),
    )


def decode(answer: Answer, setup: Setup, *, current: Side, voltage: Side, time: float) -> SourceMeterReading:
    """The answer as readings.

    Both carry the compliance flag: at the limit the level is not what was asked for and the measured side is
    the limit's doing. A sentinel (9.91E37: overflow, or not measured) becomes None.
    """

    def reading(raw: str, side: Side) -> Reading:
        value = float(raw)
        sentinel = is_sentinel(value)
        overflow = bool(answer.condition & OVERFLOW_BIT) and side is setup.measured
        return Reading(
            value=None if sentinel else value,
            unit=side.unit,
            time=time,
            range=setup.range_of(side),
            in_compliance=answer.in_compliance,
            overload=sentinel or overflow,
            raw=raw,
        )

    return SourceMeterReading(
        voltage=reading(answer.voltage, voltage), current=reading(answer.current, current)
    )
