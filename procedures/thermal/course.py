"""What a programme has asked of the furnace up to now, told by where it is: nothing has to be remembered."""

from __future__ import annotations

from bench.core.programme import Dwell, Ramp, Segment, TemperatureProgramme

LATELY_s = 1200.0
"""How long after a ramp what it stored in element and tube may still show. By the programme's own clock."""


def fastest_lately(programme: TemperatureProgramme, segment: int, left_s: float) -> float:
    """K/min of the fastest ramp of the last LATELY_s, with `left_s` to go in `segment` (from 1); 0: none."""
    if not 1 <= segment <= len(programme.segments):
        return 0.0
    segments = programme.segments
    now = segments[segment - 1]
    fastest = now.rate_K_per_min if isinstance(now, Ramp) else 0.0
    ago_s = _length_s(segments, segment - 1) - left_s
    for place in reversed(range(segment - 1)):
        if ago_s > LATELY_s:
            break
        one = segments[place]
        if isinstance(one, Ramp):
            fastest = max(fastest, one.rate_K_per_min)
        ago_s += _length_s(segments, place)
    return fastest


def highest_yet(programme: TemperatureProgramme, segment: int, setpoint_degC: float) -> float:
    """The highest set-point up to now, in degC."""
    before = programme.segments[: max(0, segment - 1)]
    return max([setpoint_degC, *(one.target_degC for one in before if isinstance(one, Ramp))])


def _length_s(segments: tuple[Segment, ...], place: int) -> float:
    """0 for a ramp that nothing says the beginning of: there is nothing before it either."""
    one = segments[place]
    if isinstance(one, Dwell):
        return one.duration_s
    before = [other.target_degC for other in segments[:place] if isinstance(other, Ramp)]
    return 60.0 * abs(one.target_degC - before[-1]) / one.rate_K_per_min if before else 0.0
