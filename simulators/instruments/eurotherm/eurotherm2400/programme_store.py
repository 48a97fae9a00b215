"""The programmes: a general block and up to 16 segments each, whose words mean what the segment's type says.

HA026230 issue 3, 5.9. Its example of program 4 uses the base of program 5: the table is right.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from simulators.instruments.eurotherm.eurotherm2400.settings import Settings
from simulators.instruments.eurotherm.eurotherm2400.values import Parameter

BASE, PER_PROGRAM, PER_BLOCK = 8192, 136, 8
END, RAMP_RATE, RAMP_TIME, DWELL, STEP = range(5)
"""Segment types. The type 5, call, belongs to units with several programs and is not simulated."""
END_DWELL, END_RESET, END_POWER = range(3)
UNIT_s = (1.0, 60.0, 3600.0)
"""Seconds in the units of ramps."""
LONGEST_s = 3.6e6


@dataclass(slots=True)
class Segment:
    """One segment; which fields count depends on `kind`."""

    kind: int = END
    target: float = 0.0
    rate: float = 1.0
    duration_s: float = 0.0
    end_type: int = END_DWELL
    end_power: float = 0.0
    logic: int = 0

    def redefine(self, kind: int) -> None:
        """Another type: everything else falls back to its default."""
        if kind != self.kind:
            for one in fields(Segment):
                setattr(self, one.name, one.default)
            self.kind = kind


@dataclass(slots=True)
class Program:
    """One programme. Holdback as shipped: none."""

    holdback: int = 0
    holdback_value: float = 10.0
    ramp_units: int = 1
    dwell_units: int = 1
    cycles: int = 1
    segments: list[Segment] = field(default_factory=list)


class ProgrammeStore:
    """Program 0 is the working copy of the one that runs; 1 and up are kept."""

    def __init__(self, programs: int, segments: int, settings: Settings) -> None:
        self._settings = settings
        self.programs = programs
        self.segments = segments
        self._kept = [Program(segments=[Segment() for _ in range(segments)]) for _ in range(programs + 1)]

    def take(self, number: int) -> Program:
        """Copy a program into the working one, and return that."""
        self._kept[0] = copy.deepcopy(self._kept[number])
        return self._kept[0]

    def program(self, number: int) -> Program:
        """The program of this number, for looking."""
        return self._kept[number]

    def find(self, address: int) -> Parameter | None:
        """What stands at this address, given the present types; None where nothing is configured."""
        number, rest = divmod(address - BASE, PER_PROGRAM)
        if not 0 <= number < len(self._kept):
            return None
        place, offset = divmod(rest, PER_BLOCK)
        program = self._kept[number]
        if place > len(program.segments):
            return None
        block = self._segment(program.segments[place - 1]) if place else self._general(program)
        return dict(block).get(offset)

    def _general(self, program: Program) -> Iterator[tuple[int, Parameter]]:
        yield 0, attribute(program, "holdback", "word", 0, 3)
        yield 1, attribute(program, "holdback_value", "float", 0, 9999)
        yield 2, attribute(program, "ramp_units", "word", 0, 2)
        yield 3, attribute(program, "dwell_units", "word", 0, 2)
        yield 4, attribute(program, "cycles", "word", 0, 999)

    def _segment(self, segment: Segment) -> Iterator[tuple[int, Parameter]]:
        low, high = self._settings.sp_low, self._settings.sp_high
        yield 0, Parameter("word", lambda: segment.kind, lambda kind: segment.redefine(int(kind)), 0, STEP)
        if segment.kind in (RAMP_RATE, RAMP_TIME, STEP):
            yield 1, attribute(segment, "target", "float", low, high)
        if segment.kind == RAMP_RATE:
            yield 2, attribute(segment, "rate", "float", 0.01, 999.9)
        if segment.kind in (RAMP_TIME, DWELL):
            yield 2, attribute(segment, "duration_s", "time", 0, LONGEST_s)
        if segment.kind == END:
            yield 1, attribute(segment, "end_power", "float", 0, 100)
            yield 3, attribute(segment, "end_type", "word", 0, END_POWER)
        yield 4, attribute(segment, "logic", "word", 0, 255)


def attribute(owner: object, name: str, kind: str, low: float, high: float, **how: bool) -> Parameter:
    """A parameter that is an attribute of `owner`."""
    as_stored = int if kind == "word" else float
    return Parameter(
        "word" if kind == "word" else "time" if kind == "time" else "float",
        lambda: float(getattr(owner, name)),
        lambda value: setattr(owner, name, as_stored(value)),
        low,
        high,
        **how,
    )
