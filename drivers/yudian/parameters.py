"""Parameters of a Yudian AI controller: read, and written only where they differ.

Protocol description V9.3, chapters 2 and 4. Anything in the unit of the measured value is a whole number
whose decimal point is a parameter of its own (dPt), which a front panel can change: it is always asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bench.core.errors import CommunicationError, ReadBackError
from drivers import aibus
from drivers.aibus import Answer
from drivers.link import QUIET_S, Link
from drivers.replies import ReplyShapeError

Kind = Literal["word", "temperature", "tenth"]
"""word: a whole number. temperature: in the unit of the measured value. tenth: in tenths."""

DECIMAL_POINT = 0x0C
_HIDDEN_TENTH = 128
"""Added to dPt where what is sent has one decimal more than the display shows (table, 0CH, and note 2)."""
LARGEST = 32000
"""The largest number of any parameter (note 3)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter by its code; `name` is for records and people."""

    name: str
    code: int
    kind: Kind = "word"


class Parameters:
    """Those of one unit over one link. Every method may raise CommunicationError and its kinds.

    `before_writing` is called before every write, and raises if nothing may be written to this unit.
    """

    def __init__(
        self, link: Link, address: int, *, before_writing: Callable[[], None] = lambda: None
    ) -> None:
        self._link = link
        self._before_writing = before_writing
        self._address = address

    def ask(self, code: int) -> Answer:
        """One parameter and what its reply carries besides; retried."""
        return self._link.ask(aibus.read(self._address, code), aibus.answer(self._address))

    def point(self) -> tuple[int, Answer]:
        """The decimals of everything in the measured value's unit, with the reply that told them."""

        def parse(reply: str) -> tuple[int, Answer]:
            told = aibus.answer(self._address)(reply)
            decimals = told.value if told.value < _HIDDEN_TENTH else told.value - _HIDDEN_TENTH + 1
            if not 0 <= decimals <= 4:
                raise ReplyShapeError(f"dPt reads {told.value}, which is no decimal point")
            return decimals, told

        return self._link.ask(aibus.read(self._address, DECIMAL_POINT), parse)

    def get(self, parameter: Parameter, decimals: int | None = None) -> float | None:
        """One parameter, None if the unit does not have it; `decimals` as `point` told them, if it did."""
        with self._link.lock:
            if parameter.kind == "temperature" and decimals is None:
                decimals, _ = self.point()
            raw = self.ask(parameter.code).value
        return None if raw == aibus.NO_SUCH_PARAMETER else raw / _factor(parameter.kind, decimals)

    def put(self, parameter: Parameter, value: int) -> bool:
        """Make it hold the whole number `value`: nothing is written if it does; else once, and read back.

        Returns whether anything was written. Raises ReadBackError: a unit never refuses, it writes what it
        can and says what that is.
        """
        with self._link.lock:
            if self.ask(parameter.code).value == value:
                return False
            self.send(parameter, value)
            held = self.ask(parameter.code).value
        if held != value:
            what = (
                "does not exist in this unit" if held == aibus.NO_SUCH_PARAMETER else f"reads back as {held}"
            )
            raise ReadBackError(
                f"{parameter.name} was set to {value} but {what}",
                instrument=self._link.name,
                state=f"{parameter.name} is {held}",
                remedy="look at its range, at what Loc lets an interface write, and whether another "
                "program sets it",
            )
        return True

    def send(self, parameter: Parameter, value: int) -> None:
        """Write once, whatever it holds; the caller reads back, a lost reply leaves open what happened."""
        with self._link.lock:
            self._before_writing()
            self._link.write(aibus.write(self._address, parameter.code, value))
            try:
                aibus.answer(self._address)(self._link.read())
            except (CommunicationError, ReplyShapeError):
                self._link.clear(pause_s=QUIET_S)


def _factor(kind: Kind, decimals: int | None) -> float:
    if kind == "temperature":
        assert decimals is not None
        return 10.0**decimals
    return 10.0 if kind == "tenth" else 1.0
