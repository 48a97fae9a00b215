"""Keithley 2182A (and 2182) nanovoltmeter: channel 1 as a voltmeter, on its own bus or behind a 622x.

Commands after the 2182/2182A user's manual (2182A-900-01).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.limits import Limit
from bench.core.readings import Reading
from bench.core.roles import Accuracy, Voltmeter
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.keithley import keithley2182a_settings as commands
from drivers.keithley.voltmeter import KeithleyVoltmeter
from drivers.keithley.voltmeter_settings import FUNCTION

ANALOG_FILTER_S = 0.125
"""What the analog filter adds to each conversion (p. 3-8)."""
PHASES = 4
"""Integrations of one conversion with both zeros on (3 readings a second at 5 PLC and 60 Hz, from memory)."""


class Keithley2182A(KeithleyVoltmeter):
    """One Keithley 2182 or 2182A, channel 1. Plays the role Voltmeter; has no output.

    Channel 2 is left alone: it is referenced to channel 1 LO (p. 2-3). Options `gain_ppm` and
    `offset_ppm_of_range` state its limits of error, from its certificate or data sheet: of the published
    table only the line of the 10 mV range was at hand (as others quote SPEC-2182A Rev. F p. 1: 50 ppm of
    reading + 4 ppm of range after REL, 100 nV more without), and without them `accuracy` claims nothing.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=3.0, baud_rate=9600, serial_clear=b"\x18")
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 2182A?\s*,"
    model_limits: ClassVar = {"nplc": Limit(0.01, 60.0, "power-line cycles", commands.MODEL)}
    option_names: ClassVar = CONNECTION_OPTIONS | {"gain_ppm", "offset_ppm_of_range"}
    readable: ClassVar = commands.READABLE
    reversible: ClassVar = commands.REVERSIBLE

    _volts: ClassVar = commands.VOLTAGE
    _ranges_V: ClassVar = commands.VOLTAGE_RANGES_V
    _highest_V: ClassVar = 120.0
    _select: ClassVar = ((FUNCTION, "VOLT"), (commands.CHANNEL, 1))
    _plain: ClassVar = ((commands.ANALOG_FILTER, False), (commands.FRONT_AUTOZERO, True))
    _filter_extra: ClassVar = ((commands.FILTER_WINDOW, 0.0),)

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting."""
        found = super().read_settings()
        self._line_Hz = found["line_frequency_Hz"]
        return found

    def line_frequency_Hz(self) -> float:
        """The line frequency the meter integrates over, as it says itself; it cannot be set."""
        self._line_Hz = self._get(commands.LINE_FREQUENCY)
        return self._line_Hz

    def set_front_autozero(self, on: bool) -> None:
        """The zero of the input stage with each reading; off doubles the speed and lets the zero drift."""
        self._put(commands.FRONT_AUTOZERO, on)

    def set_line_sync(self, on: bool) -> None:
        """Begin each integration at a zero of the mains (LSYNc)."""
        self._put(commands.LINE_SYNC, on)

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """The limits of error that the station states, for the reading's range; None if it states none."""
        gain, offset = self._options.get("gain_ppm"), self._options.get("offset_ppm_of_range")
        if gain is None or offset is None or reading.range is None:
            return None
        return Accuracy(gain * 1e-6, offset * 1e-6 * reading.range, "station file")

    def _conversion_s(self) -> float:
        return PHASES * self._nplc / self._line_Hz + ANALOG_FILTER_S


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2182A) -> Voltmeter:
        return meter
