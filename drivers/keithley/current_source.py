"""The Keithley 6220 and 6221 as current sources: one checked configuration, guarded levels.

Commands after the 622x reference manual (622x-901-01). The instrument guards itself by its compliance and by
nothing else: it has no watchdog, and an output that is on stays on when the PC is gone.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from bench.core.errors import ConfigError, InstrumentError, LimitError, Problem, ReadBackError
from bench.core.roles import Accuracy
from drivers import replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS
from drivers.error_queue import ErrorQueue
from drivers.keithley import current_source_settings as commands
from drivers.keithley import current_source_wiring as wiring
from drivers.keithley.current_source_accuracy import CURRENT_RANGES_A, OVERSHOOT_V, SOURCE_COUNTS, accuracy
from drivers.keithley.current_source_safe import end_test
from drivers.keithley.source_meter_ranges import OVERRANGE, range_for, same_range

_log = logging.getLogger(__name__)


class KeithleyCurrentSource(Driver):
    """Configuring and sourcing; a model adds its name and its safe state.

    Options `inner_shield` ("guard", "output_low"), `output_low` ("earth", "floating") and `response` ("fast",
    "slow") are set with the output off and verified; left out, they stay as they are. A cell is refused: what
    the terminals are with the output off is not documented.
    """

    limit_units: ClassVar = {"current": "A", "voltage": "V"}
    option_names: ClassVar = CONNECTION_OPTIONS | frozenset(wiring.WIRING)
    error_queue: ClassVar = ErrorQueue()
    readable: ClassVar = commands.READABLE
    reversible: ClassVar = commands.REVERSIBLE

    # What the driver knows from its own read-backs; None: not known.
    _output: bool | None = None
    _range_A: float | None = None
    _compliance_V: float | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        problems = self._problems()
        if problems:
            raise ConfigError(problems)

    def _problems(self) -> list[Problem]:
        found = wiring.problems(self._options, self.name)
        if self.load == "cell":
            found.append(
                Problem(
                    f"instruments.{self.name}.load",
                    'this driver does not put a 622x on a "cell"',
                    "use a source meter, whose off state is open circuit",
                )
            )
        return found

    # ---- connecting

    def _prepare(self) -> None:
        # With the output on it waits until something is configured: who connects in order to make the source
        # safe must not be stopped here.
        if not self.output_is_on():
            wiring.wire(self._link, self._options)
        self._output = None

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the output is on though this driver did not switch it on."""
        found = super().read_settings()
        if found["output"] and not self._output:
            _log.warning("%s: the output is ON, found so and left so; make_safe switches it off", self.name)
        self._output = found["output"]
        return found

    # ---- sourcing

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending; each reaches 105 %."""
        return CURRENT_RANGES_A

    def source_current(self, *, range_A: float, compliance_V: float) -> None:
        """Source current on a fixed range; the output ends off, the level zero, any delta test ended.

        The station's limit "voltage" has to allow 2 V more than the compliance, because a step may overshoot
        so far (p. 3-3). Raises LimitError before anything is sent, CommandRejectedError, ReadBackError.
        """
        full_scale = range_for(range_A, CURRENT_RANGES_A, "source range", instrument=self.name)
        self._check_compliance(compliance_V)
        with self._link.lock:
            self._range_A = None
            self._end_test()
            self._put(commands.AUTORANGE, False)
            self._put(commands.RANGE, full_scale)
            self._compliance_V = self._put(commands.COMPLIANCE, compliance_V)
            self._put(commands.FILTER, False)
            self._range_A = full_scale

    def set_level(self, level: float) -> None:
        """The current in A. Raises LimitError (station, model, range) before a byte, ReadBackError.

        Range and compliance are read back as well: a key pressed at the front panel is noticed here.
        """
        full_scale = self._require_range()
        self._check_limit("current", level)
        if abs(level) > OVERRANGE * full_scale * (1 + 1e-9):
            raise LimitError(
                f"level {level!r} A does not fit the source range {full_scale:g} A",
                instrument=self.name,
                state="nothing was sent, the level is as it was",
                remedy="configure a larger range first",
            )
        with self._link.lock:
            self._check_panel(full_scale)
            self._put(commands.LEVEL, level, tolerance=full_scale / SOURCE_COUNTS)

    def set_output(self, on: bool) -> None:
        """Switch the output and verify it; on needs a configured source and a closed interlock."""
        with self._link.lock:
            if on:
                self._check_panel(self._require_range())
                self._require_interlock()
            self._output = None
            self._output = self._put(commands.OUTPUT, on)

    def output_is_on(self) -> bool:
        """Ask the instrument."""
        self._output = self._get(commands.OUTPUT)
        return self._output

    def in_compliance(self) -> bool:
        """Ask whether the source is limited now (measurement condition register, bit 3)."""
        return bool(self._link.ask(commands.CONDITION_QUERY, replies.integer) & commands.IN_COMPLIANCE)

    def current_accuracy(self) -> Accuracy | None:
        """One-year limits of error of the level on the present range, 18 to 28 degC."""
        return None if self._range_A is None else accuracy(self._range_A)

    # ---- what is shared

    def _end_test(self) -> None:
        """Output off, level zero and no test of any kind under way, whoever has started one."""
        self._output = None
        end_test(self._link)
        self._output = False
        wiring.wire(self._link, self._options)

    def _check_compliance(self, compliance_V: float) -> None:
        self._check_limit("compliance", compliance_V)
        self._check_limit("voltage", compliance_V + OVERSHOOT_V)

    def _check_panel(self, full_scale: float) -> None:
        held_A, held_V = self._get(commands.RANGE), self._get(commands.COMPLIANCE)
        if same_range(full_scale, held_A) and held_V == self._compliance_V:
            return
        self._range_A = None
        raise ReadBackError(
            f"the source is on the {held_A:g} A range with {held_V:g} V compliance; set were "
            f"{full_scale:g} A and {self._compliance_V:g} V",
            instrument=self.name,
            state="the level is as it was, nothing was sent",
            remedy="leave the front panel alone; configure again",
        )

    def _require_range(self) -> float:
        if self._range_A is None:
            raise InstrumentError(
                "no source is configured",
                instrument=self.name,
                state="nothing was sent",
                remedy="call source_current first; what a front panel left is not trusted",
            )
        return self._range_A

    def _require_interlock(self) -> None:
        if not self._get(commands.INTERLOCK_CLOSED):
            raise InstrumentError(
                "the interlock is open",
                instrument=self.name,
                state="the output is off",
                remedy="close the lid of the fixture, or the interlock plug at the rear",
            )
