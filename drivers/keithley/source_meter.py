"""What the Keithley source meters have in common as a role: one checked configuration, guarded levels."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from bench.core.errors import InstrumentError, LimitError
from drivers.base import Driver
from drivers.keithley import source_meter_ranges as ranges
from drivers.keithley.source_meter_settings import LINE_FREQUENCY, OUTPUT, TERMINALS, Side
from drivers.keithley.source_meter_setup import Setup, checked
from drivers.settings import Setting

_log = logging.getLogger(__name__)
RELAY_S = 0.020
"""The output relay settles in about 15 ms when it closes (2400S-900-01 p. 13-9; taken for the 2450 too); it
moves in off mode HIMP only."""


class KeithleySourceMeter(Driver):
    """Configuring and sourcing; a model adds its commands, its measurement and its safe state.

    Nothing is switched on that was not configured here, and nothing puts 0 V on a cell.
    """

    _model: ClassVar[str]
    _can: ClassVar[ranges.Capability] = ranges.TWENTY_WATTS
    _current: Side
    _voltage: Side
    _switch: Setting[bool] = OUTPUT
    _line_frequency: Setting[float] = LINE_FREQUENCY

    # What the driver knows from its own read-backs; None: not known.
    _output: bool | None = None
    _setup: Setup | None = None
    _level: float | None = None
    _line_Hz = 50.0

    # ---- what a model adds

    def _send_setup(self, setup: Setup) -> None:
        """Make the instrument what the setup says; the output is off."""
        raise NotImplementedError

    def _send_four_wire(self, on: bool) -> None:
        raise NotImplementedError

    def _check_ready_for(self, setup: Setup) -> None:
        """Raise InstrumentError if the instrument cannot source this now; changes nothing on it."""

    # ---- connecting

    def _check_terminals(self) -> None:
        wanted = self._options.get("terminals")
        active = {"FRON": "front", "REAR": "rear"}[self._get(TERMINALS)]
        if wanted is not None and wanted != active:
            raise InstrumentError(
                f"the {active} terminals are in use, the station says {wanted}",
                instrument=self.name,
                state="nothing was switched",
                remedy="press FRONT/REAR on the meter, or correct the station file",
            )

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the output is on though this driver did not switch it on."""
        found = super().read_settings()
        if found["output"] and not self._output:
            _log.warning("%s: the output is ON, found so and left so; make_safe switches it off", self.name)
        self._output = found["output"]
        self._line_Hz = found["line_frequency_Hz"]
        return found

    def line_frequency_Hz(self) -> float:
        """The line frequency the meter integrates over, as it says itself."""
        self._line_Hz = self._get(self._line_frequency)
        return self._line_Hz

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        return self._current.ranges

    def voltage_ranges_V(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        return self._voltage.ranges

    # ---- configuring

    def source_current(
        self, *, range_A: float, compliance_V: float, voltage_range_V: float | None = None
    ) -> None:
        """Source current on a fixed range; the output ends off, the level zero.

        With `voltage_range_V` below the compliance a 2400 clamps at the end of that range ("range
        compliance"), a 2450 answers with an overflow. Raises LimitError before anything is sent,
        CommandRejectedError, ReadBackError.
        """
        self._configure(
            self._current, self._voltage, wanted=range_A, compliance=compliance_V, measuring=voltage_range_V
        )

    def source_voltage(
        self, *, range_V: float, compliance_A: float, current_range_A: float | None = None
    ) -> None:
        """Source voltage on a fixed range; the output ends off, the level zero. Raises as source_current."""
        self._configure(
            self._voltage, self._current, wanted=range_V, compliance=compliance_A, measuring=current_range_A
        )

    def _configure(
        self, source: Side, measured: Side, *, wanted: float, compliance: float, measuring: float | None
    ) -> None:
        setup = checked(
            source,
            measured,
            wanted=wanted,
            compliance=compliance,
            measuring=measuring,
            limits=self._limits,
            can=self._can,
            model=self._model,
            instrument=self.name,
        )
        with self._link.lock:
            self._check_ready_for(setup)
            self._setup = None
            self.set_output(False)
            self._send_setup(setup)
            self._setup, self._level = setup, 0.0

    def set_four_wire(self, on: bool) -> None:
        """Sense at the specimen or at the terminals. Raises InstrumentError while the output is on."""
        with self._link.lock:
            if self.output_is_on():
                raise InstrumentError(
                    "two- or four-wire sensing is not changed while the output is on",
                    instrument=self.name,
                    state="the output is on, nothing was changed",
                    remedy="switch the output off first",
                )
            self._send_four_wire(on)

    # ---- sourcing

    def set_level(self, level: float) -> None:
        """The source level in A or V. Raises LimitError (station, model, range, power) before a byte."""
        setup = self._require_setup()
        self._check_limit(setup.source.quantity, level)
        if abs(level) > self._can.overrange * setup.source_range * (1 + 1e-9):
            raise LimitError(
                f"level {level!r} {setup.source.unit} does not fit the source range {setup.source_range:g}",
                instrument=self.name,
                state="nothing was sent, the level is as it was",
                remedy="configure a larger range first",
            )
        self._check_limit("power", abs(level) * setup.compliance)
        if level == 0 and self._output is not False and self._could_short_a_cell(setup):
            raise self._would_short_the_cell()
        self._level = None
        step = setup.source_range / ranges.SOURCE_COUNTS
        self._put(setup.source.level, level, tolerance=step)
        self._level = level

    def set_output(self, on: bool) -> None:
        """Switch the output and verify it. On needs a configured source. Raises ReadBackError."""
        with self._link.lock:
            if on:
                setup = self._require_setup()
                if self._could_short_a_cell(setup) and self._get(setup.source.level) == 0:
                    raise self._would_short_the_cell()
                self._check_ready_for(setup)
            self._output = None
            self._output = self._put(self._switch, on)
            if on and self.load == "cell":
                self._link.clock.sleep(RELAY_S)

    def output_is_on(self) -> bool:
        """Ask the instrument."""
        self._output = self._get(self._switch)
        return self._output

    def _require_setup(self) -> Setup:
        if self._setup is None:
            raise InstrumentError(
                "no source is configured",
                instrument=self.name,
                state="nothing was sent",
                remedy="call source_current or source_voltage first; what a front panel left is not trusted",
            )
        return self._setup

    def _require_output_on(self) -> None:
        if self._output is not True:
            raise InstrumentError(
                "there is nothing to measure: the output is "
                + ("off" if self._output is False else "unknown"),
                instrument=self.name,
                state="nothing was sent",
                remedy="switch the output on with set_output(True)",
            )

    def _could_short_a_cell(self, setup: Setup) -> bool:
        return self.load == "cell" and setup.source is self._voltage

    def _would_short_the_cell(self) -> InstrumentError:
        return InstrumentError(
            "0 V would short the cell through the meter",
            instrument=self.name,
            state="nothing was sent",
            remedy="set the level to the cell's voltage before switching on; switch off for open circuit",
        )
