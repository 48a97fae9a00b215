"""When a furnace run has to be ended: the charge heats itself, or the heater does not obey.

The control thermocouple sits in the furnace and the reaction in the vessel, so the rules look at both. The
thresholds are ours, tried on the simulated furnace: docs/explanation/furnace-runs.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from procedures.thermal.coasting import SLOPE_OVER_S, Coasting, NOISE_K_per_min, Slope

VESSEL_ABOVE_CONTROL_K = 10.0
RATE_FACTOR = 2.0
RATE_FOR_S = 30.0
RATE_OVER_S = 60.0
"""The slope of the vessel is that over so long: two readings a second apart show their noise."""
RATE_FROM_degC = 205.0
"""Below, a melting charge (192 degC) holds the vessel back and then lets it catch up, which looks fast."""
NO_OUTPUT_ABOVE_K = 3.0
CONTROL_ABOVE_K = 15.0
OVERSHOOT_s = 240.0
"""A ramp may overshoot CONTROL_ABOVE_K by what it heats in this time: 20 K more after 5 K/min."""
OVERSHOOT_FACTOR = 2.0
"""It is no overshoot if it heats that many times faster than any ramp lately."""
SWIFT_OVER_S = 60.0
FALLS_OVER_S = 300.0
FALLS_K_per_min = 0.2
"""What lies far above the set-point, and has no ramp to blame, has to fall at least like this."""
DOWN_K = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was read at clock second `time`. `rate_K_per_min` is that of the set-point, 0 where it stands.

    `lately_K_per_min` and `highest_degC` say what the programme has asked for: see procedures.thermal.course.
    """

    time: float
    setpoint_degC: float
    rate_K_per_min: float
    control_degC: float | None
    vessel_degC: float | None
    output_percent: float
    lately_K_per_min: float
    highest_degC: float


class ExothermRules:
    """Given one look after another, says what is wrong, in words for the record; None while nothing is."""

    def __init__(self, vessel_limit_degC: float | None = None) -> None:
        self._vessel_limit_degC = vessel_limit_degC
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._vessel = Slope(RATE_OVER_S)
        self._fast_since: float | None = None
        self._creep = Slope(SLOPE_OVER_S)
        self._swift = Slope(SWIFT_OVER_S)
        self._long = Slope(FALLS_OVER_S)
        self._coasting = Coasting()

    def look(self, now: Look) -> str | None:
        """Ask every rule, so that each keeps its own time.

        Once the set-point has come down, only the vessel's limit counts: a furnace cannot follow it down.
        """
        if now.setpoint_degC < now.highest_degC - DOWN_K:
            self._begin_anew()
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
        rate = self._vessel.look(now.time, now.vessel_degC)
        allowed = RATE_FACTOR * now.rate_K_per_min
        seen = now.vessel_degC is not None and self._vessel.from_degC >= RATE_FROM_degC
        if not (seen and now.rate_K_per_min and rate > allowed):
            self._fast_since = None
            return None
        if self._fast_since is None:
            self._fast_since = now.time
        if now.time - self._fast_since < RATE_FOR_S:
            return None
        return f"exotherm: the vessel heats at {rate:.1f} K/min where {now.rate_K_per_min:g} K/min are set"

    def _disobedient(self, now: Look) -> str | None:
        """No output, and it gets hotter than what was stored explains: a charge, or a welded relay, heats."""
        control = now.control_degC
        slope = self._creep.look(now.time, control)
        idle = control is not None and control > now.setpoint_degC + NO_OUTPUT_ABOVE_K
        idle_s = self._coasting.look(now.time, slope, without_output=idle and now.output_percent <= 0)
        if idle_s is None or control is None:
            return None
        return (
            f"the furnace gets hotter, {control:.1f} degC, {control - now.setpoint_degC:.1f} K above its "
            f"set-point, by {slope:.1f} K/min although its output has been 0 % for {idle_s:.0f} s"
        )

    def _too_hot(self, now: Look) -> str | None:
        """Far above the set-point, and no overshoot: it rises too fast, too far, or long after the ramp."""
        control = now.control_degC
        swift, long = (one.look(now.time, control) for one in (self._swift, self._long))
        if control is None or control <= now.setpoint_degC + CONTROL_ABOVE_K:
            return None
        above_K = control - now.setpoint_degC
        if swift > OVERSHOOT_FACTOR * now.lately_K_per_min + NOISE_K_per_min:
            return f"the furnace is {above_K:.1f} K above its set-point and heats at {swift:.1f} K/min"
        most_K = CONTROL_ABOVE_K + now.lately_K_per_min * OVERSHOOT_s / 60.0
        if above_K > most_K and long > -FALLS_K_per_min:
            return f"the furnace is {above_K:.1f} K above its set-point and does not fall"
        return None
