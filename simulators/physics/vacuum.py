"""A vessel with a pump and a leak: pressure as a closed form of time between changes."""

from __future__ import annotations

import math
from collections.abc import Callable

ROOM_Pa = 101325.0
SCCM_Pa_m3_per_s = 1e-6 / 60 * ROOM_Pa
"""A cubic centimetre at 1 atm a minute; that it is counted at 0 degC is neglected."""


class Chamber:
    """Pumped down exponentially to a base pressure; leaks air in; vented at once. Constants are our choices.

    `leak_sccm`: what comes in from the room into vacuum; in proportion less as the pressure rises.
    """

    def __init__(
        self,
        *,
        room_Pa: float = ROOM_Pa,
        base_Pa: float = 2.0,
        pump_s: float = 30.0,
        leak_sccm: float = 0.0,
        volume_m3: float = 2e-3,
    ) -> None:
        self.room_Pa = room_Pa
        self._base_Pa, self._pump_s = base_Pa, pump_s
        self._per_s_per_sccm = SCCM_Pa_m3_per_s / volume_m3 / room_Pa
        self._leak_sccm = leak_sccm
        self._from_Pa, self._since = room_Pa, -math.inf
        self._pumped = False
        self._catch_up: Callable[[float], None] | None = None

    @property
    def leak_sccm(self) -> float:
        """What comes in from the room into vacuum."""
        return self._leak_sccm

    def pressure_Pa(self, time: float) -> float:
        """At clock second `time`: dp/dt = (base - p) / pump_s, if it is pumped, + leak (room - p)."""
        pumping_per_s = 1 / self._pump_s if self._pumped else 0.0
        leaking_per_s = self._leak_sccm * self._per_s_per_sccm
        rate_per_s = pumping_per_s + leaking_per_s
        if not rate_per_s or time <= self._since or self._since == -math.inf:
            return self._from_Pa
        ends_Pa = (pumping_per_s * self._base_Pa + leaking_per_s * self.room_Pa) / rate_per_s
        return ends_Pa + (self._from_Pa - ends_Pa) * math.exp(-rate_per_s * (time - self._since))

    def pump(self, on: bool, time: float) -> None:
        """Open or close the valve to the pump; closed, only the leak changes the pressure."""
        self._change(time)
        self._pumped = on

    def set_leak(self, sccm: float, time: float) -> None:
        """A leak opens, or is found. Raises ValueError."""
        if not 0 <= sccm < math.inf:
            raise ValueError(f"a leak of {sccm!r} sccm cannot be")
        self._change(time)
        self._leak_sccm = sccm

    def vent(self, time: float) -> None:
        """To the room."""
        self._change(time)
        self._from_Pa, self._pumped = self.room_Pa, False

    def follow(self, catch_up: Callable[[float], None]) -> None:
        """Call this with the time before every change: who keeps a record of the pressure goes on to then."""
        self._catch_up = catch_up

    def _change(self, time: float) -> None:
        if self._catch_up is not None:
            self._catch_up(time)
        self._from_Pa, self._since = self.pressure_Pa(time), time
