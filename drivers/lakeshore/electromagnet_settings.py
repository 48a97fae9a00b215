"""The settings of the Lake Shore 643 and 648 that the driver uses (648 manual p. 66 ff., 642 p. 5-30 ff.)."""

from __future__ import annotations

from typing import NamedTuple

from drivers import replies
from drivers.replies import ReplyShapeError
from drivers.settings import Setting, count, exact, number

AMPERES = 1e-3
"""How far a current or rate may read back from what was set: four decimals are sent (from memory)."""
CURRENT = number("set_current_A", "SETI", tolerance=AMPERES)
RATE = number("ramp_rate_A_per_s", "RATE", tolerance=1e-4)
PROGRAM = count("program", "XPGM")
PROGRAMS = {"internal": 0, "external": 1, "sum": 2}
INTERNAL_WATER, MAGNET_WATER = count("internal_water", "INTWTR"), count("magnet_water", "MAGWTR")
WATER_DISABLED = 3
MEASURED_QUERY, VOLTAGE_QUERY = "RDGI?", "RDGV?"
SEGMENTS: Setting[bool] = Setting(
    "ramp_segments", "RSEG", replies.on_off, lambda on: str(int(on)), lambda asked, held, _: asked == held
)


def _pair(reply: str) -> tuple[float, float]:
    first, second = replies.fields(2)(reply)
    return replies.number(first), replies.number(second)


LIMIT: Setting[tuple[float, float]] = Setting(
    "setting_limits_A_and_A_per_s",
    "LIMIT",
    _pair,
    lambda pair: ",".join(map(exact, pair)),
    lambda asked, held, _: all(abs(a - b) <= AMPERES for a, b in zip(asked, held, strict=True)),
)
READABLE = (CURRENT, RATE, LIMIT, SEGMENTS, PROGRAM, INTERNAL_WATER, MAGNET_WATER)

COMPLIANCE, RAMP_DONE, POWER_LIMIT = 1, 2, 4
"""Bits of OPST?, the *present* state. OPSTR? is what was latched, and clears when it is read."""
HARDWARE = (
    "output control failure",
    "DAC processor not responding",
    "output over-current",
    "output over-voltage",
    "temperature fault",
    "output stage protect",
)
OPERATIONAL = (
    "calibration error",
    "external program error",
    "temperature high",
    "low line voltage",
    "high line voltage",
    "magnet flow switch",
    "power supply flow switch",
    "remote enable",
)
"""Bits of ERST?, hardware and operational, from bit 0; the maker's Python package has the same names."""
STATUS_QUERY = "OPST?;ERST?;RDGI?;SETI?"


class Status(NamedTuple):
    """The present state, in one message."""

    operation: int
    faults: tuple[str, ...]
    measured_A: float
    set_A: float

    @property
    def ramp_done(self) -> bool:
        """Whether the current has arrived."""
        return bool(self.operation & RAMP_DONE)

    @property
    def limited(self) -> bool:
        """Whether the voltage or the power limits the current."""
        return bool(self.operation & (COMPLIANCE | POWER_LIMIT))


def status(reply: str) -> Status:
    """`002;000,000;+40.0012;+40.0000`."""
    parts = reply.split(";")
    if len(parts) != 4:
        raise ReplyShapeError(f"{reply!r} is not operation, errors, current and setting")
    hardware, operational = (replies.integer(one) for one in replies.fields(2)(parts[1]))
    faults = (*_named(hardware, HARDWARE, "hardware"), *_named(operational, OPERATIONAL, "operational"))
    return Status(replies.integer(parts[0]), faults, replies.number(parts[2]), replies.number(parts[3]))


def _named(bits: int, names: tuple[str, ...], kind: str) -> list[str]:
    found = [name for bit, name in enumerate(names) if bits & 1 << bit]
    return found + ([f"{kind} error bits {bits:#x}"] if bits >> len(names) else [])
