"""The register map as a client meets it: two areas, holes, read-only places, and what happens to a block."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulators.instruments.eurotherm.eurotherm2400.controller import Controller
from simulators.instruments.eurotherm.eurotherm2400.memory import Memory
from simulators.instruments.eurotherm.eurotherm2400.parameters import refused
from simulators.instruments.eurotherm.eurotherm2400.programme_store import BASE, PER_PROGRAM
from simulators.instruments.eurotherm.eurotherm2400.values import (
    PADDING,
    Parameter,
    Scaling,
    from_pair,
    from_word,
    to_pair,
    to_word,
)
from simulators.wire.modbus_rtu.unit import ILLEGAL_ADDRESS, ILLEGAL_VALUE, ExceptionReply

IEEE = 0x8000
"""From here on each parameter has two words (6.1)."""
LAST = 0x3FFF
"""Beyond this and below IEEE there is nothing to address (user interface permissions are not simulated)."""
_COILS = {2: 4, 5: 0, 10: 5}
"""Coil by bit of the status byte: auto/manual, alarm 1, sensor break (5.6)."""


class EurothermRegisters:
    """See Registers. `sync` is called first in every request: it brings the controller to the present."""

    def __init__(
        self,
        controller: Controller,
        parameters: dict[int, Parameter],
        memory: Memory,
        sync: Callable[[], None],
    ) -> None:
        self._controller = controller
        self._parameters = parameters
        self._memory = memory
        self._sync = sync
        self._fixed: dict[tuple[int, int], tuple[Parameter | None, ...]] = {}

    # -- reading --------------------------------------------------------------------------------------------

    def read(self, address: int, count: int) -> Sequence[int]:
        """Words; what is not configured has some value or other."""
        self._sync()
        if address >= IEEE:
            return self._read_pairs(address, count)
        self._check(address, count)
        scaling = self._scaling
        words = []
        for number in range(address, address + count):
            found = self._find(number)
            words.append(_nonsense(number) if found is None else to_word(found, scaling))
        return words

    def _read_pairs(self, address: int, count: int) -> Sequence[int]:
        self._check_pairs(address, count)
        first, after = (address - IEEE) // 2, (address - IEEE + count + 1) // 2
        words: list[int] = []
        for number, found in enumerate(self._found(first, after), first):
            words += (_nonsense(number), _nonsense(number)) if found is None else to_pair(found)
        return words[:count]

    def _found(self, first: int, after: int) -> tuple[Parameter | None, ...]:
        """What stands at each number; remembered where no programme can put something else there."""
        known = self._fixed.get((first, after))
        if known is None:
            known = tuple(self._find(number) for number in range(first, after))
            if after <= BASE:
                self._fixed[first, after] = known
        return known

    def read_bits(self, address: int, count: int) -> Sequence[bool]:
        """Coils."""
        self._sync()
        status = self._controller.fast_status
        return [
            bool(number in _COILS and status >> _COILS[number] & 1)
            for number in range(address, address + count)
        ]

    def fast_status(self) -> int:
        """Function 7."""
        self._sync()
        return self._controller.fast_status

    # -- writing --------------------------------------------------------------------------------------------

    def write(self, address: int, words: Sequence[int]) -> None:
        """A block. What is meant for nobody is dropped and acknowledged; a read-only place ends the block."""
        self._sync()
        if address >= IEEE:
            self._write_pairs(address, words)
            return
        self._check(address, len(words))
        for number, word in enumerate(words, address):
            found = self._writable(number)
            if found is not None:
                self._accept(number, found, from_word(found, word, self._scaling))

    def _write_pairs(self, address: int, words: Sequence[int]) -> None:
        self._check_pairs(address, len(words))
        for place in range(0, len(words), 2):
            number = (address - IEEE + place) // 2
            found = self._writable(number)
            if found is None:
                continue
            if place + 1 == len(words) and found.kind != "word":
                raise ExceptionReply(ILLEGAL_VALUE)  # half a number
            second = words[place + 1] if place + 1 < len(words) else PADDING
            self._accept(number, found, from_pair(found, words[place], second))

    def _writable(self, number: int) -> Parameter | None:
        """What may be written there; None where a value is dropped. Raises ExceptionReply."""
        found = self._find(number)
        if found is None or not self._is_refused(number, found):
            return found
        if self._controller.settings.ignore_unwritable:
            return None
        raise ExceptionReply(ILLEGAL_VALUE)

    def write_one(self, address: int, word: int) -> None:
        """Function 6: not in the IEEE area, and not where nothing is configured or writable."""
        self._sync()
        found = None if address >= IEEE else self._find(address)
        if found is None or self._is_refused(address, found):
            raise ExceptionReply(ILLEGAL_ADDRESS)
        self._accept(address, found, from_word(found, word, self._scaling))

    def write_bit(self, address: int, on: bool) -> None:
        """Only auto/manual can be written."""
        self._sync()
        if address != 2:
            raise ExceptionReply(ILLEGAL_ADDRESS)
        self._accept(273, self._parameters[273], float(on))

    def _accept(self, number: int, found: Parameter, value: float) -> None:
        found.accept(value)
        if found.retained and not self._is_working_copy(number):
            self._memory.note()

    def _is_refused(self, number: int, found: Parameter) -> bool:
        if self._is_working_copy(number) and self._controller.programmer.state != "hold":
            return True
        return refused(found, self._controller.mode)

    def _is_working_copy(self, number: int) -> bool:
        return BASE <= number < BASE + PER_PROGRAM

    # -- places ---------------------------------------------------------------------------------------------

    def _find(self, number: int) -> Parameter | None:
        if number < BASE:
            return self._parameters.get(number)
        return self._controller.store.find(number) or self._parameters.get(number)

    def _check(self, address: int, count: int) -> None:
        if address + count > LAST + 1:
            raise ExceptionReply(ILLEGAL_ADDRESS)

    def _check_pairs(self, address: int, count: int) -> None:
        if address % 2 or address + count > 0x10000:
            raise ExceptionReply(ILLEGAL_ADDRESS)

    @property
    def _scaling(self) -> Scaling:
        settings = self._controller.settings
        return Scaling(settings.decimals, settings.resolution == 0)


def _nonsense(number: int) -> int:
    """An undefined value that nobody should use (HA026230, 3.14 says only that it is undefined)."""
    return (number * 40503 + 12345) & 0xFFFF
