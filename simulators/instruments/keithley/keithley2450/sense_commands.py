"""The SENSe subsystem (reference manual 2450-901-01 Rev. B, p. 6-40 to 6-60)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450 import ohms
from simulators.instruments.keithley.keithley2450.groups import USER, WORDS, Group, Magnitude
from simulators.instruments.keithley.keithley2450.ranges import OHMS, TABLES, ohms_index_for
from simulators.instruments.keithley.keithley2450.settings import (
    DEFAULT_INDEX,
    OPPOSITE,
    FilterState,
    SenseState,
)
from simulators.instruments.keithley.source_meter.binding import Stored, under
from simulators.instruments.keithley.source_meter.ranges import index_for
from simulators.wire.scpi import Boolean, Choice, Integer, Number, ScpiError, command
from simulators.wire.scpi.parameters import Text, quote, spellings

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

NPLC = Number(0.01, 10.0, 1.0)
NAMES = spellings(("VOLTage[:DC]", "CURRent[:DC]", "RESistance"))
REPLIES = {"VOLT": "VOLT:DC", "CURR": "CURR:DC", "RES": "RES"}
MOST_MEASUREMENTS = 300_000


def function_header(word: str) -> str:
    """The node of a measure function: `VOLTage[:DC]`, `CURRent[:DC]`, `RESistance`."""
    return word if word == "RESistance" else f"{word}[:DC]"


class SenseFunctionCommands(Group):
    """`SENSe:VOLTage`, `SENSe:CURRent` or `SENSe:RESistance`."""

    nplc = Stored(":NPLCycles", NPLC)
    autozero = Stored(":AZERo[:STATe]", Boolean())
    offset_compensated = Stored(":OCOMpensated", Boolean())
    relative_on = Stored(":RELative:STATe", Boolean())

    def __init__(self, unit: Keithley2450, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.header = f"[:SENSe[1]]:{function_header(word)}"
        self.full_scales = (
            tuple(one.full_scale_ohm for one in OHMS)
            if name == "RES"
            else tuple(one.full_scale for one in TABLES[name])
        )
        self.lowest_range = self.full_scales[0]
        self.highest_range = self.full_scales[-1] * 1.05
        self.default_range = self.full_scales[DEFAULT_INDEX[name]]
        self.lowest_relative = -self.full_scales[-1]
        self.highest_relative = self.full_scales[-1]

    @property
    def state(self) -> SenseState:
        """Settings of this function."""
        return self.settings.sense[self.name]

    @under(":RANGe[:UPPer]", Magnitude("lowest_range", "highest_range", "default_range"))
    def set_range(self, expected: float) -> None:
        """Lowest range that measures this; ends auto range. Retained but unused while it is sourced."""
        self.state.range_index = self._index_for(expected)
        self.state.range_auto = False
        if self.name != "RES":
            self.unit.fit_limit_to_measure_range(OPPOSITE[self.name])
        self.changed()

    @under(":RANGe[:UPPer]?")
    def range(self) -> float:
        """Full scale of the range in use."""
        if self.name == "RES":
            return self.full_scales[self.state.range_index]
        return self.full_scales[self.settings.measure_index(self.name)]

    @under(":RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Auto range."""
        self.state.range_auto = on
        if on and self.name != "RES":
            highest = self.settings.highest_index(self.name)
            self.state.range_index = min(self.state.range_index, highest)
        self.changed()

    @under(":RANGe:AUTO?")
    def range_auto(self) -> bool:
        """Whether the range is automatic."""
        return self.state.range_auto

    @under(":RANGe:AUTO:LLIMit", Magnitude("lowest_range", "highest_range", "lowest_range"))
    def set_lower_limit(self, expected: float) -> None:
        """Lowest automatic range; -221 above the upper limit."""
        index = self._index_for(expected)
        if index > self._upper_index:
            raise ScpiError(-221)
        self.state.lower_index = index
        if self.state.range_auto:
            self.state.range_index = max(self.state.range_index, index)
        self.changed()

    @under(":RANGe:AUTO:LLIMit?")
    def lower_limit(self) -> float:
        """Lowest automatic range."""
        return self.full_scales[self.state.lower_index]

    @under(":RANGe:AUTO:ULIMit", Magnitude("lowest_range", "highest_range", "highest_range"))
    def set_upper_limit(self, expected: float) -> None:
        """Highest automatic range, of resistance only: otherwise -113, the source limit decides."""
        if self.name != "RES":
            raise ScpiError(-113)
        index = self._index_for(expected)
        if index < self.state.lower_index:
            raise ScpiError(-221)
        self.state.upper_index = index

    @under(":RANGe:AUTO:ULIMit?")
    def upper_limit(self) -> float:
        """Highest automatic range."""
        return self.full_scales[self._upper_index]

    @under(":RSENse", Boolean())
    def set_four_wire(self, on: bool) -> None:
        """Remote sensing; a change with this function in use switches the output off (2450-901-01 Rev. E)."""
        if on != self.state.four_wire and self.name == self.settings.measured:
            self.settings.output = False
        self.state.four_wire = on
        self.changed()

    @under(":RSENse?")
    def four_wire(self) -> bool:
        """Whether sensing is remote when the output is on."""
        return self.state.four_wire

    @under(":UNIT", Choice("AMP", "VOLT", "OHM", "WATT"))
    def set_unit(self, unit: str) -> None:
        """Measured unit; -224 for one that this function does not have."""
        own = {"VOLT": "VOLT", "CURR": "AMP", "RES": "OHM"}[self.name]
        if unit != own and (self.name == "RES" or unit not in ("OHM", "WATT")):
            raise ScpiError(-224)
        self.state.unit = unit
        self.changed()

    @under(":UNIT?")
    def unit_name(self) -> str:
        """AMP, VOLT, OHM or WATT."""
        return self.state.unit

    @under(":RELative", Number("lowest_relative", "highest_relative", 0.0))
    def set_relative(self, value: float) -> None:
        """What is subtracted from readings when that is switched on."""
        self.state.relative = value

    @under(":RELative?")
    def relative(self) -> float:
        """What is subtracted from readings when that is switched on."""
        return self.state.relative

    @under(":RELative:ACQuire")
    def acquire_relative(self) -> None:
        """Measure now and subtract that from now on; -221 while another function is selected."""
        if self.name != self.settings.measured:
            raise ScpiError(-221)
        on, self.state.relative_on = self.state.relative_on, False
        value = self.unit.convert().value
        self.state.relative_on = on
        if abs(value) > self.highest_relative * 1.05:
            raise ScpiError(-222)
        self.state.relative = value

    @under(":DELay:USER#", Number(0.0, 1e4, 0.0), suffixes=USER)
    def set_user_delay(self, number: int, seconds: float) -> None:
        """A delay for trigger models."""
        self.state.user_delay_s[number - 1] = seconds

    @under(":DELay:USER#?", suffixes=USER)
    def user_delay(self, number: int) -> float:
        """A delay for trigger models."""
        return self.state.user_delay_s[number - 1]

    def _index_for(self, expected: float) -> int:
        if self.name == "RES":
            return ohms_index_for(expected)
        index = index_for(TABLES[self.name], expected)
        assert index is not None  # the parameter's limits are those of the highest range
        return index

    @property
    def _upper_index(self) -> int:
        if self.name == "RES":
            return min(self.state.upper_index, len(OHMS) - 1)
        return self.settings.highest_index(self.name)


class FilterCommands(Group):
    """`SENSe:<function>:AVERage`."""

    on = Stored("[:STATe]", Boolean())
    count = Stored(":COUNt", Integer(1, 100, 10))
    control = Stored(":TCONtrol", Choice("REPeat", "MOVing"))

    def __init__(self, unit: Keithley2450, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.header = f"[:SENSe[1]]:{function_header(word)}:AVERage"

    @property
    def state(self) -> FilterState:
        """Settings of the filter."""
        return self.settings.sense[self.name].filter

    def changed(self) -> None:
        """Another filter starts without history."""
        self.unit.forget_filter()


class SenseCommands(Group):
    """What is there once, and what without a function sets all functions."""

    count = Stored("[:SENSe[1]]:COUNt", Integer(1, MOST_MEASUREMENTS, 1))

    @command("[:SENSe[1]]:FUNCtion[:ON]", Text())
    def set_function(self, text: str) -> None:
        """What is measured: one function. Resistance takes the source over."""
        name = NAMES.get(text.strip().upper())
        if name is None:
            raise ScpiError(-224)
        settings = self.settings
        settings.measured = name.partition(":")[0]
        if settings.measures_ohms:
            ohms.configure_source(settings)
        self.unit.forget_filter()
        self.changed()

    @command("[:SENSe[1]]:FUNCtion[:ON]?")
    def function(self) -> str:
        """The function, quoted: "CURR:DC"."""
        return quote(REPLIES[self.settings.measured])

    @command("[:SENSe[1]]:AZERo:ONCE")
    def zero(self) -> None:
        """Take reference and zero now."""
        self.unit.zero_now()

    @command("[:SENSe[1]]:NPLCycles", NPLC)
    def set_all_nplc(self, cycles: float) -> None:
        """Integration time of all functions."""
        for name in WORDS:
            self.settings.sense[name].nplc = cycles

    @command("[:SENSe[1]]:AZERo[:STATe]", Boolean())
    def set_all_autozero(self, on: bool) -> None:
        """Autozero of all functions."""
        for name in WORDS:
            self.settings.sense[name].autozero = on
