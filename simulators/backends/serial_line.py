"""How a serial port of an instrument is set up, so that a session set up otherwise gets nothing across."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pyvisa.constants import Parity, StopBits
from pyvisa.constants import ResourceAttribute as Attribute

_STOP_BITS = {1.0: StopBits.one, 1.5: StopBits.one_and_a_half, 2.0: StopBits.two}


@dataclass(frozen=True, slots=True)
class SerialLine:
    """Baud rate, frame and parity as they are fixed, or set on the front panel, of the instrument."""

    baud_rate: int = 9600
    data_bits: Literal[5, 6, 7, 8] = 8
    parity: Literal["none", "odd", "even", "mark", "space"] = "none"
    stop_bits: float = 1.0

    def __post_init__(self) -> None:
        if self.stop_bits not in _STOP_BITS:
            raise ValueError(f"{self.stop_bits!r} stop bits: there are 1, 1.5 and 2")

    @property
    def seconds_per_byte(self) -> float:
        """Start bit, data, parity and stop bits at this baud rate; for Port(seconds_per_byte=...)."""
        bits = 1 + self.data_bits + (self.parity != "none") + self.stop_bits
        return bits / self.baud_rate

    def agrees_with(self, attributes: Mapping[Any, Any]) -> bool:
        """Whether a VISA session with these attributes understands this line."""
        return bool(
            attributes[Attribute.asrl_baud_rate] == self.baud_rate
            and attributes[Attribute.asrl_data_bits] == self.data_bits
            and attributes[Attribute.asrl_parity] == Parity[self.parity]
            and attributes[Attribute.asrl_stop_bits] == _STOP_BITS[self.stop_bits]
        )
