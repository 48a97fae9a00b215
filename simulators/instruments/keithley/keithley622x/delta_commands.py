"""SOURce:DELTa, SOURce:SWEep, INITiate and UNIT of a 622x (reference manual, section 5)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley622x import status
from simulators.instruments.keithley.keithley622x.delta import (
    ARM_s,
    Conversion,
    DeltaReading,
    DeltaRun,
    Plan,
    START_s,
)
from simulators.instruments.keithley.keithley622x.groups import Group
from simulators.instruments.keithley.keithley622x.ranges import LARGEST_A, index_for
from simulators.wire.scpi import Boolean, Integer, Number, ScpiError, Setting, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley622x.instrument import Keithley622x

ABORT_s = 0.3
"""For so long after an abort a query is INTERRUPTED: seen on a real one."""


class DeltaCommands(Group):
    """Arm, start, abort; the test itself is a DeltaRun."""

    low_A = Setting(":SOURce[1]:DELTa:LOW", Number(-LARGEST_A, 0.0, -1e-3), -1e-3, changed="refuse_armed")
    delay_s = Setting(
        ":SOURce[1]:DELTa:DELay", Number(1e-3, 9999.999, 2e-3, infinity=True), 2e-3, changed="refuse_armed"
    )
    count = Setting(
        ":SOURce[1]:DELTa:COUNt",
        Number(1, 65536, infinity=True, reply=".0f"),
        math.inf,
        changed="refuse_armed",
    )
    abort_in_compliance = Setting(":SOURce[1]:DELTa:CABort[:STATe]", Boolean(), False, changed="refuse_armed")
    cold_switch = Setting(":SOURce[1]:DELTa:CSWitch[:STATe]", Boolean(), False, changed="refuse_armed")
    sets = Setting(":SOURce[1]:SWEep:COUNt", Integer(1, 9999, 1, infinity=True), 1)

    def __init__(self, unit: Keithley622x) -> None:
        super().__init__(unit)
        self.high_A = 1e-3
        self.aborted_at = -math.inf
        self._ready_at: float | None = None
        self._run: DeltaRun | None = None

    @property
    def is_armed(self) -> bool:
        """Whether a delta test holds source and nanovoltmeter."""
        return self._ready_at is not None

    @property
    def is_running(self) -> bool:
        """Whether the current is being reversed."""
        return self._run is not None and not self._run.finished

    def refuse_armed(self, old: object = None) -> None:
        """-221: not while armed."""
        if self.is_armed:
            raise ScpiError(-221)

    @command(":SOURce[1]:DELTa:HIGH", Number(0.0, LARGEST_A, 1e-3))
    def set_high(self, level_A: float) -> None:
        """The high level; the low one becomes its negative."""
        self.refuse_armed()
        self.high_A, self.low_A = level_A, -level_A

    @command(":SOURce[1]:DELTa:HIGH?")
    def high(self) -> float:
        """The high level."""
        return self.high_A

    @command(":SOURce[1]:DELTa:NVPResent?")
    def nanovoltmeter_present(self) -> bool:
        """Whether a nanovoltmeter answers on the serial port; says nothing about the trigger link."""
        self.unit.spend(0.1)
        return self.unit.relay.connected is not None

    @command(":SOURce[1]:DELTa:ARM")
    def arm(self) -> None:
        """Take hold of the nanovoltmeter; -241 without one, +802 with the interlock open."""
        if self.unit.relay.connected is None:
            raise ScpiError(-241)
        if not self.unit.interlock_closed:
            raise status.blocked_by_interlock()
        self.end(aborted=False)
        self.unit.source.mode = "SWE"  # and so it stays until somebody sends MODE FIX
        self.unit.source.range_index = index_for(max(self.high_A, -self.low_A))
        self.unit.source.range_auto = False
        self.unit.trace.start()
        self._ready_at = self.unit.time + ARM_s

    @command(":SOURce[1]:DELTa:ARM?")
    def armed(self) -> bool:
        """Whether it is armed: about a second after ARM."""
        return self._ready_at is not None and self.unit.time >= self._ready_at

    @command(":INITiate[:IMMediate]")
    def start(self) -> None:
        """Start the armed test, output on; -213 where none is ready."""
        cable = self.unit.relay.connected
        if not self.armed() or self.is_running or cable is None:
            raise ScpiError(-213)
        meter = cable.meter
        plan = Plan(
            self.high_A,
            self.low_A,
            min(self.delay_s, 9999.999),
            self.count,
            self.abort_in_compliance,
            meter.integration_s,
            self.unit.trace.points + self.unit.average.count,
        )
        self.unit.output.on = True
        begin = self.unit.time + START_s
        if not cable.trigger_link:
            begin = math.inf  # the meter waits for a trigger that never comes
        self.unit.trace.start()
        self._run = DeltaRun(plan, begin, self._convert, self._take)

    @command(":SOURce[1]:SWEep:ABORt")
    def abort(self) -> None:
        """End any test and let the meter go; the output stays as it is (our choice: the harder case)."""
        self.end(aborted=True)
        self.aborted_at = self.unit.time

    def end(self, *, aborted: bool) -> None:
        """Nothing is armed any more."""
        run = self._run
        if aborted and run is not None and (self.is_running or run.aborted_in_compliance):
            self.unit.status.operation.latch(status.SWEEP_ABORTED)
        self._run = None
        if self._ready_at is not None and self.unit.cable is not None:
            self.unit.cable.meter.press_local()
        self._ready_at = None

    def advance(self, time: float) -> None:
        """Bring the test up to this clock second."""
        run = self._run
        if run is None or not self.is_running:
            return
        run.advance(time)
        if run.aborted_in_compliance:
            self.end(aborted=True)
            self.unit.output.on = False
            self.unit.apply()
        elif run.finished:
            self.unit.status.operation.latch(status.SWEEP_DONE)

    def _convert(self, level_A: float, reversal: float, start: float) -> Conversion:
        cable = self.unit.cable
        assert cable is not None
        self.unit.step(level_A, reversal)
        limited = self.unit.operating_point(start).limited
        volts, overflows = cable.meter.converted(start)
        if limited:
            self.unit.status.measurement.latch(status.COMPLIANCE)
        corrupt = self.unit.relay.disturbs(start)
        if corrupt:
            self.unit.queue_error(-230)
        return Conversion(volts, level_A, limited, overflows, corrupt, start)

    def _take(self, reading: DeltaReading) -> None:
        self.unit.trace.take(reading)
