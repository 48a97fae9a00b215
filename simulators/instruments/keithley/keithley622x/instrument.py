"""A Keithley Model 6220 or 6221 current source as its bus sees it.

Sources: Model 6220/6221 Reference Manual (622x-901-01) where a page is named, and what people met on real
ones; what is from memory says so where it stands. Not simulated: waves (6221), sweeps and lists, pulse delta,
differential conductance, mathematics, binary data, trigger lines other than the one to the nanovoltmeter,
the KI-220 language. Those commands answer -113 or -141, never wrongly.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from bench.core.clock import Clock
from simulators.instruments.keithley.keithley622x import status
from simulators.instruments.keithley.keithley622x.delta_commands import ABORT_s, DeltaCommands
from simulators.instruments.keithley.keithley622x.ranges import RANGES, Calibration
from simulators.instruments.keithley.keithley622x.relay import NanovoltmeterCable, RelayCommands
from simulators.instruments.keithley.keithley622x.source_commands import OutputCommands, SourceCommands
from simulators.instruments.keithley.keithley622x.system_commands import SystemCommands
from simulators.instruments.keithley.keithley622x.trace import AverageCommands, TraceCommands
from simulators.physics.electrical import Circuit, CurrentDrive, OperatingPoint
from simulators.wire.scpi import ScpiInstrument
from simulators.wire.scpi.errors import USER_REQUEST

SETTLING_s = {"FAST": 1e-4, "SLOW": 1e-3}
"""To 0.1 % of a step on the higher ranges (SPEC-622x, from memory)."""


class Keithley622x(ScpiInstrument):
    """One unit: `name` and `seed` decide its errors, `output` is the circuit at its triax.

    `cable` leads to a nanovoltmeter on the serial port, whose input is wired elsewhere.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        output: Circuit,
        model: Literal["6220", "6221"] = "6221",
        cable: NanovoltmeterCable | None = None,
        interlock_closed: bool = True,
        serial: str = "1234567",
    ) -> None:
        super().__init__(
            clock, name=name, identity=f"KEITHLEY INSTRUMENTS INC.,MODEL {model},{serial},D04  /700x "
        )
        self.seed = seed
        self.cable = cable
        self.interlock_closed = interlock_closed
        self.calibration = Calibration(seed, name)
        self.peak_V = 0.0
        """The largest voltage that any step has put on the circuit, overshoot included."""
        self._circuit = output
        self._drive: CurrentDrive | None = None
        self._jammed = False
        self.source = SourceCommands(self)
        self.output = OutputCommands(self)
        self.delta = DeltaCommands(self)
        self.trace = TraceCommands(self)
        self.average = AverageCommands(self)
        self.relay = RelayCommands(self)
        self._resettable = (self.source, self.output, self.delta, self.trace, self.average)
        for group in (*self._resettable, self.relay, SystemCommands(self)):
            self.mount(group)

    # -- messages -------------------------------------------------------------------------------------------

    def execute(self, message: str) -> str | None:
        """See ScpiInstrument; first what a running test has done meanwhile.

        Right after an abort the test is still winding down: a query then is INTERRUPTED (-410), its reply
        lost. A jammed instrument takes everything and answers nothing.
        """
        if self._jammed:
            return None
        now = max(self.clock.now(), self.busy_until)
        self.time = now
        self.delta.advance(now)
        winding_down = now < self.delta.aborted_at + ABORT_s
        reply = super().execute(message)
        if reply is not None and winding_down:
            self.queue_error(-410)
            return None
        return reply

    def clear(self) -> None:
        """Device clear; of no use to a jammed instrument (on a real one only the mains switch helped)."""
        if not self._jammed:
            super().clear()
            self.relay.forget()

    def jam(self) -> None:
        """A query that waits for ever holds up everything behind it."""
        self._jammed = True

    def power_cycle(self) -> None:
        """Somebody uses the mains switch."""
        self._jammed = False
        self.busy_until = self.clock.now()
        self.reset()
        self.clear_errors()

    # -- the output -----------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Bring the terminals to what the settings say, now; in another mode than FIX the level counts 0."""
        if not self.delta.is_running:
            self._put(self.source.level_A if self.source.mode == "FIX" else 0.0, self.time)
        self.spend(SETTLING_s[self.output.response])

    def step(self, level_A: float, time: float) -> None:
        """Bring the terminals to this level from this clock second on: a reversal."""
        self._put(level_A, time)

    def operating_point(self, time: float) -> OperatingPoint:
        """What is at the terminals."""
        return self._circuit.operating_point(time)

    def _put(self, level_A: float, time: float) -> None:
        drive: CurrentDrive | None = None
        if self.output.on:
            delivered = self.calibration.delivered(self.source.range_index, level_A)
            drive = CurrentDrive(delivered, self.calibration.limit_V(self.source.compliance_V))
        if drive == self._drive:
            return
        self._drive = drive
        self._circuit.drive(drive, time)
        point = self._circuit.operating_point(time)
        overshoot_V = self.calibration.overshoot_V if point.limited else 0.0
        self.peak_V = max(self.peak_V, abs(point.force_V) + overshoot_V)

    # -- the front panel, for tests -------------------------------------------------------------------------

    def press_range(self, full_scale: float) -> None:
        """Somebody presses the range keys until this range is there."""
        self._catch_up()
        self.source.range_index = [one.full_scale for one in RANGES].index(full_scale)
        self.source.range_auto = False
        self.apply()

    def press_exit(self) -> None:
        """Somebody presses EXIT: a delta test ends."""
        self._catch_up()
        self.delta.end(aborted=True)

    def press_output(self) -> None:
        """Somebody presses OUTPUT."""
        self._catch_up()
        self.output.on = not self.output.on
        if not self.output.on:
            self.delta.end(aborted=True)
        self.apply()

    def press_local(self) -> None:
        """Somebody presses LOCAL: bit 6 of *ESR? says so."""
        self.status.latch_standard(USER_REQUEST)

    def inspect(self) -> dict[str, Any]:
        """Output, level and test as they are, for tests."""
        self._catch_up()
        return {
            "output": self.output.on,
            "level": self.source.level_A,
            "range": RANGES[self.source.range_index].full_scale,
            "compliance": self.source.compliance_V,
            "armed": self.delta.is_armed,
            "running": self.delta.is_running,
            "peak_V": self.peak_V,
            **({"nanovoltmeter": self.cable.meter.inspect()} if self.cable else {}),
        }

    def _catch_up(self) -> None:
        self.time = max(self.clock.now(), self.busy_until)
        self.delta.advance(self.time)

    # -- what the engine asks -------------------------------------------------------------------------------

    def reset(self) -> None:
        """*RST: output off, level zero, 100 mA range, 10 V compliance; the serial port stays as it is."""
        self.delta.end(aborted=True)
        serial = (self.relay.baud, self.relay.terminator, self.relay.flow_control)
        super().reset()
        self.relay.baud, self.relay.terminator, self.relay.flow_control = serial
        self.source.forget()
        self.trace.forget()
        self.delta.high_A = 1e-3
        self.output.on = False
        self.apply()

    def update_conditions(self) -> None:
        """Live bits of the measurement and operation registers."""
        self.delta.advance(self.time)
        bits = 0
        if self.interlock_closed:
            bits |= status.INTERLOCK
        if self.output.on and math.isfinite(self.time) and self.operating_point(self.time).limited:
            bits |= status.COMPLIANCE
        if len(self.trace.readings) > 1:
            bits |= status.BUFFER_AVAILABLE
        self.status.measurement.set_condition(bits)
        self.status.operation.set_condition(status.SWEEPING if self.delta.is_running else status.IDLE)
