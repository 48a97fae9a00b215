"""A temperature programme as plain data: what a furnace controller executes on its own, without the PC.

Temperatures are in degrees Celsius, as recipes, vessels and controllers state them; a reading is in kelvin.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bench.core.errors import BenchError

EndAction = Literal["reset", "dwell"]
"""What the controller does after the last segment. "reset": back to its own set-point, which has to be one
that cannot heat. "dwell": stays at the last set-point until somebody comes."""
HoldbackKind = Literal["none", "low", "high", "band"]


class ProgrammeError(BenchError):
    """A programme that no furnace should be given; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """The set-point moves to `target_degC` at `rate_K_per_min`, up or down (the rate is a magnitude)."""

    target_degC: float
    rate_K_per_min: float


@dataclass(frozen=True, slots=True)
class Dwell:
    """The set-point stays where it is for `duration_s`."""

    duration_s: float


Segment = Ramp | Dwell


@dataclass(frozen=True, slots=True)
class Holdback:
    """The programme's clock stops while the temperature is off the set-point by more than `band_K`.

    "low": only if it is too cold; "high": too hot; "band": either. "none" lets the clock run on.
    """

    kind: HoldbackKind = "none"
    band_K: float = 0.0


@dataclass(frozen=True, slots=True)
class TemperatureProgramme:
    """Segments in order, then `end`. Raises ProgrammeError, with all that is wrong, when it is made."""

    segments: tuple[Segment, ...]
    holdback: Holdback = Holdback()
    end: EndAction = "reset"

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise ProgrammeError(
                f"this is no temperature programme: {'; '.join(problems)}", state="nothing was sent"
            )

    @property
    def peak_degC(self) -> float:
        """The highest set-point on the way."""
        return max(one.target_degC for one in self.segments if isinstance(one, Ramp))

    def duration_s(self, start_degC: float) -> float:
        """Seconds from `start_degC` to the end if the furnace follows: holdback makes it longer."""
        total_s, at_degC = 0.0, start_degC
        for one in self.segments:
            if isinstance(one, Ramp):
                total_s += 60.0 * abs(one.target_degC - at_degC) / one.rate_K_per_min
                at_degC = one.target_degC
            else:
                total_s += one.duration_s
        return total_s

    def as_json(self) -> dict[str, Any]:
        """Plain tables for records and files."""
        return {
            "segments": [{"kind": type(one).__name__.lower(), **asdict(one)} for one in self.segments],
            "holdback": asdict(self.holdback),
            "end": self.end,
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the programme, in hexadecimal: the same one only for equal programmes."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _problems(programme: TemperatureProgramme) -> Iterator[str]:
    if not any(isinstance(one, Ramp) for one in programme.segments):
        yield "it has no ramp, so its set-point is nobody's choice"
    for number, one in enumerate(programme.segments, 1):
        if isinstance(one, Ramp):
            if not math.isfinite(one.target_degC) or one.target_degC <= -273.15:
                yield f"segment {number} leads to {one.target_degC!r} degC"
            if not (math.isfinite(one.rate_K_per_min) and one.rate_K_per_min > 0):
                yield f"segment {number} ramps at {one.rate_K_per_min!r} K/min: more than zero is needed"
        elif not (math.isfinite(one.duration_s) and one.duration_s >= 0):
            yield f"segment {number} dwells for {one.duration_s!r} s"
    holdback = programme.holdback
    if holdback.kind != "none" and not (math.isfinite(holdback.band_K) and holdback.band_K > 0):
        yield f"a holdback of {holdback.band_K!r} K would stop the clock for ever"
