"""The closed loop of a Model 475: a PI controller on its analog output, so that a supply follows the field.

CMODE, CPARAM and CSETP after the ranges that another driver checks (P 0.01 to 1000, I 0.0001 to 1000, ramp in
field units a minute with 0 for none, slope limit 0.01 to 1000 V a minute). The control law itself is our
choice: every 0.1 s the output changes by P times the change of the error plus I times the error, in volts and
kilogauss, within the slope limit and +-10 V. Switched off, the output is 0 V at once: the worst case for the
magnet, hence our choice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulators.instruments.lakeshore.line_protocol import Parameter
from simulators.instruments.lakeshore.probes import UNITS, shown
from simulators.physics.analog_cable import AnalogCable

if TYPE_CHECKING:
    from simulators.instruments.lakeshore.gaussmeter import Gaussmeter

STEP_s = 0.1
LARGEST_V = 10.0
KILOGAUSS_PER_T = 10.0
_FAR = 1e9


class FieldControl:
    """The controller of one gaussmeter; `read_T` is the field as it takes it at a time."""

    def __init__(self, meter: Gaussmeter, cable: AnalogCable, read_T: Callable[[float], float]) -> None:
        self._meter, self._cable, self._read_T = meter, cable, read_T
        self.setpoint_T = 0.0
        self._aim_T = 0.0  # the set-point as it ramps
        self._error_T = 0.0
        self._stepped = 0.0
        cable.stepper = self.advance
        meter.stored("CMODE", (Parameter(0, 1),), (0,), self._switch)
        limits = (
            Parameter(0.01, 1000.0, "+.4E"),
            Parameter(1e-4, 1000.0, "+.4E"),
            Parameter(0.0, _FAR, "+.4E"),
            Parameter(0.01, 1000.0, "+.4E"),
        )
        self._ramp_T_per_min = 0.0
        meter.stored("CPARAM", limits, (1.0, 0.1, 0.0, 10.0), self._set_parameters)
        meter.query("CPARAM", self._parameters)
        meter.command("CSETP", (Parameter(-_FAR, _FAR, "+.4E"),), self._set)
        meter.query("CSETP", lambda: shown(self.setpoint_T * self._per_T))

    @property
    def on(self) -> bool:
        """Whether it controls."""
        return bool(self._meter.values["CMODE"][0])

    def advance(self, time: float) -> None:
        """All steps up to `time`."""
        while self.on and self._stepped + STEP_s <= time:
            self._stepped += STEP_s
            self._step(self._stepped)

    def catch_up(self, time: float) -> None:
        """As `advance`, by way of the cable, so that nobody does a step twice."""
        self._cable.catch_up(time)

    @property
    def _per_T(self) -> float:
        return UNITS[int(self._meter.values["UNIT"][0])]

    def _step(self, time: float) -> None:
        proportional, integral, _, slope_V = self._meter.values["CPARAM"]
        step_T = self._ramp_T_per_min / 60 * STEP_s or math.inf
        self._aim_T += min(max(self.setpoint_T - self._aim_T, -step_T), step_T)
        error_T = self._aim_T - self._read_T(time)
        change_V = KILOGAUSS_PER_T * (proportional * (error_T - self._error_T) + integral * error_T * STEP_s)
        self._error_T = error_T
        most_V = slope_V / 60 * STEP_s
        volts = self._cable.volts + min(max(change_V, -most_V), most_V)
        self._cable.put(min(max(volts, -LARGEST_V), LARGEST_V), time)

    def _switch(self) -> None:
        """On: from the field as it is; off: no voltage."""
        now = self._meter.time
        self._stepped = now
        if self.on:
            self._aim_T = self._read_T(now)
            self._error_T = 0.0
        else:
            self._cable.put(0.0, now)

    def _set_parameters(self) -> None:
        """The ramp keeps what it means when the unit changes (our choice), as the set-point does."""
        self._ramp_T_per_min = self._meter.values["CPARAM"][2] / self._per_T

    def _parameters(self) -> str:
        proportional, integral, _, slope_V = self._meter.values["CPARAM"]
        values = (proportional, integral, self._ramp_T_per_min * self._per_T, slope_V)
        return ",".join(format(one, "+.4E") for one in values)

    def _set(self, value: float) -> None:
        self.setpoint_T = value / self._per_T
