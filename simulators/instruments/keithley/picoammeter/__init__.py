"""Keithley Models 6485 and 6487 Picoammeters."""

from simulators.instruments.keithley.picoammeter.instrument import Picoammeter

__all__ = ["Picoammeter"]
