"""Reading a program message: units between `;`, each a header and its parameters (IEEE 488.2 chapter 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulators.wire.scpi.errors import ScpiError

WHITESPACE = "".join(map(chr, range(33)))
"""IEEE 488.2 section 7.4.1.2: every character up to the blank; LF is among them only inside a message."""

LONGEST_MNEMONIC = 12
"""IEEE 488.2 section 7.6.1.4.1."""

_UNIT = re.compile(r"([^\x00-\x20]+)[\x00-\x20]*(.*)", re.DOTALL)
_HEADER = re.compile(r"(:?\*[A-Za-z]+|:?[A-Za-z][A-Za-z0-9_]*(?::[A-Za-z][A-Za-z0-9_]*)*)(\??)")
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class Unit:
    """One program message unit. `nodes` are in upper case, without `?`; `absolute` is a leading colon."""

    nodes: tuple[str, ...]
    is_common: bool
    is_query: bool
    absolute: bool
    parameters: tuple[str, ...]


def split_outside_quotes(text: str, separator: str) -> list[str]:
    """Split at a separator that is neither in a quoted string nor in parentheses.

    Raises ScpiError -151 for a string without its closing quote, -102 for an unbalanced parenthesis.
    """
    if '"' not in text and "'" not in text and "(" not in text and ")" not in text:
        return text.split(separator)
    parts = []
    start = depth = 0
    quote = ""
    for index, character in enumerate(text):
        if quote:
            if character == quote:
                quote = ""
        elif character in _QUOTES:
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                raise ScpiError(-102)
        elif character == separator and not depth:
            parts.append(text[start:index])
            start = index + 1
    if quote:
        raise ScpiError(-151)
    if depth:
        raise ScpiError(-102)
    parts.append(text[start:])
    return parts


def read_units(message: str) -> Iterator[Unit]:
    """The units of a message in order; raises ScpiError at the first that cannot be read.

    Empty units (`a;;b`, a trailing `;`) are passed over: Keithley's own drivers send them.
    """
    if not message.isascii() or "\x7f" in message:
        raise ScpiError(-101)
    for part in split_outside_quotes(message, ";"):
        text = part.strip(WHITESPACE)
        if text:
            yield _read_unit(text)


def _read_unit(text: str) -> Unit:
    found = _UNIT.fullmatch(text)
    assert found is not None  # there is no blank at either end
    header, rest = found.groups()
    match = _HEADER.fullmatch(header)
    if match is None:
        raise ScpiError(_what_is_wrong(header))
    name, query = match.groups()
    # IEEE 488.2 has no colon before `*`; a Keithley takes it: `:*RST` is common in programs for the 2400.
    nodes = tuple(name.lstrip(":").upper().split(":"))
    is_common = nodes[0][0] == "*"
    absolute = name[0] == ":" and not is_common
    if any(len(node) > LONGEST_MNEMONIC for node in nodes):
        raise ScpiError(-112)
    parameters: tuple[str, ...] = ()
    if rest:
        parameters = tuple(one.strip(WHITESPACE) for one in split_outside_quotes(rest, ","))
        if "" in parameters:
            raise ScpiError(-109)
    return Unit(nodes, is_common, bool(query), absolute, parameters)


def _what_is_wrong(header: str) -> int:
    legal = re.match(r"[A-Za-z0-9_:*]*\??", header)
    rest = header[legal.end() :] if legal else header
    if not rest:
        return -102  # legal characters in an impossible order: `A::B`, `A:`, `1A`, `**RST`
    if rest[0] in "\"',(#?" or header[: -len(rest)].endswith("?"):
        return -111  # no blank between header and data
    return -101
