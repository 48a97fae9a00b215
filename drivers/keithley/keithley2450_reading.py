"""One answer of the Keithley 2450 to READ?, decoded: source read-back, reading, time and two status words."""

from __future__ import annotations

from dataclasses import dataclass

from bench.core.readings import Reading, SourceMeterReading, is_sentinel
from drivers import replies
from drivers.keithley.source_meter_settings import Side
from drivers.keithley.source_meter_setup import Setup

READ = ':READ? "defbuffer1",SOUR,READ,REL,SOURSTAT,STAT'

# Bits of the source status (bufferVar.sourcestatuses, 2450-901-01 p. 8-29); the overvoltage protection is
# in later editions only (2461-901-01 p. 8-31).
PROTECTION_BIT = 1 << 2
OVER_TEMPERATURE_BIT = 1 << 4
LIMIT_BIT = 1 << 5
FOUR_WIRE_BIT = 1 << 6
OUTPUT_BIT = 1 << 7
# Of the measure status (bufferVar.statuses, p. 8-33).
QUESTIONABLE_BIT = 1 << 1

_FIVE = replies.fields(5)


@dataclass(frozen=True, slots=True)
class Answer:
    """Source read-back and reading as sent, with their status words; the meter's own time is not used."""

    sourced: str
    measured: str
    source_status: int
    status: int

    @property
    def in_compliance(self) -> bool:
        """True at the source limit, and where the overvoltage protection held the source back."""
        return bool(self.source_status & (LIMIT_BIT | PROTECTION_BIT))

    @property
    def says_output_on(self) -> bool:
        """Whether the output was on for this reading."""
        return bool(self.source_status & OUTPUT_BIT)

    @property
    def says_four_wire(self) -> bool:
        """Whether this reading was sensed at the specimen."""
        return bool(self.source_status & FOUR_WIRE_BIT)

    @property
    def is_questionable(self) -> bool:
        """Whether the instrument itself doubts the reading, or was too hot."""
        return bool(self.status & QUESTIONABLE_BIT or self.source_status & OVER_TEMPERATURE_BIT)


def parse(reply: str) -> Answer:
    """SOUR,READ,REL,SOURSTAT,STAT. Raises ReplyShapeError for anything else."""
    sourced, measured, relative_time, source_status, status = _FIVE(reply)
    for field in (sourced, measured, relative_time):
        replies.number(field)
    return Answer(sourced, measured, replies.integer(source_status), replies.integer(status))


def decode(answer: Answer, setup: Setup, *, time: float) -> SourceMeterReading:
    """The answer as readings of what `setup` sources and measures.

    Both carry the compliance flag: at the limit the level is not what was asked for and the measured side
    is the limit's doing. A sentinel (9.9E37 overflow, 9.91E37 not a number) becomes None. A reading that
    the instrument calls questionable counts as overloaded: it never enters a fit.
    """

    def reading(raw: str, side: Side) -> Reading:
        value = float(raw)
        sentinel = is_sentinel(value)
        return Reading(
            value=None if sentinel else value,
            unit=side.unit,
            time=time,
            range=setup.range_of(side),
            in_compliance=answer.in_compliance,
            overload=sentinel or answer.is_questionable,
            raw=raw,
        )

    sourced, measured = reading(answer.sourced, setup.source), reading(answer.measured, setup.measured)
    voltage, current = (measured, sourced) if setup.source.unit == "A" else (sourced, measured)
    return SourceMeterReading(voltage=voltage, current=current)
