"""The notation of command headers, as manuals print them: `[:SOURce[1]]:CURRent[:LEVel]`.

Capitals are the short form, the whole word the long form, brackets what may be left out, `#` a numeric
suffix that is handed to the command (1 if absent), `[1]` a suffix 1 that may be written and means nothing.
SCPI-99 volume 1, chapter 6.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

_NODE = re.compile(r"(\[)?:?(\*?[A-Z]+)([a-z]*)(\d*)(#|\[1\])?(\])?")


@dataclass(frozen=True, slots=True)
class Mnemonic:
    """One node of a header: its two spellings in upper case and what numbers may follow them."""

    short: str
    long: str
    optional: bool
    numbered: bool
    accepts_one: bool

    @property
    def spellings(self) -> tuple[str, ...]:
        """All ways to write it, numbers of `#` apart."""
        words = (self.short,) if self.short == self.long else (self.short, self.long)
        return words + tuple(f"{word}1" for word in words) if self.accepts_one else words


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header pattern."""

    nodes: tuple[Mnemonic, ...]
    is_query: bool

    @property
    def variants(self) -> tuple[tuple[Mnemonic, ...], ...]:
        """Every way to leave out optional nodes (never all of them)."""
        choices = [(False, True) if node.optional else (True,) for node in self.nodes]
        found = []
        for kept in product(*choices):
            path = tuple(node for node, keep in zip(self.nodes, kept, strict=True) if keep)
            if path:
                found.append(path)
        return tuple(found)

    @property
    def canonical(self) -> str:
        """Short forms of all nodes, optional ones included: `VOLTage[:DC]` is `VOLT:DC`."""
        return ":".join(node.short for node in self.nodes)


def parse_header(pattern: str) -> Header:
    """Read a header pattern. Raises ValueError where it is not in the notation."""
    body = pattern.removesuffix("?")
    nodes = []
    position = 0
    while position < len(body):
        match = _NODE.match(body, position)
        if match is None or bool(match[1]) != bool(match[6]):
            raise ValueError(f"header pattern {pattern!r}: cannot read {body[position:]!r}")
        opening, capitals, rest, digits, suffix, _ = match.groups()
        nodes.append(
            Mnemonic(
                short=capitals + digits,
                long=capitals + rest.upper() + digits,
                optional=bool(opening),
                numbered=suffix == "#",
                accepts_one=suffix == "[1]",
            )
        )
        position = match.end()
    if not nodes:
        raise ValueError("a header pattern is empty")
    return Header(tuple(nodes), pattern.endswith("?"))
