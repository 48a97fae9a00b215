"""What a judge of limits saw, and what an interlock does, for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bench.runs.estimate import format_duration
from bench.runs.interlocks.rule_state import Trip
from bench.safety.interlock import Action, Interlock
from bench.safety.threshold import Threshold
from bench.safety.watch import Violation

_ZERO_CELSIUS_K = 273.15

LEVELS: Mapping[Action, Literal["warning", "error"]] = {
    "warn": "warning",
    "pause": "warning",
    "abort": "error",
    "make_safe": "error",
}
_DOES: Mapping[Action, str] = {
    "warn": "goes on",
    "pause": "is paused until a person resumes it, its outputs stay as they are",
    "abort": "is aborted in order",
    "make_safe": "is stopped and its instruments are made safe at once",
}


def seen(rule: Interlock, violation: Violation, unit: str, since: datetime) -> str:
    """`interlock hot-room: ambient is above 30 degC (304.35 K, 31.20 degC) since 2026-01-01 12:00:00 UTC`."""
    what = str(rule.threshold.quantity)
    return f"interlock {rule.name}: {violated(rule.threshold, what, violation, unit, since)}"


def violated(threshold: Threshold, what: str, violation: Violation, unit: str, since: datetime) -> str:
    """`Voltage of run #3 is above 900 mV (0.95 V) since ...`; `what` says whose value it is."""
    when = f"since {since:%Y-%m-%d %H:%M:%S} UTC"
    if violation.value is None:
        return f"no value of {what} {when} (the longest allowed: {format_duration(threshold.stale_s)})"
    limit, value = threshold.limit_text(unit), shown(violation.value, unit)
    return f"{what} is {threshold.comparison} {limit} ({value}) {when}"


def consequence(trip: Trip) -> str:
    """`run a is aborted in order`."""
    if trip.ending and trip.rule.then in ("pause", "abort"):
        return f"run {trip.run.id} is in its shutdown already, which goes on"
    return f"run {trip.run.id} {_DOES[trip.rule.then]}"


def shown(value: float, unit: str) -> str:
    """A value with its unit; a temperature in kelvin in degrees Celsius too."""
    text = f"{value:.6g} {unit}".strip()
    return f"{text}, {value - _ZERO_CELSIUS_K:.2f} degC" if unit == "K" else text
