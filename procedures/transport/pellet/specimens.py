"""Measures what is in the press: nothing, the shorting disc, or a pellet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError
from procedures.common.output import off_afterwards
from procedures.common.settling import READINGS, Block, agree, block
from procedures.common.sourcing import ORDER, smallest_range, volt_ampere
from procedures.transport.pellet.columns import OPEN, SETTLE, SHORT, SWEEP
from procedures.transport.pellet.plan import Bounds, SweepPlan, plan_sweep, sweep_steps
from procedures.transport.pellet.probe import probe

if TYPE_CHECKING:
    from bench.core.readings import SourceMeterReading
    from bench.core.roles import SourceMeter
    from procedures.common.source_taker import ReadingTaker

CORRECTION_GROUPS = 3
"""Reversal groups of the open and of the short measurement: the least that has a scatter."""
DOUBLINGS = 8
"""How often the source delay may be doubled before the pellet is flagged as not settled."""
LARGEST_SHORT_ohm = 100.0
"""More than this is no shorting disc: leads and pistons are an ohm or so."""


@dataclass(frozen=True, slots=True)
class Settling:
    """The delay found and whether the voltage was settled with it."""

    delay_s: float
    settled: bool


class Specimens:
    """One meter at the press. Every method leaves level zero and output off, whatever happens."""

    def __init__(self, taker: ReadingTaker, meter: SourceMeter, bounds: Bounds, delay_s: float) -> None:
        self._taker = taker
        self._meter = meter
        self._bounds = bounds
        self._delays_s = [delay_s * 2**number for number in range(DOUBLINGS + 1)]

    def measure_open(self) -> None:
        """Leakage at the highest voltage of the run, on the lowest current range that holds it."""
        meter, level_V = self._meter, self._bounds.voltage_V
        range_V = smallest_range(meter.voltage_ranges_V(), level_V, "V", instrument=meter.name)
        self._taker.set_delay(self._delays_s[0])
        self._taker.read_ambient()
        with off_afterwards(self._meter):
            group = 0
            for range_A in meter.current_ranges_A():
                if range_A > max(self._bounds.current_A, min(meter.current_ranges_A())):
                    break
                meter.source_voltage(range_V=range_V, compliance_A=range_A, current_range_A=range_A)
                meter.set_output(True)
                usable = True
                for number in range(CORRECTION_GROUPS):
                    for sign in ORDER:
                        reading = self._taker.voltage(sign * level_V, OPEN, number=number, group=group)
                        usable = usable and reading.usable
                    group += 1
                    if not usable:
                        break
                if usable:
                    return

    def measure_short(self) -> None:
        """Series resistance of leads, contacts of the fixture and pistons, at the highest current of the run.

        Raises MeasurementError where it is no short.
        """
        meter = self._meter
        with off_afterwards(self._meter):
            found = probe(self._taker, meter, self._bounds, math.inf, delays_s=self._delays_s)
            if found is None:
                raise self._no_short("the source hits its limit")
            plan = plan_sweep(found, math.inf, self._bounds, meter)
            self._source(plan)
            ratios = []
            for group in range(CORRECTION_GROUPS):
                plus, minus, *_ = [
                    self._taker.current(sign * plan.max_A, SHORT, group=group) for sign in ORDER
                ]
                ratios.append(_ratio(plus, minus))
            if any(ratio is None or ratio > LARGEST_SHORT_ohm for ratio in ratios):
                raise self._no_short(f"more than {LARGEST_SHORT_ohm:g} ohm")

    def measure_pellet(self, pellet: str, volume_m3: float, *, levels: int, passes: int) -> Settling | None:
        """Probe, settle, sweep. None where the source hits its limit already while probing.

        No sweep either where the voltage was not even roughly steady after the longest delay.
        """
        self._taker.read_ambient()
        with off_afterwards(self._meter):
            found = probe(
                self._taker, self._meter, self._bounds, volume_m3, delays_s=self._delays_s, pellet=pellet
            )
            if found is None:
                return None
            if not found.settled:
                return Settling(found.delay_s, False)
            plan = plan_sweep(found, volume_m3, self._bounds, self._meter)
            self._source(plan)
            settling = self._settle(plan.max_A, found.delay_s, pellet)
            self._taker.set_delay(settling.delay_s)
            for step in sweep_steps(plan.max_A, levels, passes):
                self._taker.current(
                    step.level_A, SWEEP, specimen=pellet, number=step.number, group=step.group
                )
            return settling

    def _source(self, plan: SweepPlan) -> None:
        self._meter.source_current(
            range_A=plan.current_range_A,
            compliance_V=self._bounds.voltage_V,
            voltage_range_V=plan.voltage_range_V,
        )
        self._meter.set_output(True)

    def _settle(self, level_A: float, delay_s: float, pellet: str) -> Settling:
        # The first block has to follow a reversal like all others: one reading of the other polarity first.
        self._taker.current(-level_A, SETTLE, specimen=pellet, group=0)
        before = self._block(level_A, delay_s, pellet, 1)
        for group, twice_s in enumerate([one for one in self._delays_s if one > delay_s], 2):
            after = self._block(level_A, twice_s, pellet, group)
            if before is None or after is None:
                break
            if agree(before, after):
                return Settling(delay_s, True)
            before, delay_s = after, twice_s
        return Settling(delay_s, False)

    def _block(self, level_A: float, delay_s: float, pellet: str, group: int) -> Block | None:
        """Alternating readings, each after a reversal and `delay_s`; None where one of them is not usable."""
        self._taker.set_delay(delay_s)
        sign = 1 if group % 2 else -1  # a block has an odd number of readings and ends as it began
        found = []
        for _ in range(READINGS):
            found.append(
                volt_ampere(self._taker.current(sign * level_A, SETTLE, specimen=pellet, group=group))
            )
            sign = -sign
        readings = [pair for pair in found if pair is not None]
        if len(readings) < READINGS:
            return None
        return block([volt for volt, _ in readings], [ampere for _, ampere in readings])

    def _no_short(self, found: str) -> MeasurementError:
        return MeasurementError(
            f"there is no short circuit in the press: {found}",
            instrument=self._meter.name,
            step=SHORT,
            state="the output is off",
            remedy="check the shorting disc, the leads and the wiring of the fixture, then run again",
        )


def _ratio(plus: SourceMeterReading, minus: SourceMeterReading) -> float | None:
    """Resistance from one reversal, None where there is none."""
    above, below = volt_ampere(plus), volt_ampere(minus)
    if above is None or below is None or above[1] == below[1]:
        return None
    return (above[0] - below[0]) / (above[1] - below[1])
