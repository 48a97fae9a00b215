"""A line that speaks Modbus RTU, for the drivers of its slaves."""

from __future__ import annotations

from drivers import modbus_rtu
from drivers.shared_line import SharedLine

MODBUS_RTU = SharedLine(
    "Modbus RTU", lambda line: modbus_rtu.silence_s(line.baud_rate), framing=modbus_rtu.Replies
)
