"""A temperature programme in the controller's own store: written where it differs, read back, compared.

HA026230 issue 3, 5.9. Rates are kept in K/min and durations in milliseconds, whatever the panel shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.core.errors import InstrumentError, ReadBackError
from bench.core.programme import (
    Dwell,
    EndAction,
    Holdback,
    HoldbackKind,
    ProgrammeError,
    Ramp,
    Segment,
    TemperatureProgramme,
)
from drivers.eurotherm.eurotherm2400_registers import SEGMENTS
from drivers.eurotherm.registers import Kind, Register, Registers, as_held, value_of

BASE, PER_PROGRAM, PER_BLOCK = 8192, 136, 8
WORKING_COPY = 0
PARAMETERS = 5
"""Of a block's eight places, those that are used."""
END, RAMP_RATE, DWELL = 0, 1, 3
_OTHER_SEGMENTS = {2: "a ramp by time", 4: "a step", 5: "a call of another program"}
_MINUTES = 1
_HOLDBACKS: tuple[HoldbackKind, ...] = ("none", "low", "high", "band")
_ENDS: dict[int, EndAction] = {0: "dwell", 1: "reset"}

Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Place:
    """One parameter of a block and the value it shall have."""

    offset: int
    kind: Kind
    value: float
    name: str

    def is_in(self, block: Pairs) -> bool:
        """Whether the block holds it already."""
        return value_of(self.kind, block[self.offset]) == as_held(self.kind, self.value)


def as_programmed(programme: TemperatureProgramme) -> TemperatureProgramme:
    """What a controller can hold of it: single precision and whole milliseconds."""

    def held(one: Segment) -> Segment:
        if isinstance(one, Ramp):
            return Ramp(as_held("number", one.target_degC), as_held("number", one.rate_K_per_min))
        return Dwell(as_held("duration", one.duration_s))

    holdback = programme.holdback
    if holdback.kind != "none":
        holdback = Holdback(holdback.kind, as_held("number", holdback.band_K))
    return TemperatureProgramme(tuple(held(one) for one in programme.segments), holdback, programme.end)


def write(registers: Registers, number: int, programme: TemperatureProgramme, instrument: str) -> int:
    """Make program `number` this one; returns how many parameters had to be written.

    Raises ReadBackError if it does not hold it afterwards.
    """
    room = int(registers.get(SEGMENTS))
    if len(programme.segments) + 1 > room:
        raise ProgrammeError(
            f"{len(programme.segments)} segments and an end do not fit into the {room} of this unit",
            instrument=instrument,
            state="nothing was sent",
            remedy="join segments that can be joined",
        )
    blocks = [(0, _general(programme))]
    blocks += [(place, _segment(one)) for place, one in enumerate(programme.segments, 1)]
    blocks.append((len(programme.segments) + 1, _end(programme)))
    written = 0
    for place, wanted in blocks:
        written += _write_block(registers, _base(number) + PER_BLOCK * place, wanted)
    held = read(registers, number, instrument)
    if held != as_programmed(programme):
        raise ReadBackError(
            f"program {number} holds {held.as_json()} where {as_programmed(programme).as_json()} was written",
            instrument=instrument,
            state="the programme was not started",
            remedy="look at the unit's programmer configuration, and whether another program writes to it",
        )
    return written


def read(registers: Registers, number: int, instrument: str) -> TemperatureProgramme:
    """Program `number`, 0 for the one that runs.

    Raises InstrumentError for a program that only the front panel could have made, such as one with steps
    or without an end.
    """
    base = _base(number)
    general = registers.pairs(base, PARAMETERS)
    foreign = _foreign(general)
    segments: list[Segment] = []
    room = int(registers.get(SEGMENTS))
    for place in range(1, room + 1) if not foreign else ():
        block = registers.pairs(base + PER_BLOCK * place, PARAMETERS)
        kind = block[0][0]
        if kind == RAMP_RATE:
            segments.append(Ramp(value_of("number", block[1]), value_of("number", block[2])))
        elif kind == DWELL:
            segments.append(Dwell(value_of("duration", block[2])))
        elif kind == END and block[3][0] in _ENDS:
            return TemperatureProgramme(tuple(segments), _holdback(general), _ENDS[block[3][0]])
        elif kind == END:
            foreign = [f"it ends at a fixed power of {value_of('number', block[1])!r} %"]
        else:
            foreign = [f"segment {place} is {_OTHER_SEGMENTS.get(kind, f'of type {kind}')}"]
        if foreign:
            break
    foreign = foreign or ["it has no end segment, so it would stay hot"]
    raise InstrumentError(
        f"program {number} is not one that this driver can judge: {'; '.join(foreign)}",
        instrument=instrument,
        state="nothing was changed",
        remedy="look at it on the front panel, or load another programme",
    )


def _foreign(general: Pairs) -> list[str]:
    found = []
    if general[2][0] != _MINUTES:
        found.append("its ramps are not in K/min")
    if general[4][0] != 1:
        found.append("it repeats for ever" if general[4][0] == 0 else f"it runs {general[4][0]} times")
    if general[0][0] >= len(_HOLDBACKS):
        found.append(f"its holdback is of type {general[0][0]}")
    return found


def _holdback(general: Pairs) -> Holdback:
    kind = _HOLDBACKS[general[0][0]]
    return Holdback() if kind == "none" else Holdback(kind, value_of("number", general[1]))


def _general(programme: TemperatureProgramme) -> list[Place]:
    holdback = programme.holdback
    places = [Place(0, "word", _HOLDBACKS.index(holdback.kind), "holdback type")]
    if holdback.kind != "none":
        places.append(Place(1, "number", holdback.band_K, "holdback value / K"))
    return [*places, Place(2, "word", _MINUTES, "ramp units"), Place(4, "word", 1, "cycles")]


def _segment(one: Segment) -> list[Place]:
    if isinstance(one, Dwell):
        return [
            Place(0, "word", DWELL, "segment type"),
            Place(2, "duration", one.duration_s, "dwell / s"),
        ]
    return [
        Place(0, "word", RAMP_RATE, "segment type"),
        Place(1, "number", one.target_degC, "target / degC"),
        Place(2, "number", one.rate_K_per_min, "rate / K/min"),
    ]


def _end(programme: TemperatureProgramme) -> list[Place]:
    (code,) = (code for code, end in _ENDS.items() if end == programme.end)
    return [Place(0, "word", END, "segment type"), Place(3, "word", code, "end type")]


def _write_block(registers: Registers, base: int, wanted: Iterable[Place]) -> int:
    """The type comes first: changing it redefines all the others, so they are looked at anew."""
    written = 0
    block = registers.pairs(base, PARAMETERS)
    for one in wanted:
        if one.is_in(block):
            continue
        address = base + one.offset
        written += registers.put(Register(f"{one.name} at {address}", address, one.kind), one.value)
        if one.offset == 0:
            block = registers.pairs(base, PARAMETERS)
    return written


def _base(number: int) -> int:
    return BASE + PER_PROGRAM * number
