"""A simulated Thyracont gauge with the first protocol, on a line with others.

VSH82 manual, 4.2.2. What a wrong request brings (nothing) and the accuracy are our choice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bench.core.clock import Clock
from simulators.noise import between
from simulators.physics.vacuum import Chamber
from simulators.wire.device import TimedDevice

ACCURACY = 0.1
"""Of the reading, uniform within this: usual for a Pirani gauge."""
LATENCY_s = 0.01
_OFFSET = 20


class Gauge:
    """One gauge at a chamber."""

    def __init__(self, *, name: str, seed: int, chamber: Chamber, model: str = "VSP63D") -> None:
        self.model = model
        self._chamber = chamber
        self._factor = 1.0 + between(seed, f"{name}/calibration", -ACCURACY, ACCURACY)

    def mbar(self, time: float) -> float:
        """As measured."""
        return self._chamber.pressure_Pa(time) / 100.0 * self._factor

    def told(self, time: float) -> str:
        """Four digits and an exponent."""
        value = self.mbar(time)
        exponent = math.floor(math.log10(value))
        mantissa = round(value / 10.0**exponent * 1000)
        if mantissa == 10_000:
            mantissa, exponent = 1000, exponent + 1
        return f"{mantissa:04d}{exponent + _OFFSET:02d}"


class ThyracontSmartline(TimedDevice):
    """The line as one device behind one port; messages end with CR."""

    def __init__(self, clock: Clock, gauges: Mapping[int, Gauge]) -> None:
        super().__init__(clock)
        self.gauges = dict(gauges)

    def execute(self, message: str) -> str | None:
        """See MessageDevice; a wrong checksum, code or address is silence."""
        self.begin()
        body, check = message[:-1], message[-1:]
        gauge = self.gauges.get(int(body[:3])) if body[:3].isdigit() else None
        total = 0
        for character in body:
            total = (total + ord(character)) % 64
        if gauge is None or len(body) != 4 or check != chr(64 + total) or body[3] not in "TM":
            return None
        reply = body + (gauge.model if body[3] == "T" else gauge.told(self.time))
        self.spend(LATENCY_s)
        self.finish()
        return reply + chr(64 + sum(ord(one) for one in reply) % 64)

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        now = self.clock.now()
        return {str(address): {"mbar": gauge.mbar(now)} for address, gauge in self.gauges.items()}
