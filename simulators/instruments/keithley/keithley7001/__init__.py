"""Keithley Model 7001 Switch System with a Model 7065 Hall card."""

from simulators.instruments.keithley.keithley7001.instrument import Keithley7001

__all__ = ["Keithley7001"]
