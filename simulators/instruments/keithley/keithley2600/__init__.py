"""Keithley Series 2600B System SourceMeters: 2602B, 2635B and 2636B."""

from simulators.instruments.keithley.keithley2600.instrument import Keithley2600B

__all__ = ["Keithley2600B"]
