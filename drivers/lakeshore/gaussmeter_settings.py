"""The settings of the Lake Shore 475, 455 and 425 that the driver uses, and what their probes can do."""

from __future__ import annotations

from typing import NamedTuple

from drivers import replies
from drivers.replies import ReplyShapeError
from drivers.round_trips import RoundTrip
from drivers.settings import Setting, count

TESLA = 2
UNIT_NAMES = {1: "gauss", 2: "tesla", 3: "oersted", 4: "A/m"}
"""What UNIT takes (475 and 425 manuals); the factory setting is gauss."""
DC = 1
RANGES_T = {
    40: (3.5e-4, 3.5e-3, 3.5e-2, 0.35, 3.5),
    41: (3.5e-3, 3.5e-2, 0.35, 3.5, 35.0),
    42: (3.5e-6, 3.5e-5, 3.5e-4, 3.5e-3),
}
"""By probe type (high sensitivity, high stability, ultra-high sensitivity); RANGE 1 is the most sensitive."""
NO_PROBE, OVERLOAD = 1, 2
"""Bits of OPST? (from a driver that was tried on a 455)."""


def ranges_T(probe_type: int) -> tuple[float, ...]:
    """Full scales of this type of probe; 50 to 52 are 40 to 42 behind a programmable cable (425 manual)."""
    return RANGES_T.get(probe_type - 10 if probe_type >= 50 else probe_type, ())


def _on_off(reply: str) -> bool:
    return replies.on_off(reply)


def _numbers(parts: int) -> Setting[tuple[int, ...]]:
    def parse(reply: str) -> tuple[int, ...]:
        return tuple(replies.integer(one) for one in replies.fields(parts)(reply))

    return Setting(
        "reading_mode",
        "RDGMODE",
        parse,
        lambda values: ",".join(map(str, values)),
        lambda asked, held, _: asked == held,
    )


UNIT = count("unit", "UNIT")
RANGE = count("range", "RANGE")
PROBE = count("probe_type", "TYPE")
AUTORANGE: Setting[bool] = Setting(
    "autorange", "AUTO", _on_off, lambda on: str(int(on)), lambda asked, held, _: asked == held
)
MODE_OF_FIVE = _numbers(5)
"""475 and 455: measuring mode, resolution, filter, kind of peak, display."""
MODE_OF_THREE = _numbers(3)
"""425: measuring mode, filter, band."""
REVERSIBLE = (RoundTrip(AUTORANGE, (True, False), disturbs=(RANGE,)),)


class FieldReply(NamedTuple):
    """RDGFIELD?, UNIT?, RANGE?, RDGMODE? and OPST? in one message; `text` is the field as sent."""

    text: str
    unit: int
    range: int
    mode: int
    state: int


READ_FIELD = "RDGFIELD?;UNIT?;RANGE?;RDGMODE?;OPST?"


def field_reply(reply: str) -> FieldReply:
    """Everything about one reading; replies to one message are joined with `;`."""
    parts = [part.strip() for part in reply.split(";")]
    if len(parts) != 5:
        raise ReplyShapeError(f"{reply!r} is not field, unit, range, mode and status")
    mode = replies.integer(parts[3].split(",")[0])
    return FieldReply(
        parts[0], replies.integer(parts[1]), replies.integer(parts[2]), mode, replies.integer(parts[4])
    )
