"""The CALCulate subsystem's mathematics (reference manual 2450-901-01 Rev. B, p. 6-8 to 6-12).

Limit tests (CALCulate2) are not simulated. Ranges of the factors are from memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450.groups import Group
from simulators.instruments.keithley.keithley2450.sense_commands import function_header
from simulators.instruments.keithley.keithley2450.settings import MathState
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Boolean, Choice, Number

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

_FACTOR = 1e12


class MathCommands(Group):
    """`CALCulate:<function>:MATH`: silently another number than the measured one, where it is on."""

    on = Stored(":STATe", Boolean())
    format = Stored(":FORMat", Choice("PERCent", "MXB", "RECiprocal"))
    slope = Stored(":MMFactor", Number(-_FACTOR, _FACTOR, 1.0))
    offset = Stored(":MBFactor", Number(-_FACTOR, _FACTOR, 0.0))
    percent = Stored(":PERCent", Number(-_FACTOR, _FACTOR, 1.0))

    def __init__(self, unit: Keithley2450, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.header = f":CALCulate[1]:{function_header(word)}:MATH"

    @property
    def state(self) -> MathState:
        """Settings of the mathematics of this function."""
        return self.settings.sense[self.name].math

    def changed(self) -> None:
        """Nothing at the terminals changes."""
