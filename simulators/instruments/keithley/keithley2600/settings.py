"""All that one channel remembers, with defaults (2600BS-901-01 Rev. F, section 9, in part from memory)."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulators.instruments.keithley.keithley2600.ranges import Variant, lowest_sourced, tables
from simulators.instruments.keithley.source_meter.ranges import Range, Tables, index_for

OPPOSITE = {"VOLT": "CURR", "CURR": "VOLT"}
NORMAL, ZERO, HIGH_Z = 0, 1, 2
AUTOZERO_OFF, AUTOZERO_ONCE, AUTOZERO_AUTO = 0, 1, 2
DELAY_AUTO = -1.0
LEAST_HIGHC_A = 1e-6
"""No current ranges below this in high-capacitance mode (2657A-901-01 p. 3-66, taken for the 2600B too)."""


@dataclass(slots=True)
class SourceSide:
    """One quantity as it is sourced, and as it is limited while the other one is."""

    limit: float
    range_index: int
    low_index: int
    level: float = 0.0
    range_auto: bool = True


@dataclass(slots=True)
class SenseSide:
    """One quantity as it is measured."""

    range_index: int
    low_index: int
    range_auto: bool = True
    relative: float = 0.0
    relative_on: bool = False


@dataclass(slots=True)
class Filter:
    """smuX.measure.filter: a repeating average of `count` when on; the median is not simulated."""

    on: bool = False
    count: int = 1


@dataclass(slots=True)
class Settings:
    """One channel after smuX.reset()."""

    variant: Variant
    source: dict[str, SourceSide] = field(init=False)
    sense: dict[str, SenseSide] = field(init=False)
    function: str = "VOLT"
    output: bool = False
    off_mode: int = NORMAL
    off_function: str = "VOLT"
    off_limit: dict[str, float] = field(init=False)
    highc: bool = False
    settling: int = 0
    sink: bool = False
    source_delay_s: float = 0.0
    measure_delay_s: float = field(init=False)
    delay_factor: float = 1.0
    four_wire: bool = False
    nplc: float = 1.0
    autozero: int = AUTOZERO_AUTO
    count: int = 1
    interval_s: float = 0.0
    filter: Filter = field(default_factory=Filter)

    def __post_init__(self) -> None:
        variant = self.variant
        low = lowest_sourced(variant.family)
        self.source = {
            name: SourceSide(variant.default_limit[name], low[name], low[name]) for name in ("VOLT", "CURR")
        }
        self.sense = {name: SenseSide(0, 0) for name in ("VOLT", "CURR")}
        self.off_limit = {"CURR": 1e-3, "VOLT": variant.default_limit["VOLT"]}
        self.measure_delay_s = variant.default_measure_delay

    @property
    def tables(self) -> Tables:
        """The ranges of this model."""
        return tables(self.variant.family)

    @property
    def active(self) -> SourceSide:
        """The quantity that is sourced."""
        return self.source[self.function]

    @property
    def limited(self) -> str:
        """The quantity that is limited."""
        return OPPOSITE[self.function]

    @property
    def limit(self) -> float:
        """The limit in force."""
        return self.source[self.limited].limit

    def measure_index(self, name: str) -> int:
        """The meter's range: that of the source if the quantity is sourced (p. 10-10, "range coupled")."""
        return self.active.range_index if name == self.function else self.sense[name].range_index

    def highest_index(self, name: str) -> int:
        """The highest range that autorange goes to: that of the limit."""
        found = index_for(self.tables[name], self.source[name].limit)
        return len(self.tables[name]) - 1 if found is None else found

    def range_of(self, name: str) -> Range:
        """The range a quantity is measured on."""
        return self.tables[name][self.measure_index(name)]
