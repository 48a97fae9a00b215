"""The programmer: moves the set-point through the segments, waits in holdback, and survives a power cut.

2408/2416 handbook, programmer operation (states, servo, holdback, power failure); HA026230, run list.
"""

from __future__ import annotations

from typing import Literal

from simulators.instruments.eurotherm.eurotherm2400.programme_store import (
    DWELL,
    END,
    END_DWELL,
    END_POWER,
    END_RESET,
    RAMP_RATE,
    RAMP_TIME,
    Program,
    ProgrammeStore,
    Segment,
    UNIT_s,
)
from simulators.instruments.eurotherm.eurotherm2400.settings import CONTINUE, RESET, Settings

State = Literal["reset", "run", "hold", "complete"]
RESET_CODE, RUN_CODE, HOLD_CODE, HOLDBACK_CODE, COMPLETE_CODE = 1, 2, 4, 8, 16
_CODES = {"reset": RESET_CODE, "run": RUN_CODE, "hold": HOLD_CODE, "complete": COMPLETE_CODE}
_EVERLASTING = 0
"""As the number of cycles: it never ends ("cont")."""


class Programmer:
    """`setpoint` counts while the state is not "reset"; `end_power`, if set, replaces the loop's output."""

    def __init__(self, store: ProgrammeStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._program: Program | None = None
        self.state: State = "reset"
        self.in_holdback = False
        self.setpoint = 0.0
        self.segment = 0
        self.cycles_left = 0
        self.end_power: float | None = None
        self._rate_per_s = 0.0
        self._left_s = 0.0
        self._back_to: float | None = None

    @property
    def code(self) -> int:
        """Register 23."""
        if self.state == "run" and self.in_holdback:
            return HOLDBACK_CODE
        return _CODES[self.state]

    # -- commands -------------------------------------------------------------------------------------------

    def run(self, pv: float, setpoint: float) -> None:
        """Start from the measured value or the set-point (servo, register 520), or go on after a hold."""
        if self.state == "hold":
            self.state = "run"
            return
        if self.state != "reset":
            return
        self._program = self._store.take(self._settings.program)
        self.setpoint = pv if self._settings.servo == 0 else setpoint
        self.state = "run"
        self.cycles_left = self._program.cycles
        self._enter(1)

    def hold(self) -> None:
        """Freeze, if it runs."""
        if self.state == "run":
            self.state = "hold"

    def reset(self) -> None:
        """Back to the controller's own set-point; the working copy is lost."""
        self.state = "reset"
        self.in_holdback = False
        self.segment = 0
        self.end_power = None
        self._back_to = None
        self._program = None

    def power_restored(self, pv: float) -> None:
        """As register 518 says: go on, ramp back from the measured value at the last rate, or reset."""
        if self.state == "reset" or self._settings.power_fail == CONTINUE:
            return
        if self._settings.power_fail == RESET:
            self.reset()
            return
        self._back_to, self.setpoint = self.setpoint, pv

    # -- time -----------------------------------------------------------------------------------------------

    def tick(self, seconds: float, pv: float) -> None:
        """Let so much time pass."""
        if self.state != "run" or self._program is None:
            self.in_holdback = False
            return
        self.in_holdback = self._is_off(self._program, pv)
        left_s = seconds
        while left_s > 0 and self.state == "run" and not self.in_holdback:
            left_s = self._go_on(left_s)

    def _is_off(self, program: Program, pv: float) -> bool:
        if not program.holdback or self._settings.holdback_disabled:
            return False
        deviation = pv - self.setpoint
        too_low = deviation < -program.holdback_value and program.holdback in (1, 3)
        too_high = deviation > program.holdback_value and program.holdback in (2, 3)
        return too_low or too_high

    def _go_on(self, seconds: float) -> float:
        """Move on in the present segment; returns the seconds that were left when it ended."""
        if self._back_to is not None:
            left_s = self._move(self._back_to, seconds)
            if left_s > 0:
                self._back_to = None
            return left_s
        now = self._present()
        if now.kind == DWELL:
            spent_s = min(seconds, self._left_s)
            self._left_s -= spent_s
            if self._left_s <= 0:
                self._enter(self.segment + 1)
            return seconds - spent_s
        left_s = self._move(now.target, seconds)
        if self.setpoint == now.target:
            self._enter(self.segment + 1)
        return left_s

    def _move(self, target: float, seconds: float) -> float:
        distance = target - self.setpoint
        if self._rate_per_s <= 0 or abs(distance) <= self._rate_per_s * seconds:
            spent_s = abs(distance) / self._rate_per_s if self._rate_per_s > 0 else 0.0
            self.setpoint = target
            return seconds - spent_s
        self.setpoint += self._rate_per_s * seconds if distance > 0 else -self._rate_per_s * seconds
        return 0.0

    def _enter(self, number: int) -> None:
        program = self._program
        assert program is not None
        self.segment = number
        if number > len(program.segments):  # no end segment: it dwells (Carbolite MFS manual, 3.3.1)
            self.segment = len(program.segments)
            self.state = "complete"
            return
        now = program.segments[number - 1]
        if now.kind == RAMP_RATE:
            self._rate_per_s = now.rate / UNIT_s[program.ramp_units]
        elif now.kind == RAMP_TIME:
            distance = abs(now.target - self.setpoint)
            self._rate_per_s = distance / now.duration_s if now.duration_s > 0 else 0.0
        elif now.kind == DWELL:
            self._left_s = now.duration_s
        elif now.kind == END:
            self._end(program, now)
        else:
            self._rate_per_s = 0.0

    def _end(self, program: Program, end: Segment) -> None:
        if program.cycles == _EVERLASTING or self.cycles_left > 1:
            self.cycles_left = max(0, self.cycles_left - 1)
            self._enter(1)
        elif end.end_type == END_RESET:
            self.reset()
        else:
            assert end.end_type in (END_DWELL, END_POWER)
            self.state = "complete"
            self.end_power = end.end_power if end.end_type == END_POWER else None

    # -- what it tells --------------------------------------------------------------------------------------

    def _present(self) -> Segment:
        if self._program is None or not self.segment:
            return Segment()
        return self._program.segments[self.segment - 1]

    @property
    def segment_kind(self) -> int:
        """Register 29."""
        return self._present().kind

    @property
    def target(self) -> float:
        """Register 160."""
        now = self._present()
        return now.target if now.kind not in (DWELL, END) else self.setpoint

    @property
    def rate(self) -> float:
        """Register 161."""
        now = self._present()
        return now.rate if now.kind == RAMP_RATE else 0.0

    @property
    def segment_left_s(self) -> float:
        """Register 36."""
        now = self._present()
        if self.state not in ("run", "hold") or now.kind == END:
            return 0.0
        if now.kind == DWELL:
            return self._left_s
        return abs(now.target - self.setpoint) / self._rate_per_s if self._rate_per_s > 0 else 0.0

    @property
    def program_left_s(self) -> float:
        """Register 58, for the present cycle."""
        if self._program is None or self.state not in ("run", "hold"):
            return 0.0
        total_s, at = self.segment_left_s, self.target
        unit_s = UNIT_s[self._program.ramp_units]
        for one in self._program.segments[self.segment :]:
            if one.kind == END:
                break
            if one.kind == RAMP_RATE:
                total_s += abs(one.target - at) / one.rate * unit_s
            elif one.kind in (RAMP_TIME, DWELL):
                total_s += one.duration_s
            at = at if one.kind == DWELL else one.target
        return total_s
