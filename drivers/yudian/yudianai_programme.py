"""A temperature programme as the controller holds it: set-points, and the time from each to the next.

Ramp mode of the AI series: the set-point goes from SPi to SPi+1 in ti; two that are equal are a dwell; a time
of -121 stops the programme. There are fifty (V9.3, codes 50H to B3H). The programme has to say where it
starts: at START_degC, which cannot heat.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from bench.core.errors import InstrumentError, ReadBackError
from bench.core.programme import Dwell, ProgrammeError, Ramp, Segment, TemperatureProgramme
from drivers.aibus import NO_SUCH_PARAMETER
from drivers.yudian.parameters import LARGEST, Parameters
from drivers.yudian.yudianai_parameters import SEGMENTS, segment

START_degC = 20.0
STOP_min = -121
LONGEST_min = 3200
MOST = 50

Vertex = tuple[int, int]
"""A set-point and the time from it to the next, as counts."""


@dataclass(frozen=True, slots=True)
class Form:
    """What counts stand for: decimals of temperatures, minutes of times."""

    decimals: int
    step_min: float

    @property
    def stop(self) -> int:
        """The time that ends a programme."""
        return round(STOP_min / self.step_min)

    def counts(self, minutes: float) -> float:
        """Not rounded, but clean of what binary fractions add."""
        return round(minutes / self.step_min, 6)


def vertices(programme: TemperatureProgramme, form: Form) -> list[Vertex]:
    """The counts to write. A ramp that does not fit whole counts becomes slower, never faster.

    Raises ProgrammeError with everything that this controller cannot do.
    """
    problems = []
    if programme.end != "reset":
        problems.append("it can only end with a stop")
    if programme.holdback.kind != "none":
        problems.append("there is no holdback (the unit's ready function acts only at the start)")
    if len(programme.segments) + 1 > MOST:
        problems.append(f"{len(programme.segments)} segments and an end do not fit into {MOST}")
    found: list[Vertex] = []
    at = round(START_degC * 10**form.decimals)
    for number, one in enumerate(programme.segments, 1):
        target = at if isinstance(one, Dwell) else round(one.target_degC * 10**form.decimals)
        time = _counts(one, abs(target - at) / 10**form.decimals, form)
        if time == 0:
            problems.append(f"segment {number} takes no time")
        elif time is None:
            problems.append(
                f"segment {number} dwells for {one}, which is no multiple of {form.step_min:g} min"
            )
        elif form.step_min * time > LONGEST_min:
            problems.append(f"segment {number} is longer than {LONGEST_min} min")
        if abs(target) > LARGEST:
            problems.append(f"segment {number}: {target / 10**form.decimals!r} degC has too many digits")
        found.append((at, time or 0))
        at = target
    if problems:
        raise ProgrammeError(
            f"this controller cannot run it: {'; '.join(problems)}",
            state="nothing was sent",
            remedy="write the recipe for what this controller can do",
        )
    return [*found, (at, form.stop)]


def _counts(one: Segment, distance_K: float, form: Form) -> int | None:
    if isinstance(one, Ramp):
        return math.ceil(form.counts(distance_K / one.rate_K_per_min))
    counts = form.counts(one.duration_s / 60)
    return int(counts) if counts.is_integer() else None


def programme(found: list[Vertex], form: Form) -> TemperatureProgramme:
    """What these counts are; the last one stops. The inverse of `vertices` but for its rounding."""
    segments: list[Segment] = []
    scale = 10**form.decimals
    for (here, time), (there, _) in itertools.pairwise(found):
        minutes = round(time * form.step_min, 6)
        if here == there:
            segments.append(Dwell(round(minutes * 60, 6)))
        else:
            segments.append(Ramp(there / scale, abs(there - here) / scale / minutes))
    return TemperatureProgramme(tuple(segments))


def write(parameters: Parameters, wanted: list[Vertex], form: Form, instrument: str) -> int:
    """Make it hold these; returns how many parameters had to be written.

    The end comes first, so that what is left half-written still stops. Raises ProgrammeError, ReadBackError.
    """
    room = parameters.ask(SEGMENTS.code).value
    if room < len(wanted):
        raise ProgrammeError(
            f"{len(wanted)} set-points do not fit into the {room} that its parameter Pno allows",
            instrument=instrument,
            state="nothing was sent",
            remedy=f"set Pno to {len(wanted)} or more on the front panel",
        )
    written = 0
    for number, (setpoint, time) in reversed(list(enumerate(wanted, 1))):
        of_temperature, of_time = segment(number)
        written += parameters.put(of_time, time)
        written += parameters.put(of_temperature, setpoint)
    held = read_counts(parameters, form, instrument)
    if held != wanted:
        raise ReadBackError(
            f"the unit holds {held} where {wanted} was written",
            instrument=instrument,
            state="the programme was not started",
            remedy="look whether another program or somebody at the front panel writes to it",
        )
    return written


def read_counts(parameters: Parameters, form: Form, instrument: str) -> list[Vertex]:
    """All up to the stop. Raises InstrumentError for a program that only the front panel could have made."""
    found: list[Vertex] = []
    foreign = ""
    for number in range(1, MOST + 1):
        of_temperature, of_time = segment(number)
        setpoint, time = parameters.ask(of_temperature.code).value, parameters.ask(of_time.code).value
        found.append((setpoint, time))
        if NO_SUCH_PARAMETER in (setpoint, time):
            foreign = f"segment {number} does not exist, and nothing before it stops"
        elif number == 1 and setpoint != round(START_degC * 10**form.decimals):
            foreign = f"it starts at {setpoint / 10**form.decimals:g} degC, not at {START_degC:g}"
        elif time == form.stop:
            break
        elif time <= 0:
            foreign = f"segment {number} has the time {time}, a jump, an event or a wait"
        if foreign:
            break
    else:
        foreign = "nothing in it stops, so it would stay hot"
    if len(found) == 1 and not foreign:
        foreign = "it stops before it has begun"
    if foreign:
        raise InstrumentError(
            f"the program is not one that this driver can judge: {foreign}",
            instrument=instrument,
            state="nothing was changed",
            remedy="look at it on the front panel, or load another programme",
        )
    return found
