"""A line with several slaves on it, as one device behind one port; each hears its own address and 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bench.core.clock import Clock
from simulators.wire.device import TimedDevice
from simulators.wire.modbus_rtu.crc import checksum, is_whole
from simulators.wire.modbus_rtu.unit import WRITES

BROADCAST = 0


class Unit(Protocol):
    """A slave as its bus sees it."""

    def is_listening(self) -> bool:
        """Whether it is switched on and has started."""
        ...

    def latency_s(self, function: int) -> float:
        """How long it takes to answer."""
        ...

    def answer(self, function: int, data: bytes) -> bytes | None:
        """The function code and data of the reply; None for silence."""
        ...


class Bus(TimedDevice):
    """Complete frames in, replies out; a frame with a wrong checksum or for nobody here is silence.

    A request that comes while a slave is still busy with a broadcast is lost (HA026230, 3.21).
    """

    def __init__(self, clock: Clock, units: Mapping[int, Unit]) -> None:
        super().__init__(clock)
        self.units: dict[int, Unit] = {}
        for address, unit in units.items():
            self.add(address, unit)
        self._deaf_until = -float("inf")

    def add(self, address: int, unit: Unit) -> None:
        """Hang a further slave on the line. Raises ValueError for an address that is none, or taken."""
        if not 1 <= address <= 254:
            raise ValueError(f"unit {address}: an address is 1 to 254")
        if address in self.units:
            raise ValueError(f"unit {address}: another slave on this line has that address")
        self.units[address] = unit

    def execute(self, message: str) -> str | None:
        """See MessageDevice: a frame as latin-1."""
        frame = message.encode("latin-1")
        if not is_whole(frame):
            return None
        self.begin()
        address, function, data = frame[0], frame[1], frame[2:-2]
        if address == BROADCAST:
            self._broadcast(function, data)
            return None
        unit = self.units.get(address)
        if unit is None or not unit.is_listening() or self.time < self._deaf_until:
            return None
        reply = unit.answer(function, data)
        self.spend(unit.latency_s(function))
        self.finish()
        if reply is None:
            return None
        body = bytes([address]) + reply
        return (body + checksum(body)).decode("latin-1")

    def _broadcast(self, function: int, data: bytes) -> None:
        if function not in WRITES or self.time < self._deaf_until:
            return
        for unit in self.units.values():
            if unit.is_listening():
                unit.answer(function, data)
                self._deaf_until = max(self._deaf_until, self.time + unit.latency_s(function))
