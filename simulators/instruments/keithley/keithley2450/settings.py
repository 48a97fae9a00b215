"""All that a Model 2450 remembers, with its *RST defaults (manual 2450-901-01 Rev. B, section 6)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from simulators.instruments.keithley.keithley2450.ranges import TABLES
from simulators.instruments.keithley.source_meter.ranges import Range, index_for

OPPOSITE = {"VOLT": "CURR", "CURR": "VOLT"}
FUNCTIONS = ("VOLT", "CURR", "RES")
DEFAULT_LIMIT = {"VOLT": 105e-6, "CURR": 21.0}
"""ILIMit of the voltage source and VLIMit of the current source."""
DEFAULT_INDEX = {"VOLT": 3, "CURR": 4, "RES": 4}
"""20 V, 100 uA, 200 kohm (p. 6-53)."""
DEFAULT_UNIT = {"VOLT": "VOLT", "CURR": "AMP", "RES": "OHM"}
USER_DELAYS = 5


def _user_delays() -> list[float]:
    return [0.0] * USER_DELAYS


@dataclass(slots=True)
class SourceState:
    """One source function; `limit` is that of the other quantity."""

    limit: float
    level: float = 0.0
    range_auto: bool = True
    range_index: int = 0
    delay_s: float = 0.0
    delay_auto: bool = True
    read_back: bool = True
    high_capacitance: bool = False
    off_mode: str = "NORM"
    user_delay_s: list[float] = field(default_factory=_user_delays)


@dataclass(slots=True)
class FilterState:
    """The averaging filter of one measure function."""

    on: bool = False
    count: int = 10
    control: str = "REP"


@dataclass(slots=True)
class MathState:
    """Mathematics on the readings of one measure function (p. 6-8 to 6-12)."""

    on: bool = False
    format: str = "PERC"
    slope: float = 1.0
    offset: float = 0.0
    percent: float = 1.0

    def apply(self, value: float) -> float:
        """What is shown and sent instead of `value`."""
        if not self.on:
            return value
        if self.format == "MXB":
            return self.slope * value + self.offset
        if self.format == "REC":
            return 1.0 / value if value else 9.9e37
        return 100.0 * (value - self.percent) / self.percent if self.percent else 9.9e37


@dataclass(slots=True)
class SenseState:
    """One measure function."""

    range_index: int
    unit: str
    range_auto: bool = True
    lower_index: int = 0
    upper_index: int = 99
    nplc: float = 1.0
    four_wire: bool = False
    autozero: bool = True
    offset_compensated: bool = False
    filter: FilterState = field(default_factory=FilterState)
    math: MathState = field(default_factory=MathState)
    relative: float = 0.0
    relative_on: bool = False
    digits: int = 5
    user_delay_s: list[float] = field(default_factory=_user_delays)


def _sources() -> dict[str, SourceState]:
    return {name: SourceState(limit) for name, limit in DEFAULT_LIMIT.items()}


def _senses() -> dict[str, SenseState]:
    return {name: SenseState(DEFAULT_INDEX[name], DEFAULT_UNIT[name]) for name in FUNCTIONS}


@dataclass(slots=True)
class Settings:
    """The whole instrument after *RST. An infinite overvoltage protection is none."""

    function: str = "VOLT"
    source: dict[str, SourceState] = field(default_factory=_sources)
    overvoltage_V: float = math.inf
    output: bool = False
    terminals: str = "FRON"
    measured: str = "CURR"
    sense: dict[str, SenseState] = field(default_factory=_senses)
    count: int = 1
    data_format: str = "ASC"
    byte_order: str = "SWAP"
    precision: int = 0

    @property
    def active(self) -> SourceState:
        """The source function that is selected."""
        return self.source[self.function]

    @property
    def active_sense(self) -> SenseState:
        """The measure function that is selected."""
        return self.sense[self.measured]

    @property
    def limited(self) -> str:
        """The quantity that the source limit holds: the one not sourced."""
        return OPPOSITE[self.function]

    @property
    def source_range(self) -> Range:
        """The range the active source is on."""
        return TABLES[self.function][self.active.range_index]

    @property
    def measures_ohms(self) -> bool:
        """Whether the resistance function governs the source."""
        return self.measured == "RES"

    def measure_index(self, name: str) -> int:
        """Range of voltmeter or ammeter: that of the source if it is sourced (p. 6-53)."""
        return self.source[name].range_index if name == self.function else self.sense[name].range_index

    def highest_index(self, name: str) -> int:
        """The highest range autorange goes to: that of the source limit (2461 manual p. 6-64)."""
        found = index_for(TABLES[name], self.source[OPPOSITE[name]].limit)
        return len(TABLES[name]) - 1 if found is None else found
