"""A line with several units on it, as one device behind one port; each hears its own address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bench.core.clock import Clock
from simulators.wire.device import TimedDevice

READ, WRITE = 0x52, 0x43
HIGHEST_ADDRESS = 80


@dataclass(frozen=True, slots=True)
class Reply:
    """What a unit answers to a read and to a write alike; signed numbers, `status` a byte."""

    process: int
    setpoint: int
    output_percent: int
    status: int
    value: int


class Unit(Protocol):
    """A unit as its bus sees it."""

    def is_listening(self) -> bool:
        """Whether it is switched on and has started."""
        ...

    def latency_s(self) -> float:
        """How long it takes to answer."""
        ...

    def read(self, code: int) -> Reply:
        """One parameter."""
        ...

    def write(self, code: int, value: int) -> Reply:
        """Set one parameter, as far as that goes; what it is then."""
        ...


def _word(number: int) -> bytes:
    return (number & 0xFFFF).to_bytes(2, "little")


class Bus(TimedDevice):
    """Requests in, replies out; a wrong checksum, another command, or nobody of that address is silence."""

    def __init__(self, clock: Clock, units: Mapping[int, Unit]) -> None:
        super().__init__(clock)
        self.units: dict[int, Unit] = {}
        for address, unit in units.items():
            self.add(address, unit)

    def add(self, address: int, unit: Unit) -> None:
        """Hang a further unit on the line. Raises ValueError for an address that is none, or taken."""
        if not 0 <= address <= HIGHEST_ADDRESS:
            raise ValueError(f"unit {address}: an address is 0 to {HIGHEST_ADDRESS}")
        if address in self.units:
            raise ValueError(f"unit {address}: another one on this line has that address")
        self.units[address] = unit

    def execute(self, message: str) -> str | None:
        """See MessageDevice: a request as latin-1."""
        request = message.encode("latin-1")
        self.begin()
        address = request[0] - 0x80
        command, code = request[2], request[3]
        value = int.from_bytes(request[4:6], "little", signed=True)
        wanted = code * 256 + command + address + (value if command == WRITE else 0)
        unit = self.units.get(address)
        if request[6:] != _word(wanted) or unit is None or not unit.is_listening():
            return None
        if command == READ:
            reply = unit.read(code)
        elif command == WRITE:
            reply = unit.write(code, value)
        else:
            return None
        self.spend(unit.latency_s())
        self.finish()
        words = (
            reply.process & 0xFFFF,
            reply.setpoint & 0xFFFF,
            reply.status << 8 | reply.output_percent & 0xFF,
            reply.value & 0xFFFF,
        )
        body = b"".join(_word(word) for word in words)
        return (body + _word(sum(words) + address)).decode("latin-1")
