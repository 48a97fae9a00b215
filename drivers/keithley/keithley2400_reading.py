"""One answer of the Keithley 2400 to READ?, decoded: five numbers, the last of them a word of status bits."""

from __future__ import annotations

from dataclasses import dataclass

from bench.core.readings import Reading, SourceMeterReading, is_sentinel
from drivers import replies

# Bits of the status word (Series 2400 user's manual p. 18-50).
OVERFLOW_BIT = 1 << 0
COMPLIANCE_BIT = 1 << 3
RANGE_COMPLIANCE_BIT = 1 << 16

_FIVE = replies.fields(5)


@dataclass(frozen=True, slots=True)
class Answer:
    """Voltage and current as sent, and the status word; resistance and the meter's own time are not used."""

    voltage: str
    current: str
    status: int

    @property
    def in_compliance(self) -> bool:
        """True at the compliance set, or at the end of a measuring range below it ("range compliance")."""
        return bool(self.status & (COMPLIANCE_BIT | RANGE_COMPLIANCE_BIT))


def parse(reply: str) -> Answer:
    """VOLT,CURR,RES,TIME,STAT. Raises ReplyShapeError for anything else."""
    voltage, current, resistance, time, status = _FIVE(reply)
    for field in (voltage, current, resistance, time):
        replies.number(field)
    return Answer(voltage, current, replies.integer(status))


def decode(
    answer: Answer,
    *,
    time: float,
    voltage_range_V: float | None,
    current_range_A: float | None,
    sourced: str | None,
) -> SourceMeterReading:
    """The answer as readings. `sourced` is "V", "A" or None where the source function is not known.

    Both readings carry the compliance flag: at the limit the level is not what was asked for and the
    measured side is the limit's doing. A sentinel (9.9E37 overflow, 9.91E37 not measured) becomes None;
    where only the status word tells of an overflow, the measured side is marked, both if unknown.
    """
    volts, amps = float(answer.voltage), float(answer.current)
    untold = bool(answer.status & OVERFLOW_BIT) and not (is_sentinel(volts) or is_sentinel(amps))

    def reading(value: float, raw: str, *, unit: str, full_scale: float | None) -> Reading:
        sentinel = is_sentinel(value)
        return Reading(
            value=None if sentinel else value,
            unit=unit,
            time=time,
            range=full_scale,
            in_compliance=answer.in_compliance,
            overload=sentinel or (untold and sourced != unit),
            raw=raw,
        )

    return SourceMeterReading(
        voltage=reading(volts, answer.voltage, unit="V", full_scale=voltage_range_V),
        current=reading(amps, answer.current, unit="A", full_scale=current_range_A),
    )
