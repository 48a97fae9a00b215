"""When a furnace run has to be ended: the charge heats itself, or the heater does not obey.

The control thermocouple sits in the furnace and the reaction in the vessel, so the rules look at both. The
thresholds are ours, tried on the simulated furnace: docs/explanation/furnace-runs.md.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

VESSEL_ABOVE_CONTROL_K = 10.0
RATE_FACTOR = 2.0
RATE_FOR_S = 30.0
RATE_OVER_S = 60.0
"""The slope of the vessel is that over so long: two readings a second apart show their noise."""
RATE_FROM_degC = 205.0
"""Below, a melting charge (192 degC) holds the vessel back and then lets it catch up, which looks fast."""
NO_OUTPUT_FOR_S = 300.0
NO_OUTPUT_ABOVE_K = 3.0
RISES_OVER_S, RISES_K = 120.0, 0.2
CONTROL_ABOVE_K = 15.0
DOWN_K = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was read at clock second `time`. `rate_K_per_min` is that of the set-point, 0 where it stands."""

    time: float
    setpoint_degC: float
    rate_K_per_min: float
    control_degC: float | None
    vessel_degC: float | None
    output_percent: float


class ExothermRules:
    """Given one look after another, says what is wrong, in words for the record; None while nothing is."""

    def __init__(self, vessel_limit_degC: float | None = None) -> None:
        self._vessel_limit_degC = vessel_limit_degC
        self._vessel: deque[tuple[float, float]] = deque()
        self._fast_since: float | None = None
        self._idle: deque[tuple[float, float]] = deque()
        self._idle_since: float | None = None
        self._highest_degC = -273.15

    def look(self, now: Look) -> str | None:
        """Ask every rule, so that each keeps its own time.

        Once the set-point has come down, only the vessel's limit counts: a furnace cannot follow it down.
        """
        self._highest_degC = max(self._highest_degC, now.setpoint_degC)
        if now.setpoint_degC < self._highest_degC - DOWN_K:
            self._vessel.clear()
            self._idle.clear()
            self._fast_since = self._idle_since = None
            return self._over_limit(now)
        found = [
            self._over_limit(now),
            self._hot_vessel(now),
            self._fast_vessel(now),
            self._disobedient(now),
            self._too_hot(now),
        ]
        return next((one for one in found if one is not None), None)

    def _over_limit(self, now: Look) -> str | None:
        limit = self._vessel_limit_degC
        if limit is None or now.vessel_degC is None or now.vessel_degC <= limit:
            return None
        return f"the vessel is at {now.vessel_degC:.1f} degC, above its limit of {limit:g} degC"

    def _hot_vessel(self, now: Look) -> str | None:
        if now.vessel_degC is None:
            return None
        if now.control_degC is None or now.rate_K_per_min:
            return None
        above_K = now.vessel_degC - now.control_degC
        if above_K > VESSEL_ABOVE_CONTROL_K:
            return (
                f"exotherm: the vessel is {above_K:.1f} K hotter than the furnace while the set-point stands"
            )
        return None

    def _fast_vessel(self, now: Look) -> str | None:
        if now.vessel_degC is None:
            self._vessel.clear()
            self._fast_since = None
            return None
        self._vessel.append((now.time, now.vessel_degC))
        while self._vessel[0][0] < now.time - RATE_OVER_S and len(self._vessel) > 2:
            self._vessel.popleft()
        begun, from_degC = self._vessel[0]
        over_s = now.time - begun
        rate = 60.0 * (now.vessel_degC - from_degC) / over_s if over_s >= RATE_OVER_S / 2 else 0.0
        allowed = RATE_FACTOR * now.rate_K_per_min
        if not now.rate_K_per_min or from_degC < RATE_FROM_degC or rate <= allowed:
            self._fast_since = None
            return None
        if self._fast_since is None:
            self._fast_since = now.time
        if now.time - self._fast_since < RATE_FOR_S:
            return None
        return f"exotherm: the vessel heats at {rate:.1f} K/min where {now.rate_K_per_min:g} K/min are set"

    def _disobedient(self, now: Look) -> str | None:
        """No output for minutes, and yet it gets hotter: a charge, or a welded relay, heats.

        The heat that is stored in the element makes an overshoot last for minutes, so only a rise counts.
        """
        control = now.control_degC
        if control is None or now.output_percent > 0 or control <= now.setpoint_degC + NO_OUTPUT_ABOVE_K:
            self._idle_since = None
            self._idle.clear()
            return None
        if self._idle_since is None:
            self._idle_since = now.time
        self._idle.append((now.time, control))
        while self._idle[0][0] < now.time - RISES_OVER_S:
            self._idle.popleft()
        idle_s = now.time - self._idle_since
        if idle_s < NO_OUTPUT_FOR_S or control <= self._idle[0][1] + RISES_K:
            return None
        return (
            f"the furnace gets hotter, {control:.1f} degC, {control - now.setpoint_degC:.1f} K above its "
            f"set-point, although its output has been 0 % for {idle_s:.0f} s"
        )

    def _too_hot(self, now: Look) -> str | None:
        control = now.control_degC
        if control is None or control <= now.setpoint_degC + CONTROL_ABOVE_K:
            return None
        return f"the furnace is {control - now.setpoint_degC:.1f} K above its set-point"
