"""The line with which an Alicat answers a poll: its numbers, its gas, and words for what is wrong.

Alicat Serial Communications Primer, "The Alicat Data Frame" and "Status/Error Codes". A mass flow controller
sends unit, absolute pressure, temperature, volumetric and mass flow, set-point, on some a total, gas, status:
so does a real MC-500SCCM-D with firmware 10v20, captured by the tests of alicatlib (MIT). P2O, COM and GTA
are in that unit's own list of status words (reply to ??D*) and not in the Primer; what they mean is not told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers import replies
from drivers.replies import ReplyShapeError

OVER_RANGE = "MOV"
"""The mass flow is beyond what it can measure."""
HELD = "HLD"
"""The valve is held where it is."""
STATUS_WORDS = frozenset(
    {"ADC", "COM", "EXH", "GTA", HELD, "LCK", OVER_RANGE, "OPL", "OVR", "P2O", "POV", "TMF", "TOV", "VOV"}
    | {"VTM"}
)
_NUMBERS = (5, 6)
"""Without and with a total of what has flowed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Numbers as displayed, in the units of the display. `digit`: what the set-point's last place counts."""

    pressure: float
    temperature: float
    volumetric_flow: float
    mass_flow: float
    setpoint: float
    digit: float
    gas: str
    status: frozenset[str]
    raw: str


def frame(unit: str) -> Callable[[str], Frame]:
    """A parser for the data frame of this unit; raises ReplyShapeError for any other line."""

    def parse(reply: str) -> Frame:
        words = replies.text(reply).split()
        if words[0].upper() != unit:
            raise ReplyShapeError(f"{reply!r} does not come from unit {unit}")
        status: set[str] = set()
        while len(words) > 1 and words[-1].upper() in STATUS_WORDS:
            status.add(words.pop().upper())
        numbers = words[1:-1]
        if len(numbers) not in _NUMBERS or not words[-1][0].isalnum():
            raise ReplyShapeError(f"{reply!r} is not the data frame of a mass flow controller")
        pressure, temperature, volumetric, mass, setpoint = [replies.number(one) for one in numbers][:5]
        digit = 10.0 ** -len(numbers[4].partition(".")[2])
        return Frame(
            pressure, temperature, volumetric, mass, setpoint, digit, words[-1], frozenset(status), reply
        )

    return parse


def firmware(unit: str) -> Callable[[str], str]:
    """A parser for the reply to VE: the unit, then the version, such as 10v05."""

    def parse(reply: str) -> str:
        words = replies.text(reply).split()
        if words[0].upper() != unit or len(words) < 2 or "v" not in words[1]:
            raise ReplyShapeError(f"{reply!r} is not the firmware version of unit {unit}")
        return " ".join(words[1:])

    return parse


def register(unit: str, number: int) -> Callable[[str], int]:
    """A parser for the reply to the reading of a register: the unit, its number, "=", and the value."""

    def parse(reply: str) -> int:
        head, sign, value = replies.text(reply).partition("=")
        if not sign or head.upper().split()[:1] != [unit]:
            raise ReplyShapeError(f"{reply!r} is not register {number} of unit {unit}")
        return replies.integer(value)

    return parse
