"""The controller proper, tick by tick: measured value, programmer, loop, alarms, relay, loss of power."""

from __future__ import annotations

from collections.abc import Callable

from simulators.instruments.eurotherm.eurotherm2400.alarms import Alarms
from simulators.instruments.eurotherm.eurotherm2400.loop import Loop
from simulators.instruments.eurotherm.eurotherm2400.programme_store import ProgrammeStore
from simulators.instruments.eurotherm.eurotherm2400.programmer import Programmer
from simulators.instruments.eurotherm.eurotherm2400.relay import TimeProportioning
from simulators.instruments.eurotherm.eurotherm2400.settings import CONFIGURATION, NORMAL, Settings
from simulators.noise import between, gaussian

START_UP_s = 3.0
"""From mains to the first control action and the first reply: our choice."""
RESTART_s = 5.0
"""After configuration mode."""
NOISE_K = 0.05
"""Standard deviation of one reading: our choice. The input filter follows it."""
INPUT_FILTER_s = 1.6
ACCURACY_K = 1.0
"""Calibration error of input and thermocouple, uniform within this: 2408 specification, from memory."""
ZERO_CELSIUS_K = 273.15
UNIT_s = (1.0, 60.0, 3600.0)


class Controller:
    """See the module. `sensor` gives kelvin, or None for a broken thermocouple, at the tick's beginning."""

    def __init__(
        self,
        sensor: Callable[[], float | None],
        *,
        name: str,
        seed: int,
        programs: int,
        segments: int,
        start: float,
    ) -> None:
        self.settings = Settings()
        self.store = ProgrammeStore(programs, segments, self.settings)
        self.programmer = Programmer(self.store, self.settings)
        self.loop = Loop(self.settings)
        self.alarms = Alarms(self.settings)
        self.mode = NORMAL
        self.power_failed = False
        self.calibration_damaged = False
        self._relay = TimeProportioning()
        self._sensor = sensor
        self._noise_channel = f"{name}/input"
        self._seed = seed
        self._error_K = between(seed, f"{name}/calibration", -ACCURACY_K, ACCURACY_K)
        self._powered = True
        self._restoring = False
        self._awake_from = start
        self._filtered: float | None = None
        self.good = sensor() is not None
        self.pv = self._measure(start, INPUT_FILTER_s)
        self.working_setpoint = self.selected_setpoint

    # -- the loop of the furnace ----------------------------------------------------------------------------

    def tick(self, time: float, seconds: float, mains: bool) -> float:
        """See HeaterSwitch."""
        if not mains:
            self._lose_power()
            return 0.0
        if not self._powered:
            self._powered = True
            self._awake_from = time + START_UP_s
        if time < self._awake_from:
            return 0.0
        self.pv = self._measure(time, seconds)
        if self._restoring:
            self._restoring = False
            self.programmer.power_restored(self.pv)
        if self.mode != NORMAL:
            self._move_setpoint(seconds)
            self.loop.off()
            return 0.0
        self.programmer.tick(seconds, self.pv)
        self._move_setpoint(seconds)
        if self.programmer.end_power is not None and not self.loop.manual:
            self.loop.output = self.programmer.end_power
        else:
            self.loop.tick(seconds, self.pv, self.working_setpoint, self.good)
        self.alarms.tick(self.pv, self.working_setpoint)
        return self._relay.closed(self.loop.output / 100.0, self.settings.cycle_s, seconds)

    def _lose_power(self) -> None:
        if self._powered:
            self._powered = False
            self.power_failed = self._restoring = True
            self.loop.off()
            self._relay.open()
            self._filtered = None

    def is_awake(self, time: float) -> bool:
        """Whether it has power and has started."""
        return self._powered and time >= self._awake_from

    # -- measured value and set-point -----------------------------------------------------------------------

    def _measure(self, time: float, seconds: float) -> float:
        """In degC; without a signal it is driven to the top of its range."""
        kelvin = self._sensor()
        self.good = kelvin is not None
        if kelvin is None:
            self._filtered = None
            return self.settings.range_high
        raw = kelvin - ZERO_CELSIUS_K + self._error_K
        raw += NOISE_K * gaussian(self._seed, self._noise_channel, time)
        if self._filtered is None:
            self._filtered = raw
        self._filtered += (raw - self._filtered) * seconds / (INPUT_FILTER_s + seconds)
        return self._filtered

    @property
    def selected_setpoint(self) -> float:
        """What it controls to outside a programme."""
        settings = self.settings
        if settings.remote:
            return max(settings.sp_low, min(settings.sp_high, settings.remote_sp))
        return settings.sp2 if settings.selected_sp else settings.sp1

    def select_setpoint(self, value: float) -> None:
        """Write the selected one of SP1 and SP2."""
        if self.settings.selected_sp:
            self.settings.sp2 = value
        else:
            self.settings.sp1 = value

    def _move_setpoint(self, seconds: float) -> None:
        if self.programmer.state != "reset":
            self.working_setpoint = self.programmer.setpoint
            return
        target, limit = self.selected_setpoint, self.settings.rate_limit
        step = limit / UNIT_s[self.settings.rate_limit_units] * seconds
        if limit <= 0 or abs(target - self.working_setpoint) <= step:
            self.working_setpoint = target
        else:
            self.working_setpoint += step if target > self.working_setpoint else -step

    # -- modes ----------------------------------------------------------------------------------------------

    def set_mode(self, mode: int, time: float) -> None:
        """Register 199. Leaving configuration restarts the unit; other numbers spoil its calibration."""
        if mode not in (0, 1, CONFIGURATION):
            self.calibration_damaged = True
            return
        if self.mode == CONFIGURATION and mode != CONFIGURATION:
            self._awake_from = time + RESTART_s
            self.programmer.reset()
        self.mode = mode

    def command(self, code: int) -> None:
        """Register 23, or the RUN/HOLD button: 1 reset, 2 run, 4 hold; any other number does nothing."""
        if code == 1:
            self.programmer.reset()
        elif code == 2:
            self.programmer.run(self.pv, self.working_setpoint)
        elif code == 4:
            self.programmer.hold()
        self._move_setpoint(0.0)

    # -- status ---------------------------------------------------------------------------------------------

    @property
    def fast_status(self) -> int:
        """Register 74 and function 7."""
        loop = self.loop
        return self.alarms.bits | loop.manual << 4 | loop.sensor_break << 5 | loop.loop_break << 6

    @property
    def summary_status(self) -> int:
        """Register 75, the 2400's meaning."""
        complete = self.programmer.state == "complete"
        running = self.programmer.state == "run"
        return self.fast_status | complete << 9 | (not self.good) << 10 | running << 12
