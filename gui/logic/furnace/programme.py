"""The programme in words: which segment it is, what the programmer does, and how long it still takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from gui.logic.states import Sign
from gui.logic.wording import duration_text

HEATING = frozenset({"run", "holdback", "hold", "complete"})
"""States of the programmer in which the programme has not been left."""
_STANDS = {
    "holdback": Sign("◔", "holdback: waits for the furnace", "notice"),
    "hold": Sign("❚❚", "held by somebody", "notice"),
    "complete": Sign("▶", "dwell at the end", "going"),
}


def segments_of(facts: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Those that were loaded into the controller; none before that."""
    found = (facts.get("programme") or {}).get("segments")
    return found if isinstance(found, list) else []


def segment_text(facts: Mapping[str, Any], number: int) -> str:
    """Such as "Segment 2 of 3: to 250 °C at 2 K/min"; counted from 1, 0 in reset."""
    segments = segments_of(facts)
    if number < 1:
        return ""
    if number > len(segments):
        return f"Segment {number}"
    one = segments[number - 1]
    if one.get("kind") == "dwell":
        what = f"dwell for {duration_text(float(one['duration_s']))}"
    else:
        what = f"to {one['target_degC']:g} °C at {one['rate_K_per_min']:g} K/min"
    return f"Segment {number} of {len(segments)}: {what}"


def programmer_sign(facts: Mapping[str, Any], state: str, number: int) -> Sign:
    """What the programmer does. In reset after it was started: the furnace cools."""
    if facts.get("failure"):
        return Sign("✗", "failed, in reset: cooling" if state == "reset" else "failed", "bad")
    if state in _STANDS:
        return _STANDS[state]
    if state == "reset":
        begun = "guard" in facts  # written once the programme runs
        return Sign("▶", "programme over: cooling", "going") if begun else Sign("○", state, "quiet")
    segments = segments_of(facts)
    if state == "run" and 1 <= number <= len(segments):
        return Sign("▶", "dwell" if segments[number - 1].get("kind") == "dwell" else "ramp", "going")
    return Sign("▶", state, "going")


def left_text(state: str, left_s: float | None, clock_utc: str, *, simulated: bool) -> str:
    """How long until the programme ends and when that is; empty where it is over or nobody can say."""
    if left_s is None or state not in HEATING:
        return ""
    if state != "run":
        return f"at least {duration_text(left_s)} left: the programme's clock stands still"
    ends = hour_text(clock_utc, left_s, simulated=simulated)
    return f"{duration_text(left_s)} left, ends {ends}" if ends else f"{duration_text(left_s)} left"


def hour_text(utc: str, later_s: float = 0.0, *, simulated: bool) -> str:
    """An instant as people read it: on the wall's clock, of a simulated bench on the bench's own (UTC).

    With the weekday where that is not the day of `utc` itself. Empty for what is no time.
    """
    try:
        start = datetime.fromisoformat(utc)
    except ValueError:
        return ""
    start = start if simulated else start.astimezone()
    end = start + timedelta(seconds=later_s)
    text = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %H:%M}"
    return f"{text} UTC" if simulated else text
