"""The messages of the Keithley 7001 that the driver uses, and how it names the relays of a matrix card."""

from __future__ import annotations

import re

from drivers.replies import ReplyShapeError
from drivers.round_trips import RoundTrip
from drivers.settings import Setting, number, switch

Channel = tuple[int, int, int]
"""Slot, row, column."""
SLOTS = (1, 2)
ROWS, COLUMNS = 4, 4
MODE_RELAY = (4, 5)
"""Low or high resistivity of the 7065; no terminal of the sample."""
HALL_CARD, NO_CARD = "C7065", "NONE"
OPEN_ALL = ":ROUT:OPEN ALL"
CLOSED_QUERY = ":ROUT:CLOS:STAT?"
_CHANNEL = re.compile(r"(\d+)!(\d+)!(\d+)")


def channels(reply: str) -> frozenset[Channel]:
    """`(@1!1!1,1!4!4:1!4!5)`; `(@)` where none is closed.

    Neighbours in a row may come as a range, and none as an empty list: so another program reads a 7001 with a
    7012. A range over more than one row could mean two things and is refused (ReplyShapeError).
    """
    text = reply.replace(" ", "")
    if not (text.startswith("(@") and text.endswith(")")):
        raise ReplyShapeError(f"{reply!r} is not a channel list")
    found: set[Channel] = set()
    for part in filter(None, text[2:-1].split(",")):
        ends = [_channel(end, reply) for end in part.split(":")]
        (slot, row, first), (last_slot, last_row, last) = ends[0], ends[-1]
        if len(ends) > 2 or (slot, row) != (last_slot, last_row) or last < first:
            raise ReplyShapeError(f"{part!r} in {reply!r} is no range of columns in one row")
        found |= {(slot, row, column) for column in range(first, last + 1)}
    return frozenset(found)


def _channel(text: str, reply: str) -> Channel:
    match = _CHANNEL.fullmatch(text)
    if match is None:
        raise ReplyShapeError(f"{text!r} in {reply!r} is not slot, row and column")
    return int(match[1]), int(match[2]), int(match[3])


def _card(reply: str) -> str:
    word = reply.strip().strip("\"'").upper()
    if not word.isalnum():
        raise ReplyShapeError(f"{reply!r} is not a type of card")
    return word


def _card_in(slot: int) -> Setting[str]:
    command = f":ROUT:CONF:SLOT{slot}:CTYP"
    return Setting(f"card_in_slot_{slot}", command, _card, str, lambda asked, held, _: asked == held)


CARD = {slot: _card_in(slot) for slot in SLOTS}
SETTLING = {
    slot: number(f"settling_{slot}_s", f":ROUT:CONF:SLOT{slot}:STIM", tolerance=1e-3) for slot in SLOTS
}
SINGLE_CHANNEL = switch("single_channel", ":ROUT:CONF:SCH")
BREAK_BEFORE_MAKE = switch("break_before_make", ":ROUT:CONF:BBM")
READABLE = (SINGLE_CHANNEL, BREAK_BEFORE_MAKE, SETTLING[1], SETTLING[2])
REVERSIBLE = (RoundTrip(BREAK_BEFORE_MAKE, (True, False)), RoundTrip(SETTLING[1], (0.0, 0.01)))
