"""A vessel with a pump: pressure as a closed form of time between changes."""

from __future__ import annotations

import math


class Chamber:
    """Pumped down exponentially to a base pressure; vented at once. In pascal and seconds, our choices."""

    def __init__(self, *, room_Pa: float = 101325.0, base_Pa: float = 2.0, pump_s: float = 30.0) -> None:
        self._room_Pa, self._base_Pa, self._pump_s = room_Pa, base_Pa, pump_s
        self._from_Pa, self._since = room_Pa, -float("inf")
        self._pumped = False

    def pressure_Pa(self, time: float) -> float:
        """At clock second `time`."""
        if not self._pumped:
            return self._from_Pa
        elapsed_s = max(0.0, time - self._since)
        return self._base_Pa + (self._from_Pa - self._base_Pa) * math.exp(-elapsed_s / self._pump_s)

    def pump(self, on: bool, time: float) -> None:
        """Open or close the valve to the pump; closed, the pressure stays (nothing leaks)."""
        self._from_Pa, self._since, self._pumped = self.pressure_Pa(time), time, on

    def vent(self, time: float) -> None:
        """To the room."""
        self._from_Pa, self._since, self._pumped = self._room_Pa, time, False
