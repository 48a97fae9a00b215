"""One reading of delta mode as a 622x sends it: five elements, decoded."""

from __future__ import annotations

from dataclasses import dataclass

from bench.core.readings import DeltaReading, Reading, is_sentinel
from drivers import replies
from drivers.keithley.current_source_settings import FIVE_ELEMENTS
from drivers.replies import ReplyShapeError

_TRUTH = {"T": True, "F": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Answer:
    """READ, TST, RNUM, SOUR, COMP as sent (FORMat:ELEMents, p. 13-7)."""

    voltage: str
    seconds: float
    number: int
    level_A: float
    in_compliance: bool


def parse(reply: str) -> Answer:
    """One reading. Raises ReplyShapeError for anything else."""
    (answer,) = parse_all(reply, exactly=1)
    return answer


def parse_all(reply: str, *, exactly: int | None = None) -> tuple[Answer, ...]:
    """All readings of a buffer. Raises ReplyShapeError."""
    fields = [field.strip() for field in reply.split(",")]
    width = len(FIVE_ELEMENTS)
    if len(fields) % width or (exactly is not None and len(fields) != exactly * width):
        raise ReplyShapeError(f"{reply[:80]!r} is not made of {width} elements a reading")
    return tuple(_answer(*fields[start : start + width]) for start in range(0, len(fields), width))


def _answer(voltage: str, seconds: str, number: str, level: str, compliance: str) -> Answer:
    replies.number(voltage)
    if compliance.upper() not in _TRUTH:
        raise ReplyShapeError(f"{compliance!r} does not say whether the source was in compliance")
    return Answer(
        voltage,
        replies.number(seconds),
        replies.integer(number),
        replies.number(level),
        _TRUTH[compliance.upper()],
    )


def decode(answer: Answer, *, time: float, current_A: float, range_V: float) -> DeltaReading:
    """The answer as a reading; 9.9E37 (overflow, and in this family also "not a number") becomes None."""
    value = float(answer.voltage)
    overload = is_sentinel(value)
    return DeltaReading(
        voltage=Reading(
            value=None if overload else value,
            unit="V",
            time=time,
            range=range_V,
            in_compliance=answer.in_compliance,
            overload=overload,
            raw=answer.voltage,
        ),
        current_A=current_A,
        number=answer.number,
        seconds=answer.seconds,
    )
