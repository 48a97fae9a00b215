"""The programmer: from set-point to set-point in the time between them, until a time says stop.

Operation instructions of the AI series (ramp and soak mode, PAF); V9.3, codes 1BH, 2BH to 2FH, 50H on. What
it does after the last of its segments, if none of them stopped it, is our choice: it stays where it is.
"""

from __future__ import annotations

from simulators.instruments.yudian.yudianai.memory import PAF, PNO, SEGMENTS, STEP, Memory

RUN, STOP, HOLD = 0, 1, 2
STOP_min = -121
_SOAK, _HOURS = 2, 4
"""Bits B and C of PAF. A (ready function) and D (start at the measured value) are not simulated."""


class Programmer:
    """`state` as Srun has it; `setpoint` in degC counts while it is not stopped."""

    def __init__(self, memory: Memory, step_min: float) -> None:
        self._memory = memory
        self._step_min = step_min
        self.state = STOP
        self.setpoint = 0.0
        self.elapsed_s = 0.0

    def command(self, code: int) -> None:
        """Srun: run or go on, stop, hold; another number does nothing."""
        if code == RUN and self.state == STOP:
            self.elapsed_s = 0.0
            self.state = RUN
            self._move()
        elif code == RUN:
            self.state = RUN
        elif code == STOP:
            self.stop()
        elif code == HOLD and self.state == RUN:
            self.state = HOLD

    def stop(self) -> None:
        """Stop; the step is then the first again."""
        self.state = STOP
        self.elapsed_s = 0.0
        self._memory.put(STEP, 1)
        self._memory.writes -= 1  # not somebody's write

    def tick(self, seconds: float) -> None:
        """Let so much time pass."""
        if self.state != RUN:
            return
        self.elapsed_s += seconds
        for _ in range(len(SEGMENTS)):  # a ring of jumps that takes no time must not hang
            duration_s = self._duration_s()
            if self.state != RUN or self.elapsed_s < duration_s:
                break
            if self._step < min(self._memory[PNO], len(SEGMENTS) // 2):
                self.elapsed_s -= duration_s
                self._enter(self._step + 1)
            else:
                self.elapsed_s = duration_s
                break
        self._move()

    @property
    def _step(self) -> int:
        return self._memory[STEP]

    def _enter(self, step: int) -> None:
        self._memory.put(STEP, step)
        self._memory.writes -= 1

    def _duration_s(self) -> float:
        """Of the present segment; carries out what a time of none or less than none says."""
        minutes = self._time(self._step) * self._step_min
        if round(minutes, 3) == STOP_min:
            self.stop()
        elif minutes < 0:
            self._enter(max(1, round(-minutes)))
            self.elapsed_s = 0.0
        elif minutes == 0:
            self.state = HOLD
        else:
            return minutes * (3600.0 if self._memory[PAF] & _HOURS else 60.0)
        return 0.0 if self.state == RUN else float("inf")

    def _move(self) -> None:
        if self.state == STOP:
            return
        here, there = self._at(self._step), self._at(self._step + 1)
        time = self._time(self._step)
        if time <= 0 or self._memory[PAF] & _SOAK:
            self.setpoint = here
            return
        unit_s = 3600.0 if self._memory[PAF] & _HOURS else 60.0
        part = min(1.0, self.elapsed_s / (time * self._step_min * unit_s))
        self.setpoint = here + (there - here) * part

    def _at(self, step: int) -> float:
        code = SEGMENTS[0] + 2 * (step - 1)
        return float(self._memory[code] if code in SEGMENTS else self._memory[code - 2])

    def _time(self, step: int) -> int:
        return self._memory[SEGMENTS[0] + 2 * (step - 1) + 1]

    @property
    def elapsed_tenths(self) -> int:
        """2FH: in tenths of a minute or an hour."""
        return int(self.elapsed_s / (360.0 if self._memory[PAF] & _HOURS else 6.0))
