"""A simulated Thyracont gauge with the first protocol, on a line with others.

VSH82 manual, 4.2.2. What a wrong request brings (nothing), what a pressure out of range brings (a mantissa of
zero) and the accuracy are our choice; the range is that of a VSP63D, from memory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bench.core.clock import Clock
from simulators.noise import between
from simulators.physics.terminals import PressureSeen
from simulators.wire.device import TimedDevice

ACCURACY = 0.1
"""Of the reading, uniform within this: usual for a Pirani gauge."""
LOWEST_mbar, HIGHEST_mbar = 1e-4, 1200.0
"""Beyond, it has no number to tell."""
NO_NUMBER = "000000"
LATENCY_s = 0.01
HIGHEST_ADDRESS = 999
_OFFSET = 20


class Gauge:
    """One gauge at a chamber."""

    def __init__(
        self, clock: Clock, *, name: str, seed: int, chamber: PressureSeen, model: str = "VSP63D"
    ) -> None:
        self.model = model
        self._clock = clock
        self._chamber = chamber
        self._factor = 1.0 + between(seed, f"{name}/calibration", -ACCURACY, ACCURACY)

    def mbar(self, time: float) -> float:
        """As measured, also out of its range."""
        return self._chamber.pressure_Pa(time) / 100.0 * self._factor

    def told(self, time: float) -> str:
        """Four digits and an exponent; zeros out of range."""
        value = self.mbar(time)
        if not LOWEST_mbar <= value <= HIGHEST_mbar:
            return NO_NUMBER
        exponent = math.floor(math.log10(value))
        mantissa = round(value / 10.0**exponent * 1000)
        if mantissa == 10_000:
            mantissa, exponent = 1000, exponent + 1
        return f"{mantissa:04d}{exponent + _OFFSET:02d}"

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        mbar = self.mbar(self._clock.now())
        return {"mbar": mbar, "in_range": LOWEST_mbar <= mbar <= HIGHEST_mbar}


class ThyracontSmartline(TimedDevice):
    """The line as one device behind one port; messages end with CR."""

    def __init__(self, clock: Clock, gauges: Mapping[int, Gauge] | None = None) -> None:
        super().__init__(clock)
        self.gauges: dict[int, Gauge] = {}
        for address, gauge in (gauges or {}).items():
            self.add(address, gauge)

    def add(self, address: int, gauge: Gauge) -> None:
        """Hang a further gauge on the line. Raises ValueError for an address that is none, or taken."""
        if not 1 <= address <= HIGHEST_ADDRESS:
            raise ValueError(f"gauge {address}: an address is 1 to {HIGHEST_ADDRESS}")
        if address in self.gauges:
            raise ValueError(f"gauge {address}: another one on this line has that address")
        self.gauges[address] = gauge

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
        return {str(address): gauge.inspect() for address, gauge in self.gauges.items()}
