"""A setting that is only stored: one line declares its command, its query, its limits and its reset value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from simulators.wire.scpi.errors import ScpiError
from simulators.wire.scpi.grammar import parse_header
from simulators.wire.scpi.parameters import Parameter
from simulators.wire.scpi.tree import Declaration, Handler

T = TypeVar("T")


class Setting(Generic[T]):
    """A value that clients set and query: `nplc = Setting(":SENSe:NPLCycles", Number(0.01, 10), 1.0)`.

    On an object it reads and assigns as a plain value (assigning in Python checks nothing and runs no hook).
    `changed` names a method of the owner called with the old value after a client's command; if that raises
    ScpiError the old value is back. `readable=False` declares no query. Several patterns share one value.
    """

    def __init__(
        self,
        pattern: str | tuple[str, ...],
        parameter: Parameter[T],
        default: T,
        *,
        changed: str | None = None,
        readable: bool = True,
    ) -> None:
        self.default = default
        self._parameter = parameter
        patterns = (pattern,) if isinstance(pattern, str) else pattern
        self._set = [Declaration(parse_header(one), (parameter,), ()) for one in patterns]
        self._get = [Declaration(parse_header(one + "?"), (), ()) for one in patterns if readable]
        self._changed = changed
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Setting[T]: ...

    @overload
    def __get__(self, owner: object, kind: type) -> T: ...

    def __get__(self, owner: object | None, kind: type) -> Setting[T] | T:
        if owner is None:
            return self
        value: T = owner.__dict__.get(self._name, self.default)
        return value

    def __set__(self, owner: object, value: T) -> None:
        owner.__dict__[self._name] = value

    def scpi_handlers(self, owner: object) -> list[Handler]:
        """The command and the query, bound to one owner."""
        name = self._name
        format_value = self._parameter.format
        changed: Callable[[Any], object] | None = getattr(owner, self._changed) if self._changed else None

        def assign(value: T) -> None:
            old = self.__get__(owner, type(owner))
            owner.__dict__[name] = value
            if changed is not None:
                try:
                    changed(old)
                except ScpiError:
                    owner.__dict__[name] = old
                    raise

        def answer() -> str:
            return format_value(self.__get__(owner, type(owner)))

        setters = [Handler(owner, assign, declaration) for declaration in self._set]
        return setters + [Handler(owner, answer, declaration) for declaration in self._get]


def restore_settings(owner: object) -> None:
    """Put every Setting of an object back to its default (no `changed` hook runs)."""
    for kind in type(owner).__mro__:
        for name, attribute in vars(kind).items():
            if isinstance(attribute, Setting):
                owner.__dict__.pop(name, None)
