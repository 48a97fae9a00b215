"""Keithley Model 2000 Multimeter, its volts."""

from simulators.instruments.keithley.keithley2000.instrument import Keithley2000

__all__ = ["Keithley2000"]
