"""Keithley 6220 current source, alone or with a 2182A nanovoltmeter for delta mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.roles import CurrentSource, DeltaMeter, SafeReport
from drivers.connection import ConnectionDefaults
from drivers.keithley.current_source_accuracy import model_limits
from drivers.keithley.current_source_safe import make_safe
from drivers.keithley.delta_source import KeithleyDeltaSource


class Keithley6220(KeithleyDeltaSource):
    """One Keithley 6220. Plays the roles CurrentSource and, with its nanovoltmeter, DeltaMeter."""

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 6220\s*,"
    model_limits: ClassVar = model_limits("model 6220")
    has_output: ClassVar = True

    def make_safe(self) -> SafeReport:
        """Output off, delta test ended, level zero; verified by read-back, from any state.

        Raises SafeStateError if the output could not be seen to be off.
        """
        self._output = self._range_A = None
        self._delta.forget()
        report = make_safe(self._link)
        self._output = False
        return report


if TYPE_CHECKING:

    def _plays_its_roles(source: Keithley6220) -> tuple[CurrentSource, DeltaMeter]:
        return source, source
