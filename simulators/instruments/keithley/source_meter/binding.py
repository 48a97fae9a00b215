"""Ties headers to plain settings: rows instead of pairs of methods, and headers that depend on their owner.

A group of commands that exists once per function (voltage, current) writes its headers without their common
beginning; the owner's `header` is put in front when the group is mounted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from simulators.wire.scpi.errors import ScpiError
from simulators.wire.scpi.grammar import parse_header
from simulators.wire.scpi.numbers import Number
from simulators.wire.scpi.parameters import Parameter
from simulators.wire.scpi.tree import Declaration, Handler

T = TypeVar("T")


class Owner(Protocol):
    """A group of commands over one object of settings."""

    header: str

    @property
    def state(self) -> Any:
        """The settings object as it is now (*RST replaces it)."""
        ...

    def changed(self) -> None:
        """A client has set something; raises ScpiError to refuse."""
        ...


class Stored(Generic[T]):
    """A setting that clients set and query: an attribute of the owner's state, by default its namesake."""

    def __init__(self, tail: str, parameter: Parameter[T], attribute: str = "") -> None:
        self._tail = tail
        self._parameter = parameter
        self._attribute = attribute

    def __set_name__(self, owner: type, name: str) -> None:
        self._attribute = self._attribute or name

    def scpi_handlers(self, owner: Owner) -> list[Handler]:
        """The command and the query, bound to one owner."""
        name = self._attribute

        def assign(value: T) -> None:
            state = owner.state
            old = getattr(state, name)
            setattr(state, name, value)
            try:
                owner.changed()
            except ScpiError:
                setattr(state, name, old)
                raise

        def answer() -> str:
            return self._parameter.format(getattr(owner.state, name))

        return [
            Handler(
                owner, assign, Declaration(parse_header(owner.header + self._tail), (self._parameter,), ())
            ),
            Handler(owner, answer, Declaration(parse_header(f"{owner.header}{self._tail}?"), (), ())),
        ]


class under:  # noqa: N801 - a decorator
    """Declare that a method executes a header below its owner's: `@under(":RANGe?")`."""

    def __init__(self, tail: str, *parameters: Parameter[Any], suffixes: tuple[range, ...] = ()) -> None:
        self._tail = tail
        self._parameters = parameters
        self._suffixes = suffixes
        self._function: Callable[..., Any] = _nothing

    def __call__(self, function: Callable[..., Any]) -> under:
        """Take the method."""
        self._function = function
        return self

    def __get__(self, owner: object, kind: type) -> Callable[..., Any]:
        return self._function.__get__(owner, kind)  # type: ignore[no-any-return]

    def scpi_handlers(self, owner: Owner) -> list[Handler]:
        """The command, bound to one owner."""
        function = self._function.__get__(owner, type(owner))
        declaration = Declaration(parse_header(owner.header + self._tail), self._parameters, self._suffixes)
        return [Handler(owner, function, declaration)]


def _nothing() -> None:
    raise AssertionError("under() decorates a method")


class RangeNumber(Number):
    """An expected value that selects a range; for UP and DOWN the owner's `neighbour(step)` is asked."""

    def __init__(self, minimum: str, maximum: str, default: str) -> None:
        super().__init__(minimum, maximum, default)
        self.depends_on_state = True

    def parse(self, text: str) -> float | str:
        """See Parameter."""
        word = text.upper()
        return word if word in ("UP", "DOWN") else super().parse(text)

    def resolve(self, token: Any, owner: object) -> float:
        """See Parameter."""
        if token in ("UP", "DOWN"):
            neighbour: Callable[[int], float] = getattr(owner, "neighbour")  # noqa: B009 - not in the type
            return neighbour(1 if token == "UP" else -1)
        return super().resolve(token, owner)
