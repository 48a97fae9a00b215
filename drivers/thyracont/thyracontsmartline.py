"""Thyracont vacuum gauges that speak the first protocol (VD, VSP, VSH and others; Smartline until 2017).

VSH82 manual, 4.2.2: address of three digits, a code letter, data, a checksum character, CR; numbers are a
mantissa of four digits in thousandths and an exponent of two with an offset of 20, in mbar. The codes after
pymeasure 0.16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from bench.core.errors import ConfigError, Problem
from bench.core.readings import Reading
from bench.core.roles import Identity, PressureGauge
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.replies import ReplyShapeError
from drivers.shared_line import SharedLine
from drivers.typed_pymeasure import Adapter

T = TypeVar("T")

PA_PER_MBAR = 100.0
_EXPONENT_OFFSET = 20
_HIGHEST_ADDRESS = 999


class ThyracontSmartline(Driver):
    """One gauge. Plays the role PressureGauge; nothing is ever set.

    Option: `address` (1). A hot or cold cathode is left as it is.
    """

    connection: ClassVar = ConnectionDefaults(read_termination="\r", write_termination="\r", timeout_s=1.0)
    identity_pattern: ClassVar = r"THYRACONT,V\w+,"
    option_names: ClassVar = CONNECTION_OPTIONS | {"address"}
    address_option: ClassVar = "address"
    shared_line: ClassVar = SharedLine("Thyracont V1", lambda line: 5e-3)

    def __init__(self, adapter: Adapter, **settings: Any) -> None:
        super().__init__(adapter, **settings)
        found = [
            Problem(f"instruments.{self.name}.options.{option}", what, remedy)
            for option, what, remedy in self.option_problems(self._options)
        ]
        if found:
            raise ConfigError(found)
        self._address: int = self._options.get("address", 1)

    @classmethod
    def option_problems(cls, options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the options: which, what, and what to write instead."""
        address = options.get("address", 1)
        if isinstance(address, bool) or not isinstance(address, int) or not 1 <= address <= _HIGHEST_ADDRESS:
            yield "address", f"{address!r} cannot be used", f"a whole number from 1 to {_HIGHEST_ADDRESS}"

    def identity(self) -> Identity:
        """Code T: the type, such as VSP63D; there is no serial number to read."""
        model = self._ask("T", lambda data: data)
        return Identity("Thyracont", model, "", "", f"THYRACONT,{model},,")

    def pressure(self) -> Reading:
        """Code M, in pascal; None and `overload` where the gauge has no number to tell."""
        raw, mbar = self._ask("M", lambda data: (data, _number(data)))
        value = mbar * PA_PER_MBAR if mbar > 0 else None
        return Reading(value, "Pa", self._link.clock.now(), overload=value is None, raw=raw)

    def _ask(self, code: str, parse: Callable[[str], T]) -> T:
        head = f"{self._address:03d}{code}"
        return self._link.ask(head + checksum(head), lambda reply: parse(_opened(reply, head)))


def checksum(text: str) -> str:
    """The sum of the characters, modulo 64, plus 64."""
    return chr(sum(map(ord, text)) % 64 + 64)


def _opened(reply: str, head: str) -> str:
    """The data of a reply to this request. Raises ReplyShapeError for anything else."""
    body, check = reply[:-1], reply[-1:]
    if len(body) <= len(head) or check != checksum(body):
        raise ReplyShapeError(f"{reply!r} does not end in its checksum")
    if not body.startswith(head):
        raise ReplyShapeError(f"{reply!r} is not what {head!r} asked for")
    return body[len(head) :].strip()


def _number(data: str) -> float:
    if len(data) != 6 or not data.isdigit():
        raise ReplyShapeError(f"{data!r} is not a mantissa of four digits and an exponent of two")
    return float(f"{data[:4]}e{int(data[4:]) - _EXPONENT_OFFSET - 3}")


if TYPE_CHECKING:

    def _plays_its_role(gauge: ThyracontSmartline) -> PressureGauge:
        return gauge
