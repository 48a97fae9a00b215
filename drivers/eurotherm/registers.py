"""Parameters of a Eurotherm 2000-series controller: read, and written only where they differ.

HA026230 issue 3, chapter 6. Numbers and durations are taken from the IEEE area alone: in the low area they
are scaled by a display setting, and ten hours do not fit.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from bench.core.errors import CommandRejectedError, CommunicationError, GarbledReplyError, ReadBackError
from drivers import modbus_rtu
from drivers.link import QUIET_S, Link
from drivers.modbus_rtu import MEANINGS, Refusal, Request
from drivers.replies import ReplyShapeError

T = TypeVar("T")

Kind = Literal["number", "duration", "word"]
IEEE = 0x8000
LONGEST_S = 2**31 / 1000


@dataclass(frozen=True, slots=True)
class Register:
    """One parameter by its number in the handbook. Durations in seconds; `name` is for records and people."""

    name: str
    number: int
    kind: Kind = "number"


class Registers:
    """The registers of one unit over one link. Every method may raise CommunicationError and its kinds."""

    def __init__(self, link: Link, unit: int) -> None:
        self._link = link
        self._unit = unit

    # -- reading --------------------------------------------------------------------------------------------

    def words(self, address: int, count: int) -> tuple[int, ...]:
        """Function 3; retried. Raises CommandRejectedError if the unit refuses."""
        return self._ask(modbus_rtu.read_words(self._unit, address, count), f"reading register {address}")

    def get(self, register: Register) -> float:
        """One parameter."""
        if register.kind == "word":
            return self.words(register.number, 1)[0]
        return value_of(register.kind, self.words(IEEE + 2 * register.number, 2))

    def pairs(self, first: int, count: int) -> tuple[tuple[int, int], ...]:
        """Two words each of `count` parameters from number `first` on, as the IEEE area holds them."""
        words = self.words(IEEE + 2 * first, 2 * count)
        return tuple(zip(words[::2], words[1::2], strict=True))

    def fast_status(self) -> int:
        """Function 7: alarms 1 to 4, manual, sensor break, loop break, heater fail, from bit 0 up (5.5)."""
        return self._ask(modbus_rtu.fast_status(self._unit), "reading the status byte")

    # -- writing --------------------------------------------------------------------------------------------

    def put(self, register: Register, value: float) -> bool:
        """Make it hold `value`: nothing is written if it does already; else written once and read back.

        Returns whether anything was written (the memory stands some 100 000 changes). Raises
        CommandRejectedError, ReadBackError.
        """
        with self._link.lock:
            asked = as_held(register.kind, value)
            if self.get(register) == asked:
                return False
            refusal = self.send(register, asked)
            held = self.get(register)
        if held != asked:
            if refusal is not None:
                raise refusal
            raise ReadBackError(
                f"{register.name} was set to {asked!r} but reads back as {held!r}",
                instrument=self._link.name,
                state=f"{register.name} is {held!r}",
                remedy="look whether this unit has the parameter, whether its front panel locks it, and "
                "whether another program sets it",
            )
        return True

    def send(self, register: Register, value: float) -> CommandRejectedError | None:
        """Write once, whatever it holds; the caller reads back. Returns the unit's refusal, if it did refuse.

        A lost or damaged acknowledgement is no error here: only reading back can tell what happened.
        Raises CommunicationError if the request could not even be sent.
        """
        if register.kind == "word":
            address, words = register.number, [int(value)]
        else:
            address, words = IEEE + 2 * register.number, list(words_of(register.kind, value))
        request = modbus_rtu.write_words(self._unit, address, words)
        with self._link.lock:
            self._link.write(request.frame)
            try:
                request.parse(self._link.read())
            except Refusal as refusal:
                return self._refused(refusal, f"setting {register.name} to {value!r}")
            except (CommunicationError, ReplyShapeError):
                self._link.clear(pause_s=QUIET_S)
        return None

    def _ask(self, request: Request[T], what: str) -> T:
        try:
            return self._link.ask(request.frame, request.parse)
        except Refusal as refusal:
            raise self._refused(refusal, what) from refusal

    def _refused(self, refusal: Refusal, what: str) -> CommandRejectedError:
        return CommandRejectedError(
            f"{what} was refused: {refusal}",
            [(refusal.code, MEANINGS.get(refusal.code, ""))],
            instrument=self._link.name,
            state="the parameter is as it was before",
            remedy="look whether this unit has the parameter, and whether its range allows the value",
        )


def value_of(kind: Kind, pair: Sequence[int]) -> float:
    """The value of two words of the IEEE area (6.3 to 6.5). Raises GarbledReplyError for no number."""
    if kind == "word":
        return pair[0]
    packed = struct.pack(">HH", *pair)
    if kind == "duration":
        return float(struct.unpack(">i", packed)[0]) / 1000
    value = float(struct.unpack(">f", packed)[0])
    if not math.isfinite(value):
        raise GarbledReplyError(f"{value!r} came where a number was expected")
    return value


def words_of(kind: Kind, value: float) -> tuple[int, int]:
    """Two words of the IEEE area."""
    packed = struct.pack(">f", value) if kind == "number" else struct.pack(">i", round(value * 1000))
    first, second = struct.unpack(">HH", packed)
    return first, second


def as_held(kind: Kind, value: float) -> float:
    """What the controller can hold of a value: single precision, whole milliseconds, a whole number."""
    if kind == "word":
        return int(value)
    return value_of(kind, words_of(kind, value))
