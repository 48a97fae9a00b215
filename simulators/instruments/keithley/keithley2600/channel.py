"""One source-measure unit of a 2600B as Lua sees it: `smua` or `smub` (2600BS-901-01 Rev. F, section 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from simulators.instruments.keithley.keithley2600.constants import CONSTANTS
from simulators.instruments.keithley.keithley2600.conversion import OVERFLOW, Converter, Reading, settle_s
from simulators.instruments.keithley.keithley2600.measure_commands import measure_node
from simulators.instruments.keithley.keithley2600.output import OutputStage
from simulators.instruments.keithley.keithley2600.ranges import Variant, tables
from simulators.instruments.keithley.keithley2600.settings import Settings
from simulators.instruments.keithley.keithley2600.source_commands import source_node
from simulators.instruments.keithley.source_meter.calibration import Calibration
from simulators.instruments.keithley.source_meter.digitiser import Digitiser
from simulators.physics.electrical import Circuit
from simulators.wire.tsp import Node
from simulators.wire.tsp.printing import whole

VOLTAGE_LIMIT, CURRENT_LIMIT, READING_OVERFLOW = 1, 2, 128
RELAY_s = 4e-3
"""Output relay in mode HIGH_Z: our choice."""


class Unit(Protocol):
    """What a channel needs of the instrument it sits in."""

    time: float

    def spend(self, seconds: float) -> None:
        """Let time pass."""
        ...


class Channel:
    """See the module. `circuit` is what its terminals are wired to."""

    def __init__(
        self,
        unit: Unit,
        variant: Variant,
        *,
        name: str,
        seed: int,
        circuit: Circuit,
        sense_wired: bool,
        mains_Hz: float,
        interlock_closed: Callable[[], bool],
    ) -> None:
        self.unit = unit
        self.variant = variant
        self.settings = Settings(variant)
        self.interlock_closed = interlock_closed
        self.condition = 0
        """status.measurement.instrument.smuX.condition, as of the last measurement or look at compliance."""
        calibration = Calibration(seed, name, tables(variant.family))
        self.stage = OutputStage(circuit, calibration, sense_wired=sense_wired)
        self.converter = Converter(Digitiser(seed, name, calibration), self.stage, mains_Hz)
        self.stage.apply(self.settings, unit.time)

    def node(self) -> Node:
        """The table `smuX`; smu.lua adds buffers and measurements to it."""
        node = Node(constants=CONSTANTS)
        node.functions["reset"] = self.reset
        node.functions["abort"] = lambda: None
        node.attribute("sense", lambda: float(self.settings.four_wire), self._set_sense)
        node.objects = {"source": source_node(self), "measure": measure_node(self)}
        return node

    def reset(self) -> None:
        """smuX.reset(): everything to its default, the output off."""
        self.settings = Settings(self.variant)
        self.condition = 0
        self.changed()

    def changed(self) -> None:
        """Bring the terminals to what the settings say; a change takes its settling and the delay."""
        if self.stage.apply(self.settings, self.unit.time) and self.settings.output:
            self.unit.spend(settle_s(self.settings) + max(self.settings.source_delay_s, 0.0))

    def is_limited(self) -> bool:
        """smuX.source.compliance: whether the output is at its limit now; updates the status bits."""
        limited = self.settings.output and self.stage.operating_point(self.unit.time).limited
        self._note(limited, overflows=bool(self.condition & READING_OVERFLOW))
        return limited

    def measure(self, quantities: str, round_number: float) -> tuple[float, ...]:
        """The quantities ("v", "i", "r", "p", "iv"), then the time and the source level."""
        settings = self.settings
        if round_number > 1 and settings.interval_s:
            self.unit.spend(settings.interval_s)
        names = {"v": ("VOLT",), "i": ("CURR",)}.get(quantities, ("CURR", "VOLT"))
        reading = self.converter.convert(settings, names, self.unit.time)
        self.unit.spend(reading.time - self.unit.time)
        self._note(reading.limited, reading.overflows)
        return (*_asked(quantities, reading), reading.time, reading.source)

    def inspect(self) -> dict[str, Any]:
        """Output, source and limits as they are, for tests."""
        settings = self.settings
        return {
            "output": settings.output,
            "off_mode": settings.off_mode,
            "function": settings.function,
            "level": settings.active.level,
            "range": settings.tables[settings.function][settings.active.range_index].full_scale,
            "compliance": settings.limit,
            "four_wire": settings.four_wire,
            "nplc": settings.nplc,
        }

    def _note(self, limited: bool, overflows: bool) -> None:
        bits = READING_OVERFLOW if overflows else 0
        if limited:
            bits |= VOLTAGE_LIMIT if self.settings.function == "CURR" else CURRENT_LIMIT
        self.condition = bits

    def _set_sense(self, value: object) -> None:
        self.settings.four_wire = bool(whole(value, 0, 1))
        self.changed()


def _asked(quantities: str, reading: Reading) -> tuple[float, ...]:
    values = reading.values
    if quantities == "v":
        return (values["VOLT"],)
    if quantities == "i":
        return (values["CURR"],)
    if quantities == "iv":
        return values["CURR"], values["VOLT"]
    if reading.overflows or (quantities == "r" and values["CURR"] == 0):
        return (OVERFLOW,)
    return (values["VOLT"] * values["CURR"] if quantities == "p" else values["VOLT"] / values["CURR"],)
