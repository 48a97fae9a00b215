"""The control loop: PID with the derivative on the measured value, sensor break, loop break, manual."""

from __future__ import annotations

from simulators.instruments.eurotherm.eurotherm2400.settings import GO_TO_SET_VALUE, Settings

_DERIVATIVE_FILTER = 5.0
"""The derivative sees the value through a lag of a fifth of its time: our choice."""
_LOOP_BREAK_K = 2.0
"""What full power has to move within the loop-break time: our choice."""


class Loop:
    """`output` in percent. `sensor_break` and `loop_break` are flags of this instant."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.output = 0.0
        self.manual = False
        self.sensor_break = False
        self.loop_break = False
        self._integral = 0.0
        self._smoothed: float | None = None
        self._full_power_s = 0.0
        self._pv_at_full_power = 0.0

    def tick(self, seconds: float, pv: float, setpoint: float, good: bool) -> None:
        """One step; `good`: the sensor gives a signal."""
        self.sensor_break = not good
        slope = self._slope(seconds, pv) if good else 0.0
        if not good:
            self._smoothed = None
            if not self.manual and self._settings.sensor_break_action == GO_TO_SET_VALUE:
                self.output = self._settings.sensor_break_power
        elif not self.manual:
            self._control(seconds, setpoint - pv, slope)
        self._watch(seconds, pv)

    def set_manual(self, manual: bool) -> None:
        """Bumpless both ways: the integral is taken up from the output."""
        if self.manual and not manual:
            self._integral = self.output
        self.manual = manual

    def off(self) -> None:
        """No power, or not controlling."""
        self.output = self._integral = self._full_power_s = 0.0
        self._smoothed = None
        self.loop_break = False

    def _control(self, seconds: float, error: float, slope: float) -> None:
        settings = self._settings
        gain = 100.0 / settings.proportional_band
        low, high = settings.power_low, settings.power_high
        moving = gain * (error - settings.derivative_s * slope)
        wanted = moving + self._integral
        if settings.integral_s > 0 and (low < wanted < high or (wanted <= low) == (error > 0)):
            self._integral += gain * error * seconds / settings.integral_s
            wanted = moving + self._integral
        self.output = max(low, min(high, wanted))

    def _slope(self, seconds: float, pv: float) -> float:
        if self._smoothed is None:
            self._smoothed = pv
            return 0.0
        lag_s = self._settings.derivative_s / _DERIVATIVE_FILTER
        step = (pv - self._smoothed) * seconds / (lag_s + seconds)
        self._smoothed += step
        return step / seconds

    def _watch(self, seconds: float, pv: float) -> None:
        limit_s = self._settings.loop_break_s
        if limit_s <= 0 or self.output < self._settings.power_high or self.manual:
            self._full_power_s = 0.0
            self.loop_break = False
            return
        if self._full_power_s == 0.0 or pv - self._pv_at_full_power > _LOOP_BREAK_K:
            self._full_power_s, self._pv_at_full_power = 0.0, pv
            self.loop_break = False
        self._full_power_s += seconds
        if self._full_power_s > limit_s:
            self.loop_break = True
