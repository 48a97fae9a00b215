"""Keithley Series 2600B as a source meter: one channel of it, in TSP.

Commands after the Series 2600B reference manual (2600BS-901-01 Rev. F). Everything is sent as Lua: attributes
are assigned and printed. Numbers travel at full precision both ways (`format.asciiprecision`); every
assignment is checked in the error queue and read back. A station has an entry for each channel that it uses,
on the same resource, told apart by the option `channel`: they share one connection and one lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from bench.core.errors import InstrumentError
from bench.core.readings import Reading, SourceMeterReading
from bench.core.roles import Accuracy, Identity, SafeReport
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.keithley import keithley2600_settings as settings
from drivers.keithley.keithley2600_accuracy import accuracy, full_scales
from drivers.keithley.keithley2600_dead_man import DeadMan, Guard, Replay
from drivers.keithley.keithley2600_options import option_problems
from drivers.keithley.keithley2600_reading import Answer, chunk, decode, parse
from drivers.keithley.keithley2600_setup import configure
from drivers.keithley.source_meter import KeithleySourceMeter
from drivers.keithley.source_meter_safe import OFF_MODE, make_safe
from drivers.keithley.source_meter_setup import Setup
from drivers.keithley.tsp import ABORT, TSP_ERRORS
from drivers.safe_state import urgent
from drivers.settings import do
from drivers.shared_line import SharedLine
from drivers.typed_pymeasure import Adapter

CONVERSIONS = 6
"""Signal, reference and zero (autozero), for voltage and for current."""


class Keithley2600(KeithleySourceMeter):
    """One channel of a Series 2600B; a model adds its ranges and limits. Plays the role SourceMeter.

    Options: `channel` ("a" or "b", default "a"); `dead_man_s`, the seconds of silence after which the
    instrument switches the output off by itself (default: it does not). The output-off mode follows what
    hangs on the terminals and is verified at connect; for a cell nothing here ever applies 0 V.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0)
    limit_units: ClassVar = {"current": "A", "voltage": "V", "power": "W"}
    has_output: ClassVar = True
    option_names: ClassVar = CONNECTION_OPTIONS | {"channel", "dead_man_s"}
    address_option: ClassVar = "channel"
    shared_line: ClassVar = SharedLine("TSP", discards=False, behind=DeadMan)
    address_default: ClassVar = "a"
    replay_adapter: ClassVar = Replay
    error_queue: ClassVar = TSP_ERRORS

    _family: ClassVar[str]
    _channels: ClassVar[tuple[str, ...]] = ("a", "b")
    _lowest_sourced_A: ClassVar[float]
    _everywhere: ClassVar[tuple[float, float]]
    """A current and a voltage limit that every source range allows."""
    _interlock_V: ClassVar[float | None] = None
    """Above this range or limit the interlock has to be closed; None where there is none."""

    _line_frequency = settings.LINE_FREQUENCY
    _nplc = 25.0
    _delay_s = 0.0
    _four_wire: bool | None = None
    _dead_man: Guard | None = None

    def __init__(
        self, adapter: Adapter, *, channel: str = "a", dead_man_s: float = 0.0, **others: Any
    ) -> None:
        for option, what, _ in self.option_problems({"channel": channel, "dead_man_s": dead_man_s}):
            raise TypeError(f"option {option} of {type(self).__name__}: {what}")
        amps = full_scales(self._family, "A")
        self._commands = settings.commands(channel).with_ranges(
            amps,
            tuple(scale for scale in amps if scale >= self._lowest_sourced_A),
            full_scales(self._family, "V"),
            everywhere_A=self._everywhere[0],
            everywhere_V=self._everywhere[1],
        )
        self._current, self._voltage = self._commands.current, self._commands.voltage
        self._switch = self._commands.output
        # declared for the class; here each channel has its own
        self.readable = self._commands.readable  # type: ignore[misc]
        self.reversible = self._commands.reversible  # type: ignore[misc]
        if dead_man_s:
            line = getattr(adapter, "line", None)
            if not isinstance(line, DeadMan):  # no connection that `open` has made
                adapter = line = DeadMan(adapter)
            self._dead_man = Guard(line, channel, dead_man_s)
        super().__init__(adapter, **others)

    @classmethod
    def option_problems(cls, options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the options: option, what, remedy."""
        return option_problems(options, model=cls._model, channels=cls._channels)

    # ---- connecting

    def connect(self) -> Identity:
        """End a script that was left running, since it would keep every message waiting, then as usual."""
        with self._link.lock:
            self._link.clear()
            self._link.write(ABORT)
            return super().connect()

    def _prepare(self) -> None:
        self._put(settings.DATA_FORMAT, "ASCII")
        self._put(settings.PRECISION, settings.MOST_DIGITS)
        self._put(self._commands.off_function, "VOLT")
        self._put(self._commands.off_mode, OFF_MODE[self.load])
        if self._dead_man is not None:
            self._load(self._dead_man)

    def _load(self, dead_man: Guard) -> None:
        do(self._link, dead_man.script)
        if not self._get(dead_man.loaded):
            raise InstrumentError(
                "the dead-man script is not in the instrument after it was sent",
                instrument=self.name,
                step="connect",
                state="nothing was energised; the output would not be guarded",
                remedy="see the error queue, or leave the option dead_man_s out",
            )

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the output is on though this driver did not switch it on."""
        found = super().read_settings()
        self._nplc = found["nplc"]
        self._delay_s = max(found["source_delay_s"], 0.0) + max(found["measure_delay_s"], 0.0)
        self._four_wire = found["four_wire"]
        self._guard(found["output"])
        return found

    def _guard(self, is_on: bool) -> None:
        if self._dead_man is not None:
            with self._link.lock:  # standing down must not cut the other channel's exchange short
                (self._dead_man.arm if is_on else self._dead_man.stand_down)()

    # ---- configuring

    def _send_setup(self, setup: Setup) -> None:
        configure(self._link, setup, self._commands)

    def _send_four_wire(self, on: bool) -> None:
        self._four_wire = None
        self._four_wire = self._put(self._commands.four_wire, on)

    def _check_ready_for(self, setup: Setup) -> None:
        if self._interlock_V is None:
            return
        volts = setup.compliance if setup.source is self._current else setup.source_range
        if volts > self._interlock_V and not self._get(settings.MEASUREMENT) & settings.INTERLOCK_BIT:
            raise InstrumentError(
                f"{volts:g} V need the interlock, and it is open",
                instrument=self.name,
                step="interlock",
                state="nothing was changed",
                remedy=f"close the test fixture (interlock pin of the digital I/O connector), or stay within "
                f"{self._interlock_V:g} V of range and compliance",
            )

    def set_nplc(self, cycles: float) -> None:
        """Integration time, 0.001 to 25 power-line cycles, for voltage and current alike."""
        self._check_limit("nplc", cycles)
        self._nplc = self._put(self._commands.nplc, cycles)

    def set_source_delay(self, seconds: float) -> None:
        """Wait after each change of the source, before anything else is done."""
        self._check_limit("source delay", seconds)
        self._delay_s = self._put(self._commands.source_delay, seconds)

    # ---- sourcing

    def set_output(self, on: bool) -> None:
        """Switch the output and verify it; the dead-man script, if any, runs from the switching on.

        Raises ReadBackError.
        """
        with self._link.lock:
            if on:
                self._guard(True)
            try:
                super().set_output(on)
            finally:
                if self._output is False:  # off, or refused while it was
                    self._guard(False)

    # ---- measuring

    def measure(self) -> SourceMeterReading:
        """One conversion of current and voltage; changes no setting.

        Raises InstrumentError if the output is off, went off by itself, or sensing is not as asked;
        CommandRejectedError with the instrument's reason, CommunicationError.
        """
        self._require_output_on()
        setup = self._require_setup()
        ask = chunk(self._commands.smu)
        with self._link.lock:
            answer = self._link.ask(ask, parse, attempts=2, patience_s=self._patience_s())
            time = self._link.clock.now()
            self._check(answer)
        return decode(answer, setup, current=self._current, voltage=self._voltage, time=time)

    def _check(self, answer: Answer) -> None:
        if not answer.output:
            self._output = False
            self._guard(False)
            by_whom, remedy = "", "look for the interlock, over-temperature, or a key pressed"
            if self._dead_man is not None and self._get(self._dead_man.acted):
                by_whom = ": the dead-man script has switched it off"
                remedy = f"no message for {self._dead_man.seconds:g} s; see why, or raise dead_man_s"
            raise InstrumentError(
                f"the output is off, though it was on{by_whom}",
                instrument=self.name,
                step="measure",
                state="the reading was not used; the output is off",
                remedy=remedy,
            )
        if self._four_wire is not None and answer.four_wire is not self._four_wire:
            raise InstrumentError(
                f"the reading was sensed {'at the specimen' if answer.four_wire else 'at the terminals'}, "
                "not as asked",
                instrument=self.name,
                step="measure",
                state="the reading was not used",
                remedy="switch the output off and call set_four_wire again; look for a key pressed",
            )

    def _patience_s(self) -> float:
        return 2 * (CONVERSIONS * self._nplc / self._line_Hz) + self._delay_s + 2.0

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """One-year limits of error for the reading's range, 18 to 28 degC; None below 1 power-line cycle."""
        scale = reading.range
        return None if scale is None else accuracy(self._family, reading.unit, scale, self._nplc)

    # ---- safe state

    def make_safe(self) -> SafeReport:
        """The channel's output off, levels zero, for a cell off mode HIGH_Z; verified, from any state.

        Ends a script that runs; the dead-man script for the other channel is called anew. Raises
        SafeStateError if the output could not be seen to be off.
        """
        self._output = None
        report = make_safe(
            self._link,
            self.load,
            off_modes=(self._commands.off_mode,),
            sides=(self._current, self._voltage),
            output=self._commands.output,
            abort=ABORT,
        )
        self._output = False
        if self._dead_man is not None:
            with urgent(self._link):
                self._dead_man.stand_down()
        return report
