"""A tube furnace with a sealed vessel in it: heat, melt, reaction, thermocouples, cut-out and gas."""

from simulators.physics.furnace.atmosphere import AtExhaust, Atmosphere
from simulators.physics.furnace.build import FurnaceBuild
from simulators.physics.furnace.charge import Charge
from simulators.physics.furnace.exposure import Exposure
from simulators.physics.furnace.furnace import Furnace, TICK_s
from simulators.physics.furnace.gas import GasLine
from simulators.physics.furnace.thermocouple import Thermocouple

__all__ = [
    "AtExhaust",
    "Atmosphere",
    "Charge",
    "Exposure",
    "Furnace",
    "FurnaceBuild",
    "GasLine",
    "TICK_s",
    "Thermocouple",
]
