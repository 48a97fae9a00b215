"""A temperature programme in one line of text: "5 K/min to 180 degC; 2 K/min to 250 degC; hold 10 h"."""

from __future__ import annotations

import re

from bench.core.errors import QuantityError
from bench.core.programme import Dwell, ProgrammeError, Ramp, Segment
from bench.core.quantities import parse_quantity

_RAMP = re.compile(r"(?P<rate>.+?)\s+to\s+(?P<target>.+)")
_HOLD = re.compile(r"hold\s+(?P<duration>.+)")

LONGEST_DWELL_s = (2**31 - 1) / 1000
"""A controller keeps a duration as a signed 32-bit number of milliseconds: 24.8 days."""


def parse_segments(text: str) -> tuple[Segment, ...]:
    """The segments, in order. Raises ProgrammeError that names every part that is none, and why."""
    found: list[Segment] = []
    wrong = []
    for part in (one.strip() for one in text.split(";")):
        if not part:
            continue
        try:
            found.append(_segment(part))
        except (QuantityError, ValueError) as error:
            wrong.append(f"'{part}' ({error.what if isinstance(error, QuantityError) else error})")
    if wrong or not found:
        raise ProgrammeError(
            f"this is no list of ramps and dwells: {'; '.join(wrong) or 'it is empty'}",
            state="nothing was sent",
            remedy='write "5 K/min to 180 degC; hold 10 h"',
        )
    return tuple(found)


def _segment(part: str) -> Segment:
    if hold := _HOLD.fullmatch(part):
        duration_s = parse_quantity(hold["duration"], "s")
        if duration_s > LONGEST_DWELL_s:
            raise ValueError(f"longer than the {LONGEST_DWELL_s:.0f} s that fit into the controller")
        return Dwell(duration_s)
    if ramp := _RAMP.fullmatch(part):
        return Ramp(parse_quantity(ramp["target"], "degC"), parse_quantity(ramp["rate"], "K/min"))
    raise ValueError('neither "RATE to TEMPERATURE" nor "hold DURATION"')


def approach(target_degC: float, *, rate: float, slow_rate: float, slow_from_degC: float) -> tuple[Ramp, ...]:
    """To the target fast, and slowly from `slow_from_degC` on (K/min): a furnace at full speed overshoots."""
    slow = Ramp(target_degC, slow_rate)
    return (
        (Ramp(slow_from_degC, rate), slow)
        if slow_from_degC < target_degC and slow_rate < rate
        else (Ramp(target_degC, rate),)
    )
