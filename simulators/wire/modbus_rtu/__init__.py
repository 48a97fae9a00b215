"""Modbus RTU as slaves speak it: framing by silence, CRC, exceptions, several units on one bus, broadcast.

After "MODBUS over Serial Line" V1.02 and "MODBUS Application Protocol" V1.1b3, and Eurotherm HA026230
issue 3, chapter 3, where that differs. Written for the simulators alone: drivers have a codec of their own.
"""

from simulators.wire.modbus_rtu.bus import Bus, Unit
from simulators.wire.modbus_rtu.framing import RtuFraming
from simulators.wire.modbus_rtu.unit import ExceptionReply, Registers, RegisterUnit

__all__ = ["Bus", "ExceptionReply", "RegisterUnit", "Registers", "RtuFraming", "Unit"]
