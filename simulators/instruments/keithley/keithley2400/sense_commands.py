"""The SENSe subsystem: functions, ranges, compliance, speed, filter (user's manual, p. 18-58 ff.)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2400.errors import refused
from simulators.instruments.keithley.keithley2400.groups import Group, check_power
from simulators.instruments.keithley.keithley2400.ranges import TABLES
from simulators.instruments.keithley.keithley2400.settings import DEFAULT_COMPLIANCE, FilterState, SenseState
from simulators.instruments.keithley.source_meter.binding import RangeNumber, Stored, under
from simulators.instruments.keithley.source_meter.ranges import index_for
from simulators.wire.scpi import Boolean, Choice, Integer, NameList, Number, ScpiError, command
from simulators.wire.scpi.parameters import quote

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2400.instrument import Keithley2400

FUNCTIONS = NameList("VOLTage[:DC]", "CURRent[:DC]", "RESistance", quoted=True)
NPLC = Number(0.01, 10.0, 1.0)
_REPLIES = {"VOLT": "VOLT:DC", "CURR": "CURR:DC", "RES": "RES"}
ORDER = ("VOLT", "CURR", "RES")


class SenseFunctionCommands(Group):
    """`SENSe:VOLTage` or `SENSe:CURRent`."""

    def __init__(self, unit: Keithley2400, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.table = TABLES[name]
        self.header = f"[:SENSe[1]]:{word}[:DC]"
        self.highest = self.table[-1].largest_level
        self.lowest = -self.highest
        self.default_range = self.default_compliance = DEFAULT_COMPLIANCE[name]
        self.highest_lower_limit = self.default_compliance
        self.lowest_lower_limit = -self.default_compliance

    @property
    def state(self) -> SenseState:
        """Settings of this function."""
        return self.settings.sense[self.name]

    @property
    def compliance_index(self) -> int:
        """The range that the compliance lies on: the highest that can be measured on (p. 18-62, note 3)."""
        index = index_for(self.table, self.state.compliance)
        assert index is not None
        return index

    @under(":PROTection[:LEVel]", Number("lowest", "highest", "default_compliance"))
    def set_compliance(self, level: float) -> None:
        """Compliance while the other function is sourced; the sign does not matter.

        Kept as it was, with +822, below 0.1 % of the present measurement range (p. 18-69); +826 beyond 22 W.
        """
        state = self.state
        limit = abs(level)
        if limit < self.table[state.range_index].smallest_compliance * (1 - 1e-9):
            raise refused(822)
        old, state.compliance = state.compliance, limit
        try:
            if self.name == self.settings.limited:
                check_power(self.settings)
        except ScpiError:
            state.compliance = old
            raise
        if state.range_auto:
            state.range_index = min(state.range_index, self.compliance_index)
        elif self.settings.range_sync:
            state.range_index = self.compliance_index
        self.changed()

    @under(":PROTection[:LEVel]?")
    def compliance(self) -> float:
        """Compliance."""
        return self.state.compliance

    @under(":PROTection:TRIPped?")
    def tripped(self) -> bool:
        """Whether the source is in compliance now."""
        return self.settings.limited == self.name and self.unit.in_compliance

    @under(":PROTection:RSYNchronize", Boolean())
    def set_sync(self, on: bool) -> None:
        """Let the measurement range follow the compliance; one setting for both functions."""
        self.settings.range_sync = on

    @under(":PROTection:RSYNchronize?")
    def sync(self) -> bool:
        """Whether the measurement range follows the compliance."""
        return self.settings.range_sync

    @under(":RANGe[:UPPer]", RangeNumber("lowest", "highest", "default_range"))
    def set_range(self, expected: float) -> None:
        """Most sensitive range for the expected reading; ends auto range.

        +823 while this function is sourced (p. 18-62, note 1), +824 above the compliance range (note 3).
        """
        self._refuse_if_sourced()
        index = index_for(self.table, abs(expected))
        assert index is not None
        if index > self.compliance_index:
            raise refused(824)
        self.state.range_index = index
        self.state.range_auto = False
        self.changed()

    @under(":RANGe[:UPPer]?")
    def range(self) -> float:
        """Full scale with over-range: 105 % of the range (1.05E-4 for 100 uA)."""
        return self.table[self.settings.measure_index(self.name)].largest_level

    @under(":RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Auto range; while this function is sourced it cannot be enabled (+823; p. 18-62, note 1).

        Where it is enabled already nothing changes, and no error comes: pymeasure's tests on a real unit.
        """
        if on:
            if not self.state.range_auto:
                self._refuse_if_sourced()
            self.state.range_index = min(self.state.range_index, self.compliance_index)
        self.state.range_auto = on
        self.changed()

    @under(":RANGe:AUTO?")
    def range_auto(self) -> bool:
        """Whether the range is automatic."""
        return self.state.range_auto

    @under(":RANGe:AUTO:ULIMit?")
    def upper_limit(self) -> float:
        """Highest automatic range: that of the compliance."""
        return self.table[self.compliance_index].largest_level

    @under(":RANGe:AUTO:LLIMit", Number("lowest_lower_limit", "highest_lower_limit", "default_range"))
    def set_lower_limit(self, expected: float) -> None:
        """Lowest automatic range."""
        index = index_for(self.table, abs(expected))
        assert index is not None
        if index > self.compliance_index:
            raise ScpiError(-221)
        self.state.lower_index = index

    @under(":RANGe:AUTO:LLIMit?")
    def lower_limit(self) -> float:
        """Lowest automatic range."""
        return self.table[self.state.lower_index].full_scale

    @under(":NPLCycles", NPLC)
    def set_nplc(self, cycles: float) -> None:
        """Integration time in line cycles, one for all functions."""
        self.settings.nplc = cycles
        self.changed()

    @under(":NPLCycles?")
    def nplc(self) -> float:
        """Integration time in line cycles."""
        return self.settings.nplc

    def neighbour(self, step: int) -> float:
        """Full scale one range up or down; at the end, the present one."""
        index = min(max(self.state.range_index + step, 0), len(self.table) - 1)
        return self.table[index].full_scale

    def _refuse_if_sourced(self) -> None:
        if self.name == self.settings.function:
            raise refused(823)


class FilterCommands(Group):
    """`SENSe:AVERage`: one filter for all functions."""

    header = "[:SENSe[1]]:AVERage"
    on = Stored("[:STATe]", Boolean())
    count = Stored(":COUNt", Integer(1, 100, 10))
    control = Stored(":TCONtrol", Choice("REPeat", "MOVing"))

    @property
    def state(self) -> FilterState:
        """Settings of the filter."""
        return self.settings.filter


class SenseCommands(Group):
    """Which functions are measured."""

    @command("[:SENSe[1]]:FUNCtion[:ON]", FUNCTIONS)
    def switch_on(self, names: tuple[str, ...]) -> None:
        """Measure these too; without concurrent measurement, only this one (more than one: -221)."""
        settings = self.settings
        wanted = {_short(name) for name in names}
        if settings.concurrent:
            wanted |= set(settings.measured)
        elif len(wanted) > 1:
            raise ScpiError(-221)
        self._measure(wanted)

    @command("[:SENSe[1]]:FUNCtion[:ON]:ALL")
    def switch_all_on(self) -> None:
        """Measure everything; enables concurrent measurement."""
        self.settings.concurrent = True
        self._measure(set(ORDER))

    @command("[:SENSe[1]]:FUNCtion:OFF", FUNCTIONS)
    def switch_off(self, names: tuple[str, ...]) -> None:
        """Do not measure these."""
        self._measure(set(self.settings.measured) - {_short(name) for name in names})

    @command("[:SENSe[1]]:FUNCtion:OFF:ALL")
    def switch_all_off(self) -> None:
        """Measure nothing."""
        self._measure(set())

    @command("[:SENSe[1]]:FUNCtion[:ON]?")
    def measured(self) -> str:
        """The functions measured, quoted."""
        return _listed(self.settings.measured)

    @command("[:SENSe[1]]:FUNCtion:OFF?")
    def not_measured(self) -> str:
        """The functions not measured, quoted."""
        return _listed(tuple(name for name in ORDER if name not in self.settings.measured))

    @command("[:SENSe[1]]:FUNCtion[:ON]:COUNt?")
    def count(self) -> int:
        """How many are measured."""
        return len(self.settings.measured)

    @command("[:SENSe[1]]:FUNCtion:STATe?", FUNCTIONS)
    def is_measured(self, names: tuple[str, ...]) -> bool:
        """Whether a function is measured."""
        return _short(names[0]) in self.settings.measured

    @command("[:SENSe[1]]:FUNCtion:CONCurrent", Boolean())
    def set_concurrent(self, on: bool) -> None:
        """Allow several functions at once; switching it off leaves voltage (from memory)."""
        settings = self.settings
        settings.concurrent = on
        if not on and len(settings.measured) > 1:
            self._measure({"VOLT"})

    @command("[:SENSe[1]]:FUNCtion:CONCurrent?")
    def concurrent(self) -> bool:
        """Whether several functions can be measured at once."""
        return self.settings.concurrent

    def _measure(self, names: set[str]) -> None:
        self.settings.measured = tuple(name for name in ORDER if name in names)
        self.changed()


def _short(name: str) -> str:
    return name.partition(":")[0]


def _listed(names: tuple[str, ...]) -> str:
    return ",".join(quote(_REPLIES[name]) for name in names) or quote("")
