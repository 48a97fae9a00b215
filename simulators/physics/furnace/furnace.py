"""The furnace as a function of the clock: lumps on a fixed grid of half seconds; looking never changes it."""

from __future__ import annotations

import math
from typing import Any, Protocol

from simulators.physics.furnace.build import FurnaceBuild
from simulators.physics.furnace.charge import Charge, ChargeState
from simulators.physics.furnace.thermocouple import Thermocouple
from simulators.physics.surroundings import Surroundings

TICK_s = 0.5
"""Step of the grid: a sixteenth of the fastest lag (a thermocouple's 8 s)."""
STEFAN_BOLTZMANN_W_per_m2_K4 = 5.670374419e-8
_CUT_OUT_RESETS_BELOW_K = 10.0


class HeaterSwitch(Protocol):
    """What switches the heater: a controller with a solid-state relay."""

    def tick(self, time: float, seconds: float, mains: bool) -> float:
        """The part of the tick from `time` on for which the relay is closed, 0 to 1.

        `mains`: whether the controller itself has power. Called once a tick, in order.
        """
        ...


class Witness(Protocol):
    """Who keeps a record of what happens to the vessel."""

    def step(self, time: float, vessel_K: float, seconds: float) -> None:
        """A tick from `time` on, at the end of which the vessel is so hot. Called once a tick, in order."""
        ...


class Furnace:
    """Element, tube, vessel and charge, two thermocouples, relay, contactor with cut-out.

    Between ticks everything stands; a change (a weld, a loaded charge, a controller's new setting) counts
    from the tick in which it happens. Whoever changes something first calls `advance`. It stands cold until
    `start`; None: until somebody first looks.
    """

    def __init__(
        self,
        build: FurnaceBuild,
        surroundings: Surroundings,
        *,
        start: float | None = None,
        witness: Witness | None = None,
    ) -> None:
        self.build = build
        self._witness = witness
        self._surroundings = surroundings
        self._begun = start is not None
        self._tick = math.floor((start or 0.0) / TICK_s)
        room_K = surroundings.temperature_K(start or 0.0)
        self._element_K = self._tube_K = self._vessel_K = room_K
        self._charge: ChargeState | None = None
        self._switch: HeaterSwitch | None = None
        self.control = self._thermocouple(room_K)
        """On the tube, for the controller."""
        self.vessel = self._thermocouple(room_K)
        """On the vessel's wall, for whoever watches the reaction."""
        self._limiter = self._thermocouple(room_K)
        self._contactor_closed = True
        self._relay_welded = False
        self._element_whole = True
        self._mains = True
        self._on = 0.0
        self.energy_J = 0.0
        """All that the heater has put in."""

    def _thermocouple(self, room_K: float) -> Thermocouple:
        lag_s = self.build.thermocouple_lag_s
        return Thermocouple(self.advance, lag_s=lag_s, tick_s=TICK_s, temperature_K=room_K)

    def connect(self, switch: HeaterSwitch, time: float) -> None:
        """From `time` on this switches the heater."""
        self.advance(time)
        self._switch = switch

    # -- time -----------------------------------------------------------------------------------------------

    def advance(self, time: float) -> None:
        """Go on to the last tick not after `time`; nothing for a time that has been reached already."""
        last = math.floor(time / TICK_s)
        if not self._begun:
            self._begun, self._tick = True, last
        elif last > self._tick:
            self._run(last)

    def _run(self, last: int) -> None:
        build, room_at = self.build, self._surroundings.temperature_K
        per_element, per_tube = TICK_s / build.element_J_per_K, TICK_s / build.tube_J_per_K
        per_vessel = TICK_s / build.vessel_J_per_K
        conductance, insulation = build.element_to_tube_W_per_K, build.insulation_W_per_K
        inward, radiation = build.tube_to_vessel_W_per_K, build.vessel_radiation_W_per_K4
        outward = build.tube_loss_m2 * STEFAN_BOLTZMANN_W_per_m2_K4
        control, on_vessel, limiter = self.control, self.vessel, self._limiter
        witness = self._witness
        while self._tick < last:
            time = self._tick * TICK_s
            room_K = room_at(time)
            heating_W = self._heating_W(time)
            element_K, tube_K, vessel_K = self._element_K, self._tube_K, self._vessel_K
            to_tube_W = conductance * (element_K - tube_K)
            tube_4 = tube_K**4
            to_vessel_W = inward * (tube_K - vessel_K) + radiation * (tube_4 - vessel_K**4)
            lost_W = outward * (tube_4 - room_K**4)
            self._element_K += per_element * (heating_W - to_tube_W - insulation * (element_K - room_K))
            self._tube_K += per_tube * (to_tube_W - to_vessel_W - lost_W)
            if self._charge is not None:
                to_vessel_W -= self._charge.step(vessel_K, TICK_s)
            self._vessel_K += per_vessel * to_vessel_W
            if witness is not None:
                witness.step(time, self._vessel_K, TICK_s)
            control.step(tube_K, room_K)
            on_vessel.step(vessel_K, room_K)
            limiter.step(tube_K, room_K)
            self._tick += 1

    def _heating_W(self, time: float) -> float:
        on = 0.0 if self._switch is None else self._switch.tick(time, TICK_s, self._mains)
        if self._relay_welded:
            on = 1.0
        limiter_K = self._limiter.present()
        if limiter_K is None or limiter_K > self.build.cut_out_K:
            self._contactor_closed = False  # latches; a broken thermocouple opens it too
        if not (self._mains and self._contactor_closed and self._element_whole):
            on = 0.0
        self._on = on
        power_W = on * self.build.power_W
        self.energy_J += power_W * TICK_s
        return power_W

    # -- what people do to it -------------------------------------------------------------------------------

    def load(self, charge: Charge | None, time: float) -> None:
        """Put a vessel with this charge (None: an empty one) into the tube; it has the room's temperature."""
        self.advance(time)
        room_K = self._surroundings.temperature_K(time)
        self._vessel_K = room_K
        self._charge = None if charge is None else ChargeState(charge, room_K)

    def weld_relay(self, welded: bool, time: float) -> None:
        """The solid-state relay fails as they do: closed."""
        self.advance(time)
        self._relay_welded = welded

    def break_element(self, broken: bool, time: float) -> None:
        """The heating element burns through."""
        self.advance(time)
        self._element_whole = not broken

    def set_mains(self, on: bool, time: float) -> None:
        """Mains power of heater and controller."""
        self.advance(time)
        self._mains = on

    def break_limiter(self, broken: bool, time: float) -> None:
        """The cut-out's own thermocouple opens: it then opens the contactor."""
        self._limiter.become("open" if broken else "good", time)

    def reset_cut_out(self, time: float) -> bool:
        """Press its button; whether the contactor is closed afterwards: not while it is still hot."""
        self.advance(time)
        limiter_K = self._limiter.present()
        if limiter_K is not None and limiter_K < self.build.cut_out_K - _CUT_OUT_RESETS_BELOW_K:
            self._contactor_closed = True
        return self._contactor_closed

    # -- truth ----------------------------------------------------------------------------------------------

    def inspect(self, time: float) -> dict[str, Any]:
        """The true state at `time`, for tests and reports."""
        self.advance(time)
        charge = self._charge
        return {
            "element_K": self._element_K,
            "tube_K": self._tube_K,
            "vessel_K": self._vessel_K,
            "sample_K": None if charge is None else charge.temperature_K,
            "sample_peak_K": None if charge is None else charge.peak_K,
            "molten": None if charge is None else charge.molten,
            "conversion": None if charge is None else charge.conversion,
            "heating": self._on,
            "energy_J": self.energy_J,
            "contactor_closed": self._contactor_closed,
            "relay_welded": self._relay_welded,
            "element_whole": self._element_whole,
            "mains": self._mains,
        }
