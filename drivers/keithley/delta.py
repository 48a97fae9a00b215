"""Delta mode of a 622x with a 2182A behind its serial port: arm, verify, start, read, stop.

The order is that of the 622x reference manual, section 5. What was met on real ones and not written there: a
query within 0.3 s of an abort ends in -410; CALC1:DATA:FRESh? with CALC1 off jams the instrument until it is
switched off, so SENSe:DATA? is asked. Nothing says that the trigger link is missing: there are no readings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.core.errors import InstrumentError
from bench.core.readings import DeltaReading
from drivers import replies
from drivers.keithley import current_source_settings as commands
from drivers.keithley.delta_reading import Answer, decode, parse, parse_all
from drivers.keithley.keithley2182a import Keithley2182A
from drivers.link import Link
from drivers.settings import do, get, put

ARM_PATIENCE_S = 10.0
START_PATIENCE_S = 5.0
"""Arming takes about one second, the first reading comes about two after the start (met on a real one)."""
POLL_S = 0.1
OVERHEAD_S = 2.5e-3
"""A conversion takes a little more than delay and integration: 24 reversals a second at 1 PLC and 60 Hz."""


@dataclass(frozen=True, slots=True)
class DeltaSetup:
    """One test, every number of it possible."""

    current_A: float
    compliance_V: float
    range_V: float
    nplc: float
    delay_s: float
    count: int | None


class DeltaMode:
    """The test that a source runs by itself; holds the nanovoltmeter while it is armed."""

    def __init__(self, link: Link, meter: Keithley2182A) -> None:
        self._link = link
        self._meter = meter
        self._setup: DeltaSetup | None = None
        self._range_V = 0.0
        self._current_A = 0.0
        self._running = False
        self._period_s = 0.0
        self._number = 0

    @property
    def armed(self) -> bool:
        """Whether this driver has armed a test and not ended it."""
        return self._setup is not None

    @property
    def range_V(self) -> float:
        """Range of the nanovoltmeter in the test."""
        return self._range_V

    def arm(self, setup: DeltaSetup) -> None:
        """See DeltaMeter.arm_delta; the output is off and no other test is armed."""
        link = self._link
        with link.lock:
            self.require_nanovoltmeter()
            self._meter.measure_voltage(range_V=setup.range_V, nplc=setup.nplc)
            self._range_V = self._meter.read_setting("voltage_range_V")
            self._period_s = setup.delay_s + setup.nplc / self._meter.line_frequency_Hz() + OVERHEAD_S
            put(link, commands.COMPLIANCE, setup.compliance_V)
            step_A = setup.current_A * 1e-5
            self._current_A = put(link, commands.HIGH, setup.current_A, tolerance=step_A)
            put(link, commands.LOW, -setup.current_A, tolerance=step_A)
            put(link, commands.DELAY, setup.delay_s)
            put(link, commands.COUNT, math.inf if setup.count is None else float(setup.count))
            put(link, commands.SETS, 1.0)
            put(link, commands.ABORT_IN_COMPLIANCE, True)
            put(link, commands.COLD_SWITCH, False)
            put(link, commands.AVERAGE, False)
            put(link, commands.UNIT, "V")
            put(link, commands.ELEMENTS, commands.FIVE_ELEMENTS)
            do(link, commands.CLEAR_BUFFER)
            put(link, commands.BUFFER, setup.count or 1)
            do(link, commands.FEED_READINGS)
            put(link, commands.STORING, "NEXT")
            do(link, commands.ARM)
            self._wait_until_armed()
            self._setup, self._running, self._number = setup, False, 0

    def require_nanovoltmeter(self) -> None:
        """Raise InstrumentError with the remedy unless a 2182A answers on the serial port (NVPResent?)."""
        if not self._link.ask(commands.NANOVOLTMETER_QUERY, replies.on_off):
            raise InstrumentError(
                "no 2182A answers on the serial port of the source",
                instrument=self._link.name,
                step="delta",
                state="nothing is armed, the output is off",
                remedy="set the 2182A to RS-232, 19.2k, terminator CR, flow control on (its front panel), "
                "and check the null-modem cable; its GPIB is dead in that setting",
            )

    def start(self) -> None:
        """See DeltaMeter.start_delta."""
        self._require_setup()
        with self._link.lock:
            do(self._link, commands.START)
            self._running = True

    def next(self) -> DeltaReading:
        """See DeltaMeter.next_delta."""
        self._require_running()
        clock = self._link.clock
        first = self._number == 0
        patience_s = (START_PATIENCE_S if first else 1.0) + 6 * self._period_s
        end = clock.now() + patience_s
        if first:
            # Before there is a reading SENS:DATA? is an error, and silent.
            self._wait_stored(1, end, patience_s)
        while True:
            answer = self._link.ask(commands.LATEST_QUERY, parse)
            if answer.number > self._number:
                self._number = answer.number
                return self._decoded(answer)
            if clock.now() >= end:
                raise self._no_reading(patience_s)
            clock.sleep(self._period_s / 2)  # so that none is missed

    def all(self) -> tuple[DeltaReading, ...]:
        """See DeltaMeter.delta_readings."""
        setup = self._require_running()
        if setup.count is None:
            raise InstrumentError(
                "a test without end has no last reading",
                instrument=self._link.name,
                state="the test goes on",
                remedy="arm it with a count, or ask for one reading after the other",
            )
        patience_s = START_PATIENCE_S + 2 * (setup.count + 3) * self._period_s
        self._wait_stored(setup.count, self._link.clock.now() + patience_s, patience_s)
        answers = self._link.ask(commands.ALL_QUERY, parse_all, patience_s=5.0 + 0.05 * setup.count)
        self._number = answers[-1].number
        return tuple(map(self._decoded, answers))

    def forget(self) -> None:
        """The test was ended: none of this driver's is armed."""
        self._setup, self._running = None, False

    def _decoded(self, answer: Answer) -> DeltaReading:
        if abs(abs(answer.level_A) - self._current_A) > 1e-4 * self._current_A:
            raise InstrumentError(
                f"the source says {answer.level_A!r} A, the test was armed with {self._current_A!r} A",
                instrument=self._link.name,
                step="delta",
                state="the test goes on with a current that nobody here asked for",
                remedy="stop the test; leave the front panel alone",
            )
        return decode(answer, time=self._link.clock.now(), current_A=self._current_A, range_V=self._range_V)

    def _wait_until_armed(self) -> None:
        clock = self._link.clock
        end = clock.now() + ARM_PATIENCE_S
        while not self._is_armed_there():
            if clock.now() >= end:
                raise InstrumentError(
                    f"delta is not armed {ARM_PATIENCE_S:g} s after ARM",
                    instrument=self._link.name,
                    step="delta",
                    state="the output is off",
                    remedy="look at the displays of both instruments",
                )
            clock.sleep(POLL_S)

    def _is_armed_there(self) -> bool:
        return self._link.ask(f"{commands.ARM}?", replies.on_off)

    def _wait_stored(self, wanted: int, end: float, patience_s: float) -> None:
        clock = self._link.clock
        while self._link.ask(commands.STORED_QUERY, replies.integer) < wanted:
            ended = not self._is_armed_there()
            if ended or clock.now() >= end:
                if ended and self._link.ask(commands.STORED_QUERY, replies.integer) >= 1:
                    return  # ended early, by compliance: what it has measured is there to be read
                raise self._no_reading(patience_s)
            clock.sleep(max(POLL_S, self._period_s))

    def _no_reading(self, waited_s: float) -> InstrumentError:
        if not self._is_armed_there():
            self._running = False
            on = get(self._link, commands.OUTPUT)
            return InstrumentError(
                "the delta test has ended by itself: the source came into compliance, or a key was pressed",
                instrument=self._link.name,
                step="delta",
                state=f"nothing is armed, the output is {'ON' if on else 'off'}",
                remedy="look at the flags of the last reading; raise the compliance (2 V above what the "
                "specimen needs) or lower the current",
            )
        return InstrumentError(
            f"no new delta reading in {waited_s:.1f} s",
            instrument=self._link.name,
            step="delta",
            state="the test is armed and the output may be on",
            remedy="check the trigger-link cable between source and 2182A; stop the test",
        )

    def _require_setup(self) -> DeltaSetup:
        if self._setup is None:
            raise InstrumentError(
                "no delta test is armed",
                instrument=self._link.name,
                state="nothing was sent",
                remedy="call arm_delta first",
            )
        return self._setup

    def _require_running(self) -> DeltaSetup:
        setup = self._require_setup()
        if not self._running:
            raise InstrumentError(
                "the delta test is not running",
                instrument=self._link.name,
                state="nothing was sent",
                remedy="call start_delta; after an end by compliance or by a key, arm it again",
            )
        return setup
