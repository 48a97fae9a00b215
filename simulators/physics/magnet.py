"""An electromagnet: a coil that ramps, and an iron yoke that saturates, remembers and lags."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

RATE_STEP_s = 1e-3
"""How far apart two looks at the field are for its rate of change."""


@dataclass(frozen=True, slots=True)
class Yoke:
    """How the field follows the current once everything has settled.

    Play operators (Prandtl and Ishlinskii) of three widths around `hysteresis_A` remember where the current
    came from; together they leave `remanence_T` behind after a large excursion. The field saturates towards
    `saturation_T`. `lag_s` is how slowly eddy currents in the yoke let the field follow.
    """

    field_per_current_T_per_A: float
    saturation_T: float
    remanence_T: float = 0.0
    hysteresis_A: float = 1.0
    lag_s: float = 0.0

    @property
    def widths_A(self) -> tuple[float, ...]:
        """Half widths of the play operators."""
        return (0.5 * self.hysteresis_A, self.hysteresis_A, 1.5 * self.hysteresis_A)

    @property
    def memory(self) -> float:
        """Which part of the field goes through the play operators; must be less than one."""
        return self.remanence_T / (self.field_per_current_T_per_A * self.hysteresis_A)

    def field_T(self, current_A: float, plays_A: Sequence[float]) -> float:
        """The field in the gap at this (lagging) current and with this memory."""
        effective_A = (1 - self.memory) * current_A + self.memory * sum(plays_A) / len(plays_A)
        linear_T = self.field_per_current_T_per_A * effective_A
        return linear_T / math.sqrt(1 + (linear_T / self.saturation_T) ** 2)


class Magnet:
    """A Coil with a gap. State changes only in `drive`; all between is a closed form of time.

    The current ramps linearly. The current that the yoke feels lags behind it by one time constant, so that
    between two changes it turns round at most once; the play operators need only its turning points.
    """

    def __init__(self, yoke: Yoke, resistance_ohm: float, inductance_H: float) -> None:
        self._yoke = yoke
        self._resistance_ohm = resistance_ohm
        self._inductance_H = inductance_H
        self._since = 0.0
        self._start_A = 0.0  # current at the last change
        self._target_A = 0.0
        self._slope_A_per_s = 0.0
        self._felt_A = 0.0  # lagging current at the last change
        self._plays_A: tuple[float, ...] = (0.0,) * len(yoke.widths_A)
        self._catch_up: Callable[[float], None] = lambda time: None

    def follow(self, catch_up: Callable[[float], None]) -> None:
        """See Coil."""
        self._catch_up = catch_up

    def drive(self, current_A: float, rate_A_per_s: float, time: float) -> None:
        """See Coil; a rate of zero holds the current where it is."""
        time = max(time, self._since)
        self._start_A, self._felt_A, self._plays_A = self.current_A(time), *self._memory(time)
        self._since = time
        self._target_A = current_A if rate_A_per_s else self._start_A
        self._slope_A_per_s = math.copysign(abs(rate_A_per_s), self._target_A - self._start_A)

    def current_A(self, time: float) -> float:
        """See Coil."""
        self._catch_up(time)
        elapsed_s = max(0.0, time - self._since)
        if elapsed_s >= self._ramp_s:
            return self._target_A
        return self._start_A + self._slope_A_per_s * elapsed_s

    def voltage_V(self, time: float) -> float:
        """See Coil."""
        self._catch_up(time)
        ramping = max(0.0, time - self._since) < self._ramp_s
        inductive_V = self._inductance_H * self._slope_A_per_s if ramping else 0.0
        return self._resistance_ohm * self.current_A(time) + inductive_V

    def field_T(self, time: float) -> float:
        """Flux density in the middle of the gap at `time`, along its axis. Changes nothing."""
        return self._yoke.field_T(*self._memory(time))

    def rate_T_per_s(self, time: float) -> float:
        """How fast the field changes just after `time`. Changes nothing."""
        time = max(time, self._since)
        return (self.field_T(time + RATE_STEP_s) - self.field_T(time)) / RATE_STEP_s

    @property
    def _ramp_s(self) -> float:
        if not self._slope_A_per_s:
            return 0.0
        return (self._target_A - self._start_A) / self._slope_A_per_s

    def _memory(self, time: float) -> tuple[float, tuple[float, ...]]:
        """The lagging current and the play operators at `time`."""
        self._catch_up(time)
        elapsed_s = max(0.0, time - self._since)
        felt_A = self._felt_A
        plays_A = self._plays_A
        for felt_A in self._turns(elapsed_s):
            plays_A = tuple(
                min(max(play, felt_A - width), felt_A + width)
                for play, width in zip(plays_A, self._yoke.widths_A, strict=True)
            )
        return felt_A, plays_A

    def _turns(self, elapsed_s: float) -> Iterator[float]:
        """The lagging current at every turning point up to `elapsed_s`, and then."""
        lag_s = self._yoke.lag_s
        ramped_s = min(elapsed_s, self._ramp_s)
        if not lag_s:
            yield self.current_A(self._since + elapsed_s)
            return
        steady_A = self._slope_A_per_s * lag_s  # how far a long ramp is ahead of what the yoke feels
        behind_A = self._felt_A - self._start_A + steady_A  # of that, at the start
        if steady_A and behind_A / steady_A > 1:  # still on its way from before: turns within the ramp
            turn_s = lag_s * math.log(behind_A / steady_A)
            if turn_s < ramped_s:
                yield self._ramping_A(turn_s, behind_A, steady_A)
        felt_A = self._ramping_A(ramped_s, behind_A, steady_A)
        yield felt_A
        if elapsed_s > ramped_s:
            yield self._target_A + (felt_A - self._target_A) * math.exp(-(elapsed_s - ramped_s) / lag_s)

    def _ramping_A(self, elapsed_s: float, behind_A: float, steady_A: float) -> float:
        """First-order answer to a linear ramp."""
        present_A = self._start_A + self._slope_A_per_s * elapsed_s
        return present_A - steady_A + behind_A * math.exp(-elapsed_s / self._yoke.lag_s)
