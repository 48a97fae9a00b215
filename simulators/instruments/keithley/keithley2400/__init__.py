"""Keithley Model 2400 SourceMeter."""

from simulators.instruments.keithley.keithley2400.instrument import Keithley2400

__all__ = ["Keithley2400"]
