"""A Keithley Model 6485 or 6487 Picoammeter as its bus sees it: ranges, zero check, zero correction, units.

Sources: Keithley's own instrument drivers and other people's; what is from memory or our choice says so where
it stands. Not simulated: the buffer, limits, statistics, analog output, the DDC language, and what the 6487's
voltage source does to a specimen. Those commands answer -113, never wrongly.
"""

from __future__ import annotations

import math
from typing import Any

from bench.core.clock import Clock
from simulators.instruments.keithley.picoammeter.commands import (
    ReadingCommands,
    SenseCommands,
    VoltageSource,
    ZeroCommands,
)
from simulators.instruments.keithley.picoammeter.ranges import RANGES, Calibration, Model, index_for
from simulators.noise import gaussian
from simulators.physics.terminals import CurrentSeen
from simulators.wire.scpi import ScpiInstrument, command
from simulators.wire.scpi.errors import USER_REQUEST

OVERFLOW = 9.9e37
OVERHEAD_s = 2e-3
RANGE_CHANGE_s = 30e-3
"""Our choice, both."""
DOWN_RANGE = 0.1
"""Autorange goes down below the name of the next range (6485-901-01 p. 4-2), up beyond 105 % (same page)."""
OVERFLOWED, ZERO_CHECKED, ZERO_CORRECTED = 1 << 0, 1 << 1, 1 << 3
"""Bits of STATus as far as they are simulated: from memory."""


class Picoammeter(ScpiInstrument):
    """One unit; `terminals` is what its input sees. After power-on zero check is on: it measures nothing."""

    float_format = ".6E"

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        terminals: CurrentSeen,
        model: Model = "6485",
        mains_Hz: float = 50.0,
        serial: str = "6485001",
    ) -> None:
        super().__init__(
            clock, name=name, identity=f"KEITHLEY INSTRUMENTS INC.,MODEL {model},{serial},B04  /A02  /E"
        )
        self.mains_Hz = mains_Hz
        self.has_source = model == "6487"
        self.latest_A: float | None = None
        self.source = VoltageSource()
        self._terminals, self._seed = terminals, seed
        self._calibration = Calibration(seed, name, model)
        self._started = clock.now()
        self.sense = SenseCommands(self)
        self.zero = ZeroCommands(self)
        self.readings = ReadingCommands(self)
        for group in (self.sense, self.zero, self.readings, *([self.source] if self.has_source else [])):
            self.mount(group)

    # -- measuring ------------------------------------------------------------------------------------------

    def reading(self, elements: tuple[str, ...]) -> str:
        """One reading, filtered if asked for, as it is sent."""
        values = [self._in_range() for _ in range(self.sense.average_count if self.sense.average else 1)]
        known = [one for one in values if one is not None]
        value = math.fsum(known) / len(known) if len(known) == len(values) else None
        self.latest_A = value
        status = ZERO_CHECKED if self.zero.check else 0
        status |= ZERO_CORRECTED if self.zero.correct else 0
        status |= OVERFLOWED if value is None else 0
        parts = {
            "READ": f"{OVERFLOW if value is None else value:+.6E}" + ("A" if "UNIT" in elements else ""),
            "TIME": f"{self.time - self._started:+.6E}",
            "STAT": f"{float(status):+.6E}",
            "VSO": f"{self.source.level if self.source.on else 0.0:+.6E}",
        }
        return ",".join(parts[one] for one in elements if one in parts)

    def _in_range(self) -> float | None:
        sense = self.sense
        while True:
            value = self._converted()
            one = RANGES[sense.range_index]
            beyond = abs(value) > one.largest_reading
            if not sense.range_auto:
                return None if beyond else value
            if beyond and sense.range_index < len(RANGES) - 1:
                sense.range_index += 1
            elif abs(value) < DOWN_RANGE * one.full_scale and sense.range_index > 0:
                sense.range_index -= 1
            else:
                return None if beyond else value
            self.spend(RANGE_CHANGE_s)

    def _converted(self) -> float:
        """One conversion on the present range; with zero check on neither current nor input bias is seen."""
        index = self.sense.range_index
        one = RANGES[index]
        integration_s = self.sense.nplc / self.mains_Hz
        middle = self.time + integration_s / 2
        seen_A = 0.0
        if not self.zero.check:
            gain = 1 + self._calibration.gain[index]
            seen_A = self._terminals.current_A(middle) * gain + self._calibration.offset_A[index]
        zero = self._calibration.zero - (self.zero.acquired if self.zero.correct else 0.0)
        noise_A = (
            one.noise_A / math.sqrt(self.sense.nplc) * gaussian(self._seed, f"{self.name}/noise", middle)
        )
        self.spend((2 if self.sense.autozero else 1) * integration_s + OVERHEAD_s)
        return seen_A + zero * one.full_scale + noise_A

    # -- the front panel, for tests -------------------------------------------------------------------------

    def press_zero_check(self) -> None:
        """Somebody presses ZCHK."""
        self.zero.check = not self.zero.check

    def press_range(self, full_scale: float) -> None:
        """Somebody chooses a range."""
        self.sense.range_index, self.sense.range_auto = index_for(full_scale), False

    def press_local(self) -> None:
        """Somebody presses LOCAL: bit 6 of *ESR? says so."""
        self.status.latch_standard(USER_REQUEST)

    def press_operate(self) -> None:
        """Somebody switches the voltage source of a 6487."""
        self.source.on = not self.source.on

    def inspect(self) -> dict[str, Any]:
        """Range, zero and source as they are, for tests."""
        return {
            "output": self.source.on,
            "range": RANGES[self.sense.range_index].full_scale,
            "zero_check": self.zero.check,
            "zero_correct": self.zero.correct,
        }

    # -- what the engine asks -------------------------------------------------------------------------------

    @command(":SYSTem:LFRequency?")
    def line_frequency(self) -> str:
        """50 or 60."""
        return f"{self.mains_Hz:.0f}"

    def reset(self) -> None:
        """*RST: zero check on, auto range."""
        super().reset()
        self.sense.range_index, self.sense.range_auto = len(RANGES) - 1, True
        self.readings.forget()
