"""Everything a Model 2400 remembers, with its *RST defaults (user's manual, tables 18-2 to 18-9)."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulators.instruments.keithley.keithley2400.ranges import TABLES
from simulators.instruments.keithley.source_meter.ranges import Range

OPPOSITE = {"VOLT": "CURR", "CURR": "VOLT"}
ELEMENTS = ("VOLT", "CURR", "RES", "TIME", "STAT")
DEFAULT_COMPLIANCE = {"VOLT": 21.0, "CURR": 1.05e-4}
DEFAULT_RANGE_INDEX = 2
"""20 V and 100 uA."""
NO_OVP_V = 210.0
BUFFER_SIZE = 2500


@dataclass(slots=True)
class SourceState:
    """One source function."""

    mode: str = "FIX"
    level: float = 0.0
    triggered: float | None = None
    range_auto: bool = True
    range_index: int = DEFAULT_RANGE_INDEX


@dataclass(slots=True)
class SenseState:
    """One measure function; `compliance` limits it while the other function is sourced."""

    compliance: float
    range_auto: bool = True
    range_index: int = DEFAULT_RANGE_INDEX
    lower_index: int = 0


@dataclass(slots=True)
class OhmsState:
    """The resistance function."""

    mode: str = "AUTO"
    range_auto: bool = True
    range_index: int = 4  # 200 kohm
    offset_compensated: bool = False


@dataclass(slots=True)
class FilterState:
    """The averaging filter."""

    on: bool = False
    count: int = 10
    control: str = "REP"


@dataclass(slots=True)
class LayerState:
    """One layer of the trigger model; an infinite count is math.inf."""

    count: float = 1
    source: str = "IMM"
    delay_s: float = 0.0
    timer_s: float = 0.1
    direction: str = "ACC"
    input_line: int = 1
    output_line: int = 2
    outputs: tuple[str, ...] = ("NONE",)


def _senses() -> dict[str, SenseState]:
    return {name: SenseState(DEFAULT_COMPLIANCE[name]) for name in TABLES}


@dataclass(slots=True)
class Settings:
    """The whole instrument after *RST."""

    function: str = "VOLT"
    source: dict[str, SourceState] = field(default_factory=lambda: {name: SourceState() for name in TABLES})
    overvoltage_V: float = NO_OVP_V
    delay_s: float = 0.0
    delay_auto: bool = True
    clear_auto: bool = False
    clear_mode: str = "ALW"
    output: bool = False
    off_mode: str = "NORM"
    output_enable: bool = False
    terminals: str = "FRON"
    measured: tuple[str, ...] = ("CURR",)
    concurrent: bool = True
    sense: dict[str, SenseState] = field(default_factory=_senses)
    ohms: OhmsState = field(default_factory=OhmsState)
    nplc: float = 1.0
    range_sync: bool = False
    filter: FilterState = field(default_factory=FilterState)
    four_wire: bool = False
    autozero: bool = True
    guard: str = "CABL"
    range_mode: str = "SING"
    elements: tuple[str, ...] = ELEMENTS
    data_format: str = "ASC"
    byte_order: str = "NORM"
    arm: LayerState = field(default_factory=LayerState)
    trigger: LayerState = field(default_factory=LayerState)
    statistic: str = "MEAN"
    display: bool = True
    digits: int = 6
    beeper: bool = True
    time_reset_auto: bool = False

    @property
    def auto_ohms(self) -> bool:
        """Whether the resistance function governs the source."""
        return self.ohms.mode == "AUTO" and "RES" in self.measured

    @property
    def active(self) -> SourceState:
        """The source function that is selected."""
        return self.source[self.function]

    @property
    def source_range(self) -> Range:
        """The range the active source is on."""
        return TABLES[self.function][self.active.range_index]

    @property
    def limited(self) -> str:
        """The function that compliance limits: the one not sourced."""
        return OPPOSITE[self.function]

    def measure_index(self, name: str) -> int:
        """Range of a measure function: that of the source if it is sourced (manual p. 18-62, note 1)."""
        return self.source[name].range_index if name == self.function else self.sense[name].range_index

    def default_sense(self, name: str) -> None:
        """Bring all controls of one measure function back to *RST, as CONFigure does (manual p. 17-2)."""
        if name == "RES":
            self.ohms = OhmsState()
        else:
            self.sense[name] = SenseState(DEFAULT_COMPLIANCE[name])
        self.nplc = 1.0
