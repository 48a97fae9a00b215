"""A Keithley Model 2450 SourceMeter as its bus sees it, in its own SCPI: commands, ranges, errors, timing.

Sources: reference manual 2450-901-01 Rev. B / September 2013; the Model 2461's (2461-901-01 Rev. A), worded
alike, where the other was not at hand; SPEC-2450 Rev. A; Quick Start Guide 2450-903-01, August 2019. What is
from memory says so where it stands. Not simulated: TSP, the 2400 command set, limit tests, configuration
lists, digital lines, trigger models built of blocks, binary data, calibration. Those answer -113, -141, -224
or, in another language, as that language would: never wrongly.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bench.core.clock import Clock
from simulators.instruments.keithley.keithley2450 import language, ohms
from simulators.instruments.keithley.keithley2450.acquisition import Acquisition
from simulators.instruments.keithley.keithley2450.buffers import Buffers
from simulators.instruments.keithley.keithley2450.calculate_commands import MathCommands
from simulators.instruments.keithley.keithley2450.conversion import Converter, Reading
from simulators.instruments.keithley.keithley2450.elements import ElementWriter
from simulators.instruments.keithley.keithley2450.event_log import INTERLOCK, WARNING, Event, EventLog
from simulators.instruments.keithley.keithley2450.groups import WORDS
from simulators.instruments.keithley.keithley2450.output import OutputStage
from simulators.instruments.keithley.keithley2450.output_commands import OffModeCommands, OutputCommands
from simulators.instruments.keithley.keithley2450.ranges import TABLES, automatic_delay_s
from simulators.instruments.keithley.keithley2450.read_commands import ReadCommands
from simulators.instruments.keithley.keithley2450.sense_commands import (
    FilterCommands,
    SenseCommands,
    SenseFunctionCommands,
)
from simulators.instruments.keithley.keithley2450.settings import OPPOSITE, Settings
from simulators.instruments.keithley.keithley2450.source_commands import (
    LimitCommands,
    SourceCommands,
    SourceFunctionCommands,
    highest_limit,
)
from simulators.instruments.keithley.keithley2450.status_commands import EventLogCommands, StatusCommands
from simulators.instruments.keithley.keithley2450.system_commands import (
    DigitsCommands,
    DisplayCommands,
    FormatCommands,
    SystemCommands,
)
from simulators.instruments.keithley.keithley2450.trace_commands import TraceCommands
from simulators.instruments.keithley.keithley2450.trigger_commands import SweepCommands, TriggerCommands
from simulators.instruments.keithley.source_meter.calibration import Calibration
from simulators.instruments.keithley.source_meter.digitiser import Digitiser
from simulators.physics.electrical import Circuit
from simulators.wire.scpi import ScpiError, ScpiInstrument
from simulators.wire.scpi.compiler import Step
from simulators.wire.scpi.errors import DEVICE_ERROR

FIRMWARE = "1.6.7c"


class Keithley2450(ScpiInstrument):
    """One unit: `name` and `seed` decide its errors, `front` and `rear` are what its terminals see.

    `language` is what it was left in; `interlock_closed` says whether the interlock line is connected, which
    it is not on an instrument as delivered.
    """

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
        serial: str = "04123456",
        language: str = "SCPI",
        interlock_closed: bool = False,
    ) -> None:
        super().__init__(clock, name=name, identity=f"KEITHLEY INSTRUMENTS,MODEL 2450,{serial},{FIRMWARE}")
        self._epoch = clock.utc() - timedelta(seconds=clock.now())
        self.language = self.chosen_language = language
        self.interlock_required = False
        self.settings = Settings()
        self.line_frequency_Hz = mains_Hz
        self.buffers = Buffers()
        self._source_changed = False
        calibration = Calibration(seed, name, TABLES)
        self.stage = OutputStage(
            {"FRON": front, "REAR": rear},
            calibration,
            sense_wired=sense_wired,
            interlock_closed=interlock_closed,
        )
        self._converter = Converter(Digitiser(seed, name, calibration), self.stage, mains_Hz)
        self.acquisition = Acquisition(self)
        self.writer = ElementWriter(self._epoch, lambda: self.settings.precision)
        self._registers = StatusCommands(self)
        self._triggers = TriggerCommands(self)
        self.log = EventLog(self._stamp, self._registers.noticed)
        self._errors = self.log
        self.status.measurement = self.status.questionable  # one register, two bits of the status byte (C-7)
        self._mount_groups()
        self.stage.apply(self.settings, self.time)

    def _mount_groups(self) -> None:
        for function, word in WORDS.items():
            self.mount(SenseFunctionCommands(self, function, word))
            self.mount(FilterCommands(self, function, word))
            self.mount(DigitsCommands(self, function, word))
            self.mount(MathCommands(self, function, word))
            if function in TABLES:
                self.mount(SourceFunctionCommands(self, function, word))
                self.mount(LimitCommands(self, function, word))
                self.mount(OffModeCommands(self, function, word))
                self.mount(SweepCommands(self, function, word, self._triggers))
        for group in (
            SourceCommands(self),
            SenseCommands(self),
            OutputCommands(self),
            ReadCommands(self),
            TraceCommands(self),
            SystemCommands(self),
            FormatCommands(self),
            DisplayCommands(self),
            EventLogCommands(self),
            self._registers,
            self._triggers,
        ):
            self.mount(group)

    # -- what the command groups use ------------------------------------------------------------------------

    def settings_changed(self) -> None:
        """Bring the terminals to what the settings now say."""
        if self.settings.measures_ohms:
            ohms.configure_source(self.settings)
        if self.apply_source():
            self._source_changed = True

    def apply_source(self) -> bool:
        """Bring the terminals to what the settings say; whether that changed anything there."""
        return self.stage.apply(self.settings, self.time)

    def take_source_change(self) -> bool:
        """Whether the source changed since the last measurement: only then the source delay is waited for."""
        changed, self._source_changed = self._source_changed, False
        return changed

    def source_delay(self, function: str) -> float:
        """The delay in force of a source function: by hand, or by current range."""
        source = self.settings.source[function]
        if not source.delay_auto:
            return source.delay_s
        return automatic_delay_s(function, self.settings.measure_index("CURR"), source.high_capacitance)

    @property
    def source_delay_s(self) -> float:
        """The delay in force of the selected source function."""
        return self.source_delay(self.settings.function)

    @property
    def limited(self) -> bool:
        """Whether the output is on and held by its limit now."""
        return self.settings.output and self.stage.operating_point(self.time).limited

    @property
    def protected(self) -> bool:
        """Whether the overvoltage protection holds the output now."""
        return self._converter.protected(self.settings, self.time)

    @property
    def date(self) -> datetime:
        """Date and time of the instrument."""
        return self._epoch + timedelta(seconds=self.time)

    def convert(self) -> Reading:
        """One measurement without filter; takes its time."""
        reading = self._converter.convert(self.settings, self.time)
        self.spend(reading.time - self.time)
        return reading

    def zero_now(self) -> None:
        """Autozero once."""
        self.spend(self._converter.zero(self.settings, self.time) - self.time)

    def forget_filter(self) -> None:
        """Start the moving average anew."""
        self.acquisition.forget()

    def fit_limit_to_source_range(self, function: str) -> None:
        """A source range with too much power lowers the limit, with a warning (manual p. 6-71)."""
        source = self.settings.source[function]
        highest = highest_limit(function, source.range_index)
        if source.limit > highest * (1 + 1e-9):
            source.limit = highest
            self.warn("Settings conflict; source limit changed to fit the source range")

    def fit_limit_to_measure_range(self, function: str) -> None:
        """A fixed measurement range raises a limit below 0.1 % of it, with a warning (manual p. 2-100)."""
        source = self.settings.source[function]
        sense = self.settings.sense[OPPOSITE[function]]
        smallest = TABLES[OPPOSITE[function]][sense.range_index].smallest_compliance
        if not sense.range_auto and source.limit < smallest * (1 - 1e-9):
            source.limit = smallest
            self.warn("Settings conflict; source limit changed to fit the measurement range")

    def note_interlock(self) -> None:
        """Report it if an open interlock holds back the voltage that is programmed."""
        if self.settings.output and self.stage.interlock_holds(self.settings):
            self.queue_error(INTERLOCK, "Output voltage limited by interlock", DEVICE_ERROR)

    def note(self, code: int, text: str, kind: int) -> None:
        """Write a warning or an information to the event log."""
        self.log.add(code, text, kind)

    def warn(self, text: str) -> None:
        """A warning about settings; the manual prints no code for it, -221 is our choice."""
        self.note(-221, text, WARNING)

    def take_event(self, kinds: int) -> Event | None:
        """The oldest event of these kinds, removed."""
        event = self.log.take(kinds)
        self._note_errors()
        return event

    def inspect(self) -> dict[str, Any]:
        """Output, source and limits as they are, for tests."""
        settings = self.settings
        return {
            "output": settings.output,
            "off_mode": settings.active.off_mode,
            "function": settings.function,
            "level": settings.active.level,
            "range": settings.source_range.full_scale,
            "compliance": settings.active.limit,
            "four_wire": settings.active_sense.four_wire,
            "nplc": settings.active_sense.nplc,
            "language": self.language,
        }

    # -- what the world does --------------------------------------------------------------------------------

    def power_cycle(self) -> None:
        """Off and on again: everything as at power-on, in the language that was chosen."""
        self.clear()
        self.reset()
        self.status.clear()
        self.status.preset()
        self.status.standard_enable = self.status.service_enable = 0
        self.status.standard_event = 128
        self.clear_errors()
        self.language = self.chosen_language
        self._plans.clear()

    # -- what the engine asks -------------------------------------------------------------------------------

    def reset(self) -> None:
        """*RST: settings and buffers; language, event log and status stay."""
        super().reset()
        self.settings = Settings()
        self.buffers.reset()
        self._triggers.model = None
        self.forget_filter()
        self.settings_changed()

    def _stamp(self) -> str:
        return f"{self.date:%Y/%m/%d %H:%M:%S}.{self.date.microsecond // 1000:03d}"

    def _compile(self, message: str) -> tuple[Step, ...]:
        refusal = language.refusal(self.language, message)
        if refusal is not None:
            return (Step(False, partial(_refuse, *refusal)),)
        return super()._compile(message)


def _refuse(code: int, text: str) -> None:
    raise ScpiError(code, text)
