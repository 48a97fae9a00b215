"""Keithley Model 2182A Nanovoltmeter."""

from simulators.instruments.keithley.keithley2182a.instrument import Keithley2182A

__all__ = ["Keithley2182A"]
