"""Keithley 2000 multimeter as a DC voltmeter. Commands after its user's manual (2000-900-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.limits import Limit
from bench.core.readings import Reading
from bench.core.roles import Accuracy, Voltmeter
from drivers.connection import ConnectionDefaults
from drivers.keithley import keithley2000_settings as commands
from drivers.keithley.keithley2000_accuracy import VOLTAGE_RANGES_V, accuracy
from drivers.keithley.voltmeter import KeithleyVoltmeter


class Keithley2000(KeithleyVoltmeter):
    """One Keithley 2000, DC volts. Plays the role Voltmeter; has no output.

    Its other functions and its scanner card are left alone. The line frequency cannot be asked.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 2000\s*,"
    model_limits: ClassVar = {"nplc": Limit(0.01, 10.0, "power-line cycles", commands.MODEL)}
    readable: ClassVar = commands.READABLE
    reversible: ClassVar = commands.REVERSIBLE

    _volts: ClassVar = commands.VOLTAGE
    _ranges_V: ClassVar = VOLTAGE_RANGES_V
    _highest_V: ClassVar = 1000.0

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """One-year limits of error for the reading's range as it integrates and filters now, 18 to 28 degC.

        None below one power-line cycle.
        """
        return None if reading.range is None else accuracy(reading.range, self._nplc, self._filter_count)

    def _conversion_s(self) -> float:
        return 2 * self._nplc / self._line_Hz  # the signal, and a zero no longer than that


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2000) -> Voltmeter:
        return meter
