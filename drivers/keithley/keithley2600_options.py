"""What a station may say of a Series 2600B, and what a model of it allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.core.limits import Limit
from drivers.keithley.keithley2600_dead_man import LEAST_S


def option_problems(
    options: Mapping[str, Any], *, model: str, channels: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with `channel` and `dead_man_s`: option, what, remedy."""
    channel, seconds = options.get("channel", "a"), options.get("dead_man_s", 0)
    if channel not in channels:
        yield "channel", f"{channel!r} is no channel of a {model}", f"write {' or '.join(channels)}"
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not (seconds == 0 or seconds >= LEAST_S):
        yield (
            "dead_man_s",
            f"{seconds!r} cannot be used",
            f"seconds, {LEAST_S:g} or more and longer than any pause of a procedure; 0 for none",
        )


def model_limits(model: str, *, current_A: float, voltage_V: float, power_W: float) -> Mapping[str, Limit]:
    """The model's own layer of limits."""
    return {
        "current": Limit(-current_A, current_A, "A", model),
        "voltage": Limit(-voltage_V, voltage_V, "V", model),
        "power": Limit(-power_W, power_W, "W", model),
        "nplc": Limit(0.001, 25.0, "power-line cycles", model),
        "source delay": Limit(0.0, 999.0, "s", model),
    }
