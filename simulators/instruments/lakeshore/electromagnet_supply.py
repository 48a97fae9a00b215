"""A Lake Shore Model 643 or 648 electromagnet power supply: ramps in time, status registers, interlocks.

Commands after the manuals of the 648 (p. 66 ff.) and the 642 (p. 5-30 ff.) and the maker's own Python package
(lakeshore 1.10.0). OPST? and ERST? are the present state, OPSTR? and ERSTR? what was latched since they were
last read (manuals; the Python package has it the other way round). From memory or our choice: the voltage
limits, the errors, 7 A (643) or 13.5 A (648) for a volt of external program, and that a fault lets the
current run down by itself at the fastest rate.
"""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

from bench.core.clock import Clock
from simulators.instruments.lakeshore.line_protocol import ExecutionError, LakeShoreDevice, Parameter
from simulators.noise import between, gaussian
from simulators.physics.analog_cable import AnalogCable
from simulators.physics.terminals import Coil

FASTEST_A_PER_S = 50.0
SLOWEST_A_PER_S = 1e-4
COMPLIANCE, RAMP_DONE, POWER_LIMIT = 1, 2, 4
"""Bits of OPST?."""
MAGNET_FLOW = 1 << 5
"""Bit of the operational errors of ERST?."""
INTERNAL, EXTERNAL, SUM = 0, 1, 2
UPDATE_s = 0.1
NOISE_A, GAIN, OFFSET_A = 2e-4, 5e-4, 2e-3
"""Of the read-back and of the output: our choice."""
AMPERES = "+.4f"


class Size(NamedTuple):
    """What the output stage can do."""

    largest_A: float
    largest_V: float
    A_per_V: float


SIZES = {"643": Size(70.1, 35.0, 7.0), "648": Size(135.1, 75.0, 13.5)}


class ElectromagnetSupply(LakeShoreDevice):
    """One unit; `coil` is what it feeds, `program` what is plugged into its external program input."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        coil: Coil,
        program: AnalogCable,
        model: Literal["643", "648"] = "643",
        serial: str = "6430001",
    ) -> None:
        super().__init__(clock, name=name, identity=f"LSCI,MODEL{model},{serial},1.2/1.0")
        self.size = SIZES[model]
        self._coil, self._program, self._seed = coil, program, seed
        self._gain = between(seed, f"{name}/gain", -GAIN, GAIN)
        self._offset_A = between(seed, f"{name}/offset", -OFFSET_A, OFFSET_A)
        self._set_A = 0.0
        self._wanted_A = 0.0  # what the coil was last told, before errors
        self._driven_A = 0.0
        self._limited = False
        self._held = False
        self._faults = [0, 0]
        self._latched = [0, 0]
        self._operation = RAMP_DONE
        self._operation_event = 0
        coil.follow(program.catch_up)
        program.listener = self._programmed
        self._declare()

    def _declare(self) -> None:
        amperes = Parameter(-self.size.largest_A, self.size.largest_A, AMPERES)
        limit = Parameter(0.0, self.size.largest_A, AMPERES)
        rate = Parameter(SLOWEST_A_PER_S, FASTEST_A_PER_S, AMPERES)
        self.command("SETI", (amperes,), self._set_current)
        self.query("SETI", lambda: format(self._set_A, AMPERES))
        self.stored("LIMIT", (limit, rate), (self.size.largest_A, FASTEST_A_PER_S), self._limit)
        self.command("RATE", (rate,), self._set_rate)
        self.values["RATE"] = self._defaults["RATE"] = (1.0,)
        self.query("RATE", lambda: format(self.values["RATE"][0], AMPERES))
        self.stored("RSEG", (Parameter(0, 1),), (0,))
        self._segments = dict.fromkeys(range(1, 6), (self.size.largest_A, 1.0))
        self.command("RSEGS", (Parameter(1, 5), limit, rate), self._set_segment)
        self.query("RSEGS", self._segment, (Parameter(1, 5),))
        self.command("STOP", (), self._stop)
        water = (Parameter(0, 3),)
        self.stored("INTWTR", water, (2,))
        self.stored("MAGWTR", water, (2,))
        self.stored("XPGM", (Parameter(0, 2),), (0,), self._apply)
        self.stored("DISP", (Parameter(0, 3),), (2,))
        self.stored("LOCK", (Parameter(0, 2), Parameter(0, 999, "03d")), (0, 123))
        self.stored("MODE", (Parameter(0, 2),), (0,))
        self.stored("IEEE", (Parameter(0, 3), Parameter(0, 1), Parameter(1, 30)), (0, 0, 12))
        self.query("RDGI", lambda: format(self.measured_A(), AMPERES))
        self.query("RDGV", lambda: format(self._coil.voltage_V(self.time), AMPERES))
        self.query("OPST", lambda: f"{self._operation:03d}")
        self.query("OPSTR", self._take_operation)
        self.stored("OPSTE", (Parameter(0, 255, "03d"),), (0,))
        self.query("ERST", lambda: "{:03d},{:03d}".format(*self._faults))
        self.query("ERSTR", self._take_faults)
        self.stored("ERSTE", (Parameter(0, 255, "03d"), Parameter(0, 255, "03d")), (0, 0))
        self.command("DFLT", (Parameter(99, 99),), self._defaults_at_rest)

    # -- the output -----------------------------------------------------------------------------------------

    @property
    def largest_setting_A(self) -> float:
        """SETI is clipped to this (LIMIT)."""
        return self.values["LIMIT"][0]

    def measured_A(self) -> float:
        """RDGI?."""
        at = self.time // UPDATE_s * UPDATE_s
        return self._coil.current_A(self.time) + NOISE_A * gaussian(self._seed, f"{self.name}/noise", at)

    def update(self) -> None:
        """See LakeShoreDevice: the present state, and what rises is latched."""
        self._program.catch_up(self.time)
        arrived = abs(self._coil.current_A(self.time) - self._driven_A) < 1e-9
        state = (RAMP_DONE if arrived or self._held else 0) | (COMPLIANCE if self._limited else 0)
        self._operation_event |= state & ~self._operation
        self._operation = state

    def _set_current(self, amperes: float) -> None:
        if any(self._faults):
            raise ExecutionError
        most_A = self.largest_setting_A
        self._set_A = min(max(amperes, -most_A), most_A)
        self._apply()

    def _apply(self) -> None:
        self._aim(self.time)

    def _programmed(self, volts: float, time: float) -> None:
        if self.values["XPGM"][0] != INTERNAL:
            self._aim(time)

    def _aim(self, time: float) -> None:
        """Bring the coil to what internal setting and external program ask for."""
        source = self.values["XPGM"][0]
        external_A = self._program.volts * self.size.A_per_V
        wanted_A = {INTERNAL: self._set_A, EXTERNAL: external_A, SUM: self._set_A + external_A}[int(source)]
        if any(self._faults):
            wanted_A = 0.0
        wanted_A = min(max(wanted_A, -self.size.largest_A), self.size.largest_A)
        fast = source != INTERNAL or any(self._faults)
        self._drive(wanted_A, FASTEST_A_PER_S if fast else self._rate(), time)

    def _rate(self) -> float:
        rate = self.values["RATE"][0]
        if self.values["RSEG"][0]:
            inside = [one for one in self._segments.values() if abs(self._set_A) <= one[0]]
            rate = min((one[1] for one in inside), default=rate)
        return min(rate, self.values["LIMIT"][1])

    def _drive(self, wanted_A: float, rate_A_per_s: float, time: float) -> None:
        self._wanted_A, self._held = wanted_A, False
        self._driven_A = wanted_A * (1 + self._gain) + self._offset_A
        self._coil.drive(self._driven_A, rate_A_per_s, time)
        ramp_s = abs(self._driven_A - self._coil.current_A(time)) / rate_A_per_s
        final_V = abs(self._coil.voltage_V(time + ramp_s + 1.0)) if ramp_s < math.inf else 0.0
        self._limited = final_V > self.size.largest_V
        if self._limited:
            self._driven_A *= self.size.largest_V / final_V
            self._coil.drive(self._driven_A, rate_A_per_s, time)

    def _stop(self) -> None:
        """Hold the current where it is; a new SETI goes on."""
        self._coil.drive(0.0, 0.0, self.time)
        self._held = True

    # -- settings -------------------------------------------------------------------------------------------

    def _set_rate(self, rate: float) -> None:
        self.values["RATE"] = (min(rate, self.values["LIMIT"][1]),)

    def _limit(self) -> None:
        """A limit below the present setting clips it; the output follows."""
        most_A = self.largest_setting_A
        self._set_rate(self.values["RATE"][0])
        if abs(self._set_A) > most_A:
            self._set_current(self._set_A)

    def _set_segment(self, number: float, amperes: float, rate: float) -> None:
        self._segments[int(number)] = (amperes, rate)

    def _segment(self, number: float) -> str:
        return ",".join(format(one, AMPERES) for one in self._segments[int(number)])

    def _defaults_at_rest(self, _: float) -> None:
        if abs(self.measured_A()) > 0.1:
            raise ExecutionError
        self.reset()

    # -- status ---------------------------------------------------------------------------------------------

    def status_byte(self) -> int:
        """See LakeShoreDevice: bit 1 operational errors, 2 hardware errors, 7 operation."""
        byte = super().status_byte()
        hardware, operational = self.values["ERSTE"]
        byte |= 4 if self._latched[0] & int(hardware) else 0
        byte |= 2 if self._latched[1] & int(operational) else 0
        return byte | (128 if self._operation_event & int(self.values["OPSTE"][0]) else 0)

    def _take_operation(self) -> str:
        event, self._operation_event = self._operation_event, 0
        return f"{event:03d}"

    def _take_faults(self) -> str:
        latched, self._latched = self._latched, [0, 0]
        return "{:03d},{:03d}".format(*latched)

    # -- what happens to it, for tests ----------------------------------------------------------------------

    def fault(self, *, hardware: int = 0, operational: int = 0) -> None:
        """Something fails or an interlock opens: the current runs down, SETI is 0."""
        self.look()
        self._faults = [self._faults[0] | hardware, self._faults[1] | operational]
        self._latched = [self._latched[0] | hardware, self._latched[1] | operational]
        self._set_A = 0.0
        self._aim(self.time)

    def clear_faults(self) -> None:
        """The cause is gone: water flows again."""
        self._faults = [0, 0]

    def press_current(self, amperes: float) -> None:
        """Somebody sets a current at the front panel."""
        self.look()
        self._set_current(amperes)

    def inspect(self) -> dict[str, Any]:
        """Current, setting and program as they are, for tests."""
        self.look()
        return {
            "output": abs(self._coil.current_A(self.time)) > 0.05,
            "current_A": self._coil.current_A(self.time),
            "set_A": self._set_A,
            "rate_A_per_s": self.values["RATE"][0],
            "program": int(self.values["XPGM"][0]),
            "water": (int(self.values["INTWTR"][0]), int(self.values["MAGWTR"][0])),
        }

    def reset(self) -> None:
        """*RST: settings as at power-up; the current ramps to zero (our choice)."""
        super().reset()
        self._set_A = 0.0
        self._apply()
