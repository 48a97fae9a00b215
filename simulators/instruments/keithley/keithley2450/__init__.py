"""Keithley Model 2450 SourceMeter."""

from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

__all__ = ["Keithley2450"]
