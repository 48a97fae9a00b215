"""A simulated Eurotherm 2408 or 2416: a PID controller with a ramp and dwell programmer, by Modbus RTU."""

from simulators.instruments.eurotherm.eurotherm2400.instrument import Eurotherm2400

__all__ = ["Eurotherm2400"]
