"""A thermocouple: late by its lag, and broken in the ways that thermocouples break."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

Condition = Literal["good", "open", "shorted", "slipped"]
"""open: broken wire, no signal. shorted: reads the temperature where the wires touch, at the terminals.
slipped: pulled out of the hot zone, reads a fifth of the way from the room to it."""

_SLIPPED = 0.2


class Thermocouple:
    """One junction. `advance` brings its furnace to a time; `step` is called by the furnace, once a tick."""

    def __init__(
        self, advance: Callable[[float], None], *, lag_s: float, tick_s: float, temperature_K: float
    ) -> None:
        self._advance = advance
        self._decay = math.exp(-tick_s / lag_s)
        self._junction_K = temperature_K
        self._room_K = temperature_K
        self._condition: Condition = "good"

    def step(self, place_K: float, room_K: float) -> None:
        """A tick beside `place_K`; exact for what stays the same during the tick."""
        self._room_K = room_K
        if self._condition == "slipped":
            place_K = room_K + _SLIPPED * (place_K - room_K)
        self._junction_K = place_K + (self._junction_K - place_K) * self._decay

    def present(self) -> float | None:
        """What it shows at the tick that the furnace has reached; None without a signal."""
        if self._condition == "open":
            return None
        return self._room_K if self._condition == "shorted" else self._junction_K

    def temperature_K(self, time: float) -> float | None:
        """What it shows at clock second `time`; None without a signal."""
        self._advance(time)
        return self.present()

    @property
    def condition(self) -> Condition:
        """How it is."""
        return self._condition

    def become(self, condition: Condition, time: float) -> None:
        """From `time` on it is so."""
        self._advance(time)
        self._condition = condition
