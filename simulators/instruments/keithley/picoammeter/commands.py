"""SENSe, SYSTem zero, reading and format commands of the Models 6485 and 6487.

After Keithley's own drivers for both and the 6487 reference manual as other people's drivers use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.picoammeter.ranges import RANGES, index_for
from simulators.instruments.keithley.source_meter.binding import RangeNumber
from simulators.wire.scpi import Boolean, Choice, Integer, NameList, Number, ScpiError, Setting, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.picoammeter.instrument import Picoammeter

CURRENT = "[:SENSe[1]]:CURRent[:DC]"


class SenseCommands:
    """Range, integration, filters."""

    nplc = Setting(f"{CURRENT}:NPLCycles", Number(0.01, lambda group: group.unit.mains_Hz, 5.0), 5.0)
    median = Setting("[:SENSe[1]]:MEDian[:STATe]", Boolean(), False)
    median_rank = Setting("[:SENSe[1]]:MEDian:RANK", Integer(1, 5, 1), 1)
    average = Setting("[:SENSe[1]]:AVERage[:STATe]", Boolean(), False)
    average_control = Setting("[:SENSe[1]]:AVERage:TCONtrol", Choice("MOVing", "REPeat"), "REP")
    average_count = Setting("[:SENSe[1]]:AVERage:COUNt", Integer(2, 100, 10), 10)
    null = Setting(":CALCulate2:NULL:STATe", Boolean(), False)
    autozero = Setting(":SYSTem:AZERo[:STATe]", Boolean(), True)
    lowest, highest = 0.0, RANGES[-1].largest_reading

    def __init__(self, unit: Picoammeter) -> None:
        self.unit = unit
        self.range_index, self.range_auto = len(RANGES) - 1, True

    @command(f"{CURRENT}:RANGe[:UPPer]", RangeNumber("lowest", "highest", "highest"))
    def set_range(self, expected: float) -> None:
        """Lowest range that shows this current; ends auto range."""
        self.range_index, self.range_auto = index_for(abs(expected)), False

    @command(f"{CURRENT}:RANGe[:UPPer]?")
    def range(self) -> float:
        """Full scale of the present range."""
        return RANGES[self.range_index].full_scale

    @command(f"{CURRENT}:RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Let the reading choose the range."""
        self.range_auto = on

    @command(f"{CURRENT}:RANGe:AUTO?")
    def is_range_auto(self) -> bool:
        """Whether the reading chooses the range."""
        return self.range_auto

    def neighbour(self, step: int) -> float:
        """Full scale one range up or down; at the end, the present one."""
        return RANGES[min(max(self.range_index + step, 0), len(RANGES) - 1)].full_scale

    @command("[:SENSe[1]]:FUNCtion", NameList("CURRent[:DC]", quoted=True))
    def set_function(self, names: tuple[str, ...]) -> None:
        """Current; there is no other here."""

    @command("[:SENSe[1]]:FUNCtion?")
    def function(self) -> str:
        """Quoted."""
        return '"CURR"'


class ZeroCommands:
    """Zero check (the input is shunted and sees no current) and zero correction."""

    check = Setting(":SYSTem:ZCHeck[:STATe]", Boolean(), True)
    correct = Setting(":SYSTem:ZCORrect[:STATe]", Boolean(), False)

    def __init__(self, unit: Picoammeter) -> None:
        self.unit = unit
        self.acquired = 0.0

    @command(":SYSTem:ZCORrect:ACQuire")
    def acquire(self) -> None:
        """Take the latest reading as the zero; only with zero check on and correction off (-221)."""
        if not self.check or self.correct:
            raise ScpiError(-221)
        latest = self.unit.latest_A
        if latest is None:
            raise ScpiError(-230)
        self.acquired = latest / RANGES[self.unit.sense.range_index].full_scale


class ReadingCommands:
    """INITiate, READ?, FETCh?, the trigger model as far as it counts, and what a reading is made of."""

    trigger_source = Setting(":TRIGger[:SEQuence[1]]:SOURce", Choice("IMMediate", "TLINk"), "IMM")
    trigger_count = Setting(":TRIGger[:SEQuence[1]]:COUNt", Integer(1, 2500, 1), 1)
    trigger_delay = Setting(":TRIGger[:SEQuence[1]]:DELay", Number(0.0, 999.9998, 0.0), 0.0)
    arm_source = Setting(
        ":ARM[:SEQuence[1]][:LAYer[1]]:SOURce",
        Choice("IMMediate", "TIMer", "BUS", "TLINk", "MANual", "NSTest", "PSTest", "BSTest"),
        "IMM",
    )
    arm_count = Setting(":ARM[:SEQuence[1]][:LAYer[1]]:COUNt", Integer(1, 2500, 1), 1)

    def __init__(self, unit: Picoammeter) -> None:
        self.unit = unit
        self.elements: tuple[str, ...] = ("READ", "UNIT", "TIME", "STAT")
        self._run: list[str] = []

    @command(":FORMat:ELEMents", NameList("READing", "UNITs", "TIME", "STATus", "VSOurce", "ALL", "DEFault"))
    def set_elements(self, names: tuple[str, ...]) -> None:
        """What is sent with each reading; VSOurce, ALL and DEFault on the 6487 only (-141)."""
        if not self.unit.has_source and {"VSO", "ALL", "DEF"} & set(names):
            raise ScpiError(-141)
        everything = ("READ", "UNIT", "TIME", "STAT", "VSO")
        if "ALL" in names:
            names = everything
        elif "DEF" in names:
            names = everything[:4]
        self.elements = tuple(one for one in everything if one in names)

    @command(":FORMat:ELEMents?")
    def sent_elements(self) -> str:
        """Short forms, in the order in which they are sent."""
        return ",".join(self.elements)

    @command(":INITiate[:IMMediate]")
    def initiate(self) -> None:
        """Take the readings."""
        if self.trigger_source != "IMM" or self.arm_source != "IMM":
            raise ScpiError(-214)
        self._run = []
        for _ in range(self.trigger_count * self.arm_count):
            self.unit.spend(self.trigger_delay)
            self._run.append(self.unit.reading(self.elements))

    @command(":FETCh?")
    def fetch(self) -> str:
        """The readings of the last run; -230 without one."""
        if not self._run:
            raise ScpiError(-230)
        return ",".join(self._run)

    @command(":READ?")
    def read(self) -> str:
        """INITiate and FETCh?."""
        self.initiate()
        return self.fetch()

    @command("[:SENSe[1]]:DATA[:LATest]?")
    def newest(self) -> str:
        """The newest reading, again and again."""
        if not self._run:
            raise ScpiError(-230)
        return self._run[-1]

    @command(":ABORt")
    def abort(self) -> None:
        """Back to idle."""

    def forget(self) -> None:
        """*RST."""
        self._run = []
        self.elements = ("READ", "UNIT", "TIME", "STAT")


class VoltageSource:
    """`SOURce:VOLTage` of the 6487: what flows through it is not simulated, only that it is on."""

    level = Setting(":SOURce[1]:VOLTage[:LEVel][:IMMediate][:AMPLitude]", Number(-505.0, 505.0, 0.0), 0.0)
    range_V = Setting(":SOURce[1]:VOLTage:RANGe", Number(10.0, 500.0, 10.0), 10.0)
    limit_A = Setting(":SOURce[1]:VOLTage:ILIMit", Number(2.5e-5, 2.5e-2, 2.5e-2), 2.5e-2)
    on = Setting(":SOURce[1]:VOLTage:STATe", Boolean(), False)
    interlock = Setting(":SOURce[1]:VOLTage:INTerlock[:STATe]", Boolean(), False)
