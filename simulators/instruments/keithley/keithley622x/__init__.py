"""Keithley Models 6220 and 6221 current sources, with a nanovoltmeter on their serial port or without."""

from simulators.instruments.keithley.keithley622x.instrument import Keithley622x
from simulators.instruments.keithley.keithley622x.relay import NanovoltmeterCable

__all__ = ["Keithley622x", "NanovoltmeterCable"]
