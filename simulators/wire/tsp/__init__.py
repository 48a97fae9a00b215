"""Keithley's Test Script Processor: an instrument whose command language is Lua."""

from simulators.wire.tsp.instrument import TspInstrument
from simulators.wire.tsp.node import Node

__all__ = ["Node", "TspInstrument"]
