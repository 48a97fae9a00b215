"""A Keithley Model 2400 SourceMeter as its bus sees it: commands, ranges, errors and timing of the real one.

Sources: 2400 Series SourceMeter User's Manual (2400S-900-01 Rev. K) and SPEC-2400 Rev. H; what is from memory
says so where it stands. Not simulated: sweeps and lists of source values, source memory, CALCulate1 and 2,
binary data, external trigger lines, calibration. Those commands answer -113, -141 or -221, never wrongly.
"""

from __future__ import annotations

from typing import Any

from bench.core.clock import Clock
from simulators.instruments.keithley.keithley2400 import ohms, status
from simulators.instruments.keithley.keithley2400.acquisition import AcquisitionCommands
from simulators.instruments.keithley.keithley2400.calibration import Calibration
from simulators.instruments.keithley.keithley2400.conversion import Converter, Reading
from simulators.instruments.keithley.keithley2400.output import OutputStage
from simulators.instruments.keithley.keithley2400.output_commands import OutputCommands
from simulators.instruments.keithley.keithley2400.ranges import AUTO_DELAY_s
from simulators.instruments.keithley.keithley2400.sense_commands import (
    FilterCommands,
    SenseCommands,
    SenseFunctionCommands,
)
from simulators.instruments.keithley.keithley2400.settings import ELEMENTS, Settings
from simulators.instruments.keithley.keithley2400.source_commands import (
    SourceCommands,
    SourceFunctionCommands,
)
from simulators.instruments.keithley.keithley2400.system_commands import (
    DisplayCommands,
    FormatCommands,
    SystemCommands,
)
from simulators.instruments.keithley.keithley2400.trace import TraceCommands
from simulators.instruments.keithley.keithley2400.trigger_commands import ArmCommands, TriggerCommands
from simulators.physics.electrical import Circuit
from simulators.wire.scpi import ScpiInstrument

WORDS = {"VOLT": "VOLTage", "CURR": "CURRent"}


class Keithley2400(ScpiInstrument):
    """One unit: `name` and `seed` decide its errors, `front` and `rear` are what its terminals see."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        front: Circuit,
        rear: Circuit,
        sense_wired: bool = True,
        mains_Hz: float = 50.0,
        serial: str = "1234567",
        output_enable_open: bool = False,
    ) -> None:
        super().__init__(
            clock,
            name=name,
            identity=f"KEITHLEY INSTRUMENTS INC.,MODEL 2400,{serial},C32   Oct  4 2010 14:20:11/A02  /K/J",
            error_capacity=10,
        )
        self.settings = Settings()
        self.mains_Hz = self.line_frequency_Hz = mains_Hz
        self.line_frequency_auto = True
        self.time_zero = self.time
        self._enable_line_open = output_enable_open
        self._source_changed = False
        calibration = Calibration(seed, name)
        self.stage = OutputStage({"FRON": front, "REAR": rear}, calibration, sense_wired)
        self._converter = Converter(seed, name, calibration, self.stage)
        self._sense = SenseCommands(self)
        self._acquisition = AcquisitionCommands(self)
        self.trace = TraceCommands(self)
        for function, word in WORDS.items():
            self.mount(SourceFunctionCommands(self, function, word))
            self.mount(SenseFunctionCommands(self, function, word))
        for group in (
            SourceCommands(self),
            self._sense,
            FilterCommands(self),
            ohms.OhmsCommands(self),
            OutputCommands(self),
            SystemCommands(self),
            FormatCommands(self),
            DisplayCommands(self),
            ArmCommands(self),
            TriggerCommands(self),
            self._acquisition,
            self.trace,
        ):
            self.mount(group)
        self.stage.apply(self.settings, self.time)

    # -- what the command groups use ------------------------------------------------------------------------

    def settings_changed(self) -> None:
        """Bring the terminals to what the settings now say."""
        if self.settings.auto_ohms:
            ohms.configure_source(self.settings)
        if self.apply_source():
            self._source_changed = True

    def apply_source(self) -> bool:
        """Bring the terminals to what the settings say; whether that changed anything there."""
        return self.stage.apply(self.settings, self.time)

    def take_source_change(self) -> bool:
        """Whether the source changed since the last conversion: only then the source delay is waited for."""
        changed, self._source_changed = self._source_changed, False
        return changed

    @property
    def source_delay_s(self) -> float:
        """The source delay in force: by hand, or by function and current range."""
        settings = self.settings
        if not settings.delay_auto:
            return settings.delay_s
        return AUTO_DELAY_s[settings.function][settings.measure_index("CURR")]

    @property
    def in_compliance(self) -> bool:
        """Whether the output is on and limited now."""
        return self.settings.output and self.stage.operating_point(self.time).limited

    @property
    def overvoltage_tripped(self) -> bool:
        """Whether the output is on and held by the limit of the voltage source."""
        return self.settings.output and status.overvoltage(self.settings)

    @property
    def output_blocked(self) -> bool:
        """Whether the output enable line is in use and open."""
        return self.settings.output_enable and self._enable_line_open

    def convert(self) -> Reading:
        """One conversion of all enabled functions; takes its time."""
        reading = self._converter.convert(self.settings, self.line_frequency_Hz, self.time)
        self.spend(reading.time - self.time)
        return reading

    def zero_now(self) -> None:
        """Autozero once."""
        self.spend(self._converter.zero(self.settings, self.line_frequency_Hz, self.time) - self.time)

    def formatted(self, reading: Reading, time: float) -> str:
        """A reading as the chosen elements, +1.234567E-03 each."""
        values = (reading.voltage, reading.current, reading.resistance, time, reading.word)
        chosen = self.settings.elements
        if chosen == ELEMENTS:
            return "%+.6E,%+.6E,%+.6E,%+.6E,%+.6E" % values  # noqa: UP031 - five times as fast as joining
        return ",".join(
            f"{value:+.6E}" for name, value in zip(ELEMENTS, values, strict=True) if name in chosen
        )

    def measured_functions(self) -> str:
        """The functions measured, quoted."""
        return self._sense.measured()

    def inspect(self) -> dict[str, Any]:
        """Output, source and limits as they are, for tests."""
        settings = self.settings
        return {
            "output": settings.output,
            "off_mode": settings.off_mode,
            "function": settings.function,
            "level": settings.active.level,
            "range": settings.source_range.full_scale,
            "compliance": settings.sense[settings.limited].compliance,
            "four_wire": settings.four_wire,
            "nplc": settings.nplc,
        }

    # -- what the engine asks -------------------------------------------------------------------------------

    def reset(self) -> None:
        """*RST."""
        super().reset()
        self.settings = Settings()
        self._acquisition.forget()
        self.trace.control = "NEV"
        self.settings_changed()

    def trigger(self) -> None:
        """*TRG."""
        self._acquisition.bus_trigger()

    def update_conditions(self) -> None:
        """Live bits of the measurement and operation registers."""
        bits = self.trace.condition
        if self.in_compliance:
            bits |= status.IN_COMPLIANCE
        if self.overvoltage_tripped:
            bits |= status.OVERVOLTAGE_EVENT
        if not self._enable_line_open:
            bits |= status.OUTPUT_ENABLED
        self.status.measurement.set_condition(bits)
        self.status.operation.set_condition(
            status.WAITING_FOR_ARM if self._acquisition.waiting else status.IDLE
        )
