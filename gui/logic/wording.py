"""Numbers in words: ages, durations, quantities with SI prefixes, results with their uncertainty."""

from __future__ import annotations

import math
from datetime import datetime

PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
PREFIXED = {"V": "V", "A": "A", "ohm": "Ω", "W": "W", "S": "S", "F": "F", "H": "H", "Hz": "Hz", "T": "T"}
"""Units that take a prefix, and how they are written; "K", "s" and compounds stay as they are."""
WRITTEN = {"degC": "°C", "cm^3/min": "cm³/min"}
"""Others that are written in another way than they are kept."""
NOTHING = "—"


def age_text(seconds: float) -> str:
    """How long ago, for people: "now", "12 s ago", "3 min ago"."""
    if seconds < 1.5:
        return "now"
    return f"{duration_text(seconds)} ago"


def seconds_since(utc: str, now: datetime) -> float:
    """From an ISO time of the service to `now`; infinite for what is no time."""
    try:
        return (now - datetime.fromisoformat(utc)).total_seconds()
    except ValueError:
        return math.inf


def duration_text(seconds: float) -> str:
    """Two units at most: "45 s", "3 min 10 s", "2 h 5 min", "4 d 3 h"."""
    if not math.isfinite(seconds):
        return NOTHING
    whole = max(0, round(seconds))
    for size, name, smaller, smaller_name in (
        (86_400, "d", 3_600, "h"),
        (3_600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return f"{whole} s"


def typed_duration(seconds: float) -> str:
    """A default as one would type it: the largest unit that leaves no fraction."""
    for size, name in ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min")):
        if seconds >= size and math.isclose(seconds / size, round(seconds / size), rel_tol=1e-9):
            return f"{round(seconds / size)} {name}"
    return f"{seconds:.12g} s" if seconds >= 1 or seconds == 0 else f"{seconds * 1e3:.12g} ms"


def prefixed(value: float, unit: str) -> tuple[float, str]:
    """The value and its unit with the prefix that leaves one to three digits before the point."""
    sign = PREFIXED.get(unit)
    if sign is None or value == 0 or not math.isfinite(value):
        return value, sign or WRITTEN.get(unit, unit)
    exponent = min(12, max(-15, 3 * math.floor(math.log10(abs(value)) / 3 + 1e-12)))
    return value / 10.0**exponent, PREFIXES[exponent] + sign


def quantity_text(value: float | int | bool | str | None, unit: str, digits: int = 5) -> str:
    """One reading: "1.0012 mA", "23.4 K", "yes"; a dash where there is none."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    scaled, named = prefixed(float(value), unit)
    number = str(value) if isinstance(value, int) and scaled == value else f"{scaled:.{digits}g}"
    return f"{number} {named}".strip()


def result_text(value: float | None, expanded: float | None, unit: str) -> str:
    """A result as it is published: value ± U, rounded to two digits of U."""
    if value is None:
        return "cannot be told"
    unit = unit.replace("ohm", "Ω")
    if expanded is None or not expanded > 0 or not math.isfinite(expanded):
        return f"{value:.5g} {unit}".strip()
    exponent = 0 if value == 0 else math.floor(math.log10(max(abs(value), expanded)))
    power = 3 * math.floor(exponent / 3) if not -3 <= exponent < 4 else 0
    scale = 10.0**power
    places = max(0, 1 - math.floor(math.log10(expanded / scale)))
    body = f"{value / scale:.{places}f} ± {expanded / scale:.{places}f}"
    return (f"({body})e{power} {unit}" if power else f"{body} {unit}").strip()


def clock_text(utc: str | None) -> str:
    """An ISO time of the service as the time on this computer's wall; the date only if it is another."""
    if not utc:
        return NOTHING
    try:
        then = datetime.fromisoformat(utc).astimezone()
    except ValueError:
        return utc
    return then.strftime("%Y-%m-%d %H:%M:%S")
