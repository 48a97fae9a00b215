"""What a command accepts after its header: booleans, words, strings, lists (numbers: numbers.py)."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from itertools import product
from typing import Any, Generic, TypeVar

from simulators.wire.scpi.errors import ScpiError
from simulators.wire.scpi.grammar import parse_header

T = TypeVar("T")

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Parameter(ABC, Generic[T]):
    """One parameter. Reading has two steps, so that what does not depend on state is done once per message.

    `optional`: may be left out, then the method's own default applies. `takes_rest`: consumes all that
    follow.
    """

    optional = False
    takes_rest = False
    depends_on_state = False

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Read the text; raises ScpiError (-104 for another type of data, -141 for an unknown word)."""

    def resolve(self, token: Any, owner: object) -> T:
        """The value from what `parse` gave, with limits as they are now on `owner`; may raise ScpiError."""
        value: T = token
        return value

    @abstractmethod
    def format(self, value: T) -> str:
        """The value as a query replies it."""


class Boolean(Parameter[bool]):
    """ON, OFF or a number, where whatever rounds to zero is off. Replies 1 or 0."""

    def __init__(self, *, optional: bool = False) -> None:
        self.optional = optional

    def parse(self, text: str) -> bool:
        """See Parameter."""
        word = text.upper()
        if word in ("ON", "OFF"):
            return word == "ON"
        if _DECIMAL.fullmatch(text) is None:
            raise ScpiError(-141 if is_word(word) else -104)
        return not -0.5 <= float(text) <= 0.5

    def format(self, value: bool) -> str:
        """See Parameter."""
        return "1" if value else "0"


class Choice(Parameter[str]):
    """One of a few words, each in the header notation (`HIMPedance`, `VOLTage[:DC]`).

    The value, and the reply, is the short form with all optional nodes: `HIMP`, `VOLT:DC`.
    """

    def __init__(self, *patterns: str, optional: bool = False) -> None:
        self.optional = optional
        self._spellings = spellings(patterns)

    def parse(self, text: str) -> str:
        """See Parameter."""
        found = self._spellings.get(text.upper())
        if found is not None:
            return found
        raise ScpiError(-141 if is_word(text) else -104)

    def format(self, value: str) -> str:
        """See Parameter."""
        return value


class Text(Parameter[str]):
    """A quoted string; a doubled quote inside stands for one."""

    def __init__(self, longest: int = 255, *, optional: bool = False) -> None:
        self.optional = optional
        self._longest = longest

    def parse(self, text: str) -> str:
        """See Parameter. Raises -223 beyond the longest."""
        value = unquote(text)
        if value is None:
            raise ScpiError(-104)
        if len(value) > self._longest:
            raise ScpiError(-223)
        return value

    def format(self, value: str) -> str:
        """See Parameter."""
        return quote(value)


class NameList(Parameter[tuple[str, ...]]):
    """Words separated by commas, `VOLT,CURR`, or quoted, `"VOLT","CURR:DC"`. Value: their short forms."""

    takes_rest = True

    def __init__(self, *patterns: str, quoted: bool = False, optional: bool = False) -> None:
        self.optional = optional
        self._quoted = quoted
        self._spellings = spellings(patterns)

    def parse(self, text: str) -> str:
        """See Parameter: one of the names."""
        word: str | None = text
        if self._quoted:
            word = unquote(text)
        if word is None:
            raise ScpiError(-104)
        found = self._spellings.get(word.strip().upper())
        if found is not None:
            return found
        raise ScpiError(-141 if self._quoted or is_word(word) else -104)

    def resolve(self, token: Any, owner: object) -> tuple[str, ...]:
        """See Parameter."""
        return tuple(token)

    def format(self, value: tuple[str, ...]) -> str:
        """See Parameter."""
        return ",".join(quote(one) if self._quoted else one for one in value)


class Repeated(Parameter[tuple[T, ...]]):
    """One to `most` values of the same kind, such as the points of a list sweep. More: -223."""

    takes_rest = True

    def __init__(self, one: Parameter[T], most: int) -> None:
        self._one = one
        self._most = most
        self.depends_on_state = True

    def parse(self, text: str) -> Any:
        """See Parameter: one of the values."""
        return self._one.parse(text)

    def resolve(self, token: Any, owner: object) -> tuple[T, ...]:
        """See Parameter."""
        if len(token) > self._most:
            raise ScpiError(-223)
        return tuple(self._one.resolve(one, owner) for one in token)

    def format(self, value: tuple[T, ...]) -> str:
        """See Parameter."""
        return ",".join(map(self._one.format, value))


def spellings(patterns: tuple[str, ...]) -> dict[str, str]:
    """Every accepted spelling in upper case, with the short form it stands for."""
    found: dict[str, str] = {}
    for pattern in patterns:
        header = parse_header(pattern)
        for variant in header.variants:
            for words in product(*(node.spellings for node in variant)):
                spelled = ":".join(words)
                if spelled in found:
                    raise ValueError(f"{spelled!r} could be several of {patterns}")
                found[spelled] = header.canonical
    return found


def is_word(text: str) -> bool:
    """Whether it is character data (a mnemonic), in distinction to a number or a string."""
    return text[:1].isalpha() and text.replace("_", "").replace(":", "").isalnum()


def quote(text: str) -> str:
    """As a string in a response."""
    return '"' + text.replace('"', '""') + '"'


def unquote(text: str) -> str | None:
    """The content of a quoted string; None if it is not one."""
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
        return None
    mark = text[0]
    inner = text[1:-1]
    if inner.replace(mark + mark, "").count(mark):
        return None
    return inner.replace(mark + mark, mark)
