"""The controller proper, tick by tick: measured value, programmer, loop, alarms, relay, loss of power."""

from __future__ import annotations

from collections.abc import Callable

from simulators.instruments.eurotherm.eurotherm2400.relay import TimeProportioning
from simulators.instruments.yudian.yudianai import memory as codes
from simulators.instruments.yudian.yudianai.memory import Memory
from simulators.instruments.yudian.yudianai.programmer import HOLD, RUN, STOP, Programmer
from simulators.noise import between, gaussian

START_UP_s = 2.0
"""From mains to the first control action and the first reply: our choice."""
NOISE_K = 0.05
"""Standard deviation of one reading: our choice."""
ACCURACY_K = 2.0
"""Calibration error of input and thermocouple, uniform within this: about 0.3 % of 600 K, from memory."""
ZERO_CELSIUS_K = 273.15
TOP_degC = 1372.0
_MANUAL = 0
_CONTINUES, _STOPS, _RESTARTS, _STOPS_IF_OFF, _HOLDS = range(5)
"""PonP."""
_HIGH, _LOW, _OFF_HIGH, _OFF_LOW, OVER_RANGE = 1, 2, 4, 8, 16


class Controller:
    """See the module. `sensor` gives kelvin, or None for a broken thermocouple, at the tick's beginning."""

    def __init__(
        self,
        sensor: Callable[[], float | None],
        memory: Memory,
        *,
        name: str,
        seed: int,
        step_min: float,
        start: float,
    ) -> None:
        self.memory = memory
        self.programmer = Programmer(memory, step_min)
        self.output = 0.0
        self._sensor = sensor
        self._seed, self._channel = seed, f"{name}/input"
        self._error_K = between(seed, f"{name}/calibration", -ACCURACY_K, ACCURACY_K)
        self._relay = TimeProportioning()
        self._integral = 0.0
        self._powered, self._restoring = True, False
        self._awake_from = start
        self.good = True
        self.pv_degC = self._previous_degC = self._measure(start)

    def tick(self, time: float, seconds: float, mains: bool) -> float:
        """See HeaterSwitch."""
        if not mains:
            if self._powered:
                self._powered, self._restoring = False, True
                self.output = self._integral = 0.0
                self._relay.open()
            return 0.0
        if not self._powered:
            self._powered = True
            self._awake_from = time + START_UP_s
        if time < self._awake_from:
            return 0.0
        self._previous_degC, self.pv_degC = self.pv_degC, self._measure(time)
        if self._restoring:
            self._restoring = False
            self._previous_degC = self.pv_degC
            self._power_restored()
        self.programmer.tick(seconds)
        self._control(seconds)
        cycle_s = self.memory[codes.CYCLE] / 10.0
        return self._relay.closed(max(0.0, self.output) / 100.0, cycle_s, seconds)

    def is_awake(self, time: float) -> bool:
        """Whether it has power and has started."""
        return self._powered and time >= self._awake_from

    def _measure(self, time: float) -> float:
        """In degC; without a signal the top of the range, which is no temperature."""
        kelvin = self._sensor()
        self.good = kelvin is not None
        if kelvin is None:
            return TOP_degC
        return kelvin - ZERO_CELSIUS_K + self._error_K + NOISE_K * gaussian(self._seed, self._channel, time)

    def _power_restored(self) -> None:
        choice = self.memory[codes.PONP]
        if self.programmer.state == STOP or choice == _CONTINUES:
            return
        off = self.flags & (_OFF_HIGH | _OFF_LOW)
        if choice == _STOPS or (choice == _STOPS_IF_OFF and off):
            self.programmer.stop()
        elif choice == _RESTARTS:
            self.programmer.stop()
            self.programmer.command(RUN)
        elif choice == _HOLDS:
            self.programmer.state = HOLD

    # -- the loop -------------------------------------------------------------------------------------------

    @property
    def manual(self) -> bool:
        """AMAn."""
        return self.memory[codes.AMAN] == _MANUAL

    @property
    def setpoint_counts(self) -> float:
        """What it controls to, or would."""
        stopped = self.programmer.state == STOP
        return float(self.memory[codes.SV]) if stopped else self.programmer.setpoint

    def _control(self, seconds: float) -> None:
        """Proportional and integral: the AI algorithm is not published, and we leave the derivative out.

        A manual output stays when the programme stops, and so does the low limit: our choices, for the worse.
        """
        low, high = self.memory[codes.OPL], self.memory[codes.OPH]
        if self.manual:
            return
        if self.programmer.state == STOP:
            self.output, self._integral = float(low), 0.0
        elif not self.good:
            self.output, self._integral = float(self.memory[codes.ERO]), 0.0
        else:
            scale = self.memory.scale
            gain = 100.0 * scale / self.memory[codes.BAND]
            error = self.setpoint_counts / scale - self.pv_degC
            if self.memory[codes.ACT] % 2:
                error = -error
            integral_s = self.memory[codes.INTEGRAL]
            moving = gain * error
            if integral_s and low < moving + self._integral < high:
                self._integral += gain * error * seconds / integral_s
            self._integral = max(-100.0, min(100.0, self._integral))
            self.output = max(low, min(high, moving + self._integral))

    @property
    def flags(self) -> int:
        """Bits 0 to 4 of the status byte."""
        memory, scale = self.memory, self.memory.scale
        pv = self.pv_degC * scale
        off = pv - self.setpoint_counts
        found = 0 if self.good else OVER_RANGE
        found |= _HIGH if pv > memory[codes.HIAL] else 0
        found |= _LOW if pv < memory[codes.LOAL] else 0
        found |= _OFF_HIGH if off > memory[codes.HDAL] else 0
        found |= _OFF_LOW if -off > memory[codes.LDAL] else 0
        return found
