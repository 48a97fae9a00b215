"""Source, meters and switch around a film: one setting after the other, never switched hot."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError, MeasurementError
from bench.core.readings import Reading
from procedures.common.accuracy import AccuracyNotes, as_fact
from procedures.common.output import switch_off
from procedures.common.settling import READINGS, Block, agree, block
from procedures.common.sourcing import ORDER, smallest_range
from procedures.transport.van_der_pauw.columns import CONTACT, PROBE, SETTLE

if TYPE_CHECKING:
    from bench.core.roles import Accuracy, CurrentSource, RangedAmmeter, RangedVoltmeter, SwitchMatrix
    from bench.runs.context import RunContext
    from procedures.transport.van_der_pauw.contact_rule import ContactRule
    from procedures.transport.van_der_pauw.permutations import Setting

RANGE_MARGIN = 1.3
DOUBLINGS = 8
"""How often the delay may be doubled before the film is flagged as not settled."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """What the rack is made of."""

    source: CurrentSource
    ammeter: RangedAmmeter | None
    voltmeter: RangedVoltmeter
    switch: SwitchMatrix

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """Of the meter that took the reading; of the source for a current that nobody has measured."""
        if reading.unit == "V":
            return self.voltmeter.accuracy(reading)
        return self.source.current_accuracy() if self.ammeter is None else self.ammeter.accuracy(reading)


@dataclass(frozen=True, slots=True)
class Field:
    """The field in which readings are taken: number of the step, set (None: no magnet) and measured."""

    step: int = -1
    set_T: float | None = None
    measured_T: float | None = None


class FilmRack:
    """Takes readings at one current. Relays move only while the source says that its output is off.

    `groups` counts the reversal groups of the run, `known` is what an attempt before has found out about the
    accuracy of ranges; both go on where that attempt ended.
    """

    def __init__(
        self,
        context: RunContext,
        instruments: Instruments,
        *,
        level_A: float,
        rule: ContactRule,
        compliance_V: float,
        nplc: float,
        delay_s: float,
        groups: int = 0,
        known: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._context = context
        self._with = instruments
        self._accuracy = AccuracyNotes(context, instruments, known)
        self._level_A = level_A
        self._compliance_V = compliance_V
        self.rule = rule
        self._source_range_A = math.nan
        self._nplc = nplc
        self._delays_s = [delay_s * 2**number for number in range(DOUBLINGS + 1)]
        self.delay_s = delay_s
        self.groups = groups
        self._temperature_K: float | None = None

    def configure(self) -> None:
        """Everything off and open, then source and ammeter (if there is one) on the ranges of the current.

        The facts "current" ("measured", or "set" by a source without an ammeter) and "source_accuracy".
        """
        source, ammeter = self._with.source, self._with.ammeter
        source.set_output(False)
        self._with.switch.open_all()
        range_A = smallest_range(source.current_ranges_A(), self._level_A, "A", instrument=source.name)
        source.source_current(range_A=range_A, compliance_V=self._compliance_V)
        self._source_range_A = range_A
        stated = source.current_accuracy()
        self._context.fact("source_accuracy", as_fact(stated))
        self._context.fact("current", "set" if ammeter is None else "measured")
        if ammeter is None:
            return
        seen_A = smallest_range(
            ammeter.current_ranges_A(), self._level_A * 1.02, "A", instrument=ammeter.name
        )
        ammeter.measure_current(range_A=seen_A, nplc=self._nplc)

    @property
    def accuracy(self) -> list[dict[str, Any]]:
        """What is known of the ranges used so far; see AccuracyNotes."""
        return self._accuracy.entries

    def read_ambient(self) -> float | None:
        """Read the room, in K; the value goes with the rows that follow."""
        reading = self._context.ambient()
        self._temperature_K = None if reading.overload else reading.value
        return self._temperature_K

    def use_range(self, range_V: float) -> None:
        """Fix the voltage range: one that was found before."""
        self._with.voltmeter.measure_voltage(range_V=range_V, nplc=self._nplc)

    def find_range(self, settings: Sequence[Setting], field: Field) -> float:
        """Fix the voltage range that holds all of these settings, both polarities, in this field; return it.

        Raises MeasurementError where the source is in compliance in one of them: that contact does not touch.
        """
        self._with.voltmeter.measure_voltage(range_V=None, nplc=self._nplc)
        highest_V = 0.0
        for setting in settings:
            with self.connected(setting):
                for sign in (1, -1):
                    pair = self._reading(sign * self._level_A, PROBE, setting, field)
                    if pair is None:
                        raise MeasurementError(
                            f"no usable reading at setting {setting.name}: the source is at its compliance "
                            "or a meter overflows",
                            step="probe",
                            state="the output is off and the relays are open",
                            remedy="check that all four contacts touch; lower the current or raise the "
                            "compliance",
                        )
                    highest_V = max(highest_V, abs(pair[0]))
        needed_V = RANGE_MARGIN * highest_V
        ranges = self._with.voltmeter.voltage_ranges_V()
        range_V = smallest_range(
            ranges, min(needed_V, max(ranges)), "V", instrument=self._with.voltmeter.name
        )
        self.use_range(range_V)
        return range_V

    def settle(self, setting: Setting, field: Field) -> bool:
        """Double the delay until two blocks of reversals agree; False where they never do."""
        with self.connected(setting):
            self._reading(-self._level_A, SETTLE, setting, field)
            before: Block | None = None
            for number, delay_s in enumerate(self._delays_s):
                self.delay_s = delay_s
                after = self._block(setting, field, 1 if number % 2 == 0 else -1)
                if after is None:
                    return False
                if before is not None and agree(before, after):
                    self.delay_s = self._delays_s[number - 1]
                    return True
                before = after
        return False

    def measure(self, setting: Setting, phase: str, groups: int, field: Field) -> float | None:
        """Reversal groups + - - + at one setting; the resistance in ohm, None if a reading is not usable."""
        taken: list[tuple[float, float] | None] = []
        with self.connected(setting):
            for _ in range(groups):
                taken += [self._reading(sign * self._level_A, phase, setting, field) for sign in ORDER]
                self.groups += 1
        pairs = [(s * one[0], s * one[1]) for s, one in zip(ORDER * groups, taken, strict=True) if one]
        ampere = sum(pair[1] for pair in pairs)
        return sum(pair[0] for pair in pairs) / ampere if len(pairs) == len(taken) and ampere else None

    @contextmanager
    def connected(self, setting: Setting) -> Iterator[None]:
        """Relays closed with the source off, then on; afterwards level zero, off, and open, in this order."""
        source, switch = self._with.source, self._with.switch
        self._require_off()
        try:
            switch.connect_only(setting.crosspoints)
            source.set_output(True)
            yield
        except BaseException:
            with suppress(BenchError):  # what cannot be reached is made safe, and reported, by the bench
                switch_off(source)
                switch.open_all()
            raise
        switch_off(source)
        self._require_off()
        switch.open_all()

    @property
    def level_A(self) -> float:
        """The current."""
        return self._level_A

    def use_level(self, level_A: float) -> None:
        """Another current from now on, on its own ranges."""
        self._level_A = level_A
        self.configure()

    def curve(self, setting: Setting, levels_A: Sequence[float]) -> list[tuple[float, float]]:
        """V and I at these levels, the voltage range automatic; up to the first that is not usable."""
        pairs: list[tuple[float, float]] = []
        self._with.voltmeter.measure_voltage(range_V=None, nplc=self._nplc)
        with self.connected(setting):
            self._reading(levels_A[0], PROBE, setting, Field())  # a large step: lets it settle
            for level_A in levels_A:
                pair = self._reading(level_A, CONTACT, setting, Field())
                if pair is None:
                    break
                pairs.append(pair)
        return pairs

    def _require_off(self) -> None:
        if self._with.source.output_is_on():
            raise MeasurementError(
                "the source says that its output is on",
                instrument=self._with.source.name,
                state="no relay was moved",
                remedy="leave the front panel alone; make it safe, then run again",
            )

    def _block(self, setting: Setting, field: Field, sign: int) -> Block | None:
        pairs = []
        for _ in range(READINGS):
            pairs.append(self._reading(sign * self._level_A, SETTLE, setting, field))
            sign = -sign
        found = [pair for pair in pairs if pair is not None]
        if len(found) < READINGS:
            return None
        return block([volt for volt, _ in found], [ampere for _, ampere in found])

    def _as_set(self, level_A: float) -> Reading:
        return Reading(level_A, "A", self._context.clock.now(), self._source_range_A, raw="set")

    def _reading(
        self, level_A: float, phase: str, setting: Setting, field: Field
    ) -> tuple[float, float] | None:
        """Set, wait, read I and V, ask for compliance, store; None where the reading is not usable."""
        source = self._with.source
        source.set_level(level_A)
        self._context.sleep(self.delay_s)
        ammeter = self._with.ammeter
        current = self._as_set(level_A) if ammeter is None else ammeter.current()
        voltage = self._with.voltmeter.voltage()
        limited = source.in_compliance()
        self._accuracy.note(current)
        self._accuracy.note(voltage)
        self._context.measure(
            {
                "Phase": phase,
                "Setting": setting.name,
                "Step": field.step,
                "Group": self.groups,
                "Set current": level_A,
                "Voltage": voltage.value,
                "Current": current.value,
                "Voltage range": voltage.range,
                "Current range": current.range,
                "Compliance": limited,
                "Voltage overload": voltage.overload,
                "Current overload": current.overload,
                "Source delay": self.delay_s,
                "Set field": field.set_T,
                "Field": field.measured_T,
                "Temperature": self._temperature_K,
            }
        )
        if limited or not (voltage.usable and current.usable):
            return None
        if voltage.value is None or current.value is None or not math.isfinite(current.value):
            return None
        return voltage.value, current.value
