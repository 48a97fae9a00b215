"""On which line of a TOML text each key stands; tomllib itself does not tell."""

from __future__ import annotations

import re
import tomllib

Keys = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")


def key_lines(text: str) -> dict[Keys, int]:
    """Line (from 1) by key path for a text that tomllib accepts; array elements count from 0.

    Keys inside inline tables and inline arrays are left out: the key they belong to stands on the same line
    or just above, so callers go up until they find an entry.
    """
    lines: dict[Keys, int] = {}
    lengths: dict[Keys, int] = {}  # of each array of tables so far
    table: Keys = ()
    at = _skip(_BLANK, text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        if text[at] == "[":
            double = text.startswith("[[", at)
            parts, end = _dotted(text, at + (2 if double else 1))
            table = _below((), parts, lengths, double)
            _note(lines, table, line)
            at = end + (2 if double else 1)
        else:
            parts, end = _dotted(text, at)
            _note(lines, (*table, *parts), line)
            at = _value_end(text, end + 1)
        at = _skip(_BLANK, text, at)
    return lines


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _note(lines: dict[Keys, int], keys: Keys, line: int) -> None:
    for length in range(1, len(keys) + 1):
        lines.setdefault(keys[:length], line)


def _below(table: Keys, parts: list[str], lengths: dict[Keys, int], starts_element: bool) -> Keys:
    """The header's key path with the index of the present element after each array of tables."""
    path = table
    for number, part in enumerate(parts, start=1):
        path = (*path, part)
        if starts_element and number == len(parts):
            lengths[path] = lengths.get(path, 0) + 1
        if path in lengths:
            path = (*path, lengths[path] - 1)
    return path


def _dotted(text: str, at: int) -> tuple[list[str], int]:
    """The parts of a dotted key that starts at `at`, and where it ends."""
    parts: list[str] = []
    while True:
        at = _skip(_SPACE, text, at)
        match = _BARE.match(text, at)
        if match:
            parts.append(match[0])
        else:
            match = _QUOTED.match(text, at)
            if match is None:
                raise ValueError(f"no key at offset {at}")
            parts.append(str(tomllib.loads(f"key = {match[0]}")["key"]))
        at = _skip(_SPACE, text, match.end())
        if not text.startswith(".", at):
            return parts, at
        at += 1


def _value_end(text: str, at: int) -> int:
    """Where the value that starts at `at` ends: the line end outside every bracket and string."""
    depth = 0
    while at < len(text):
        character = text[at]
        if character in "\"'":
            at = _string_end(text, at)
            continue
        if character == "#":
            at = _skip(_BLANK, text, at) - 1 if depth else _line_end(text, at) - 1
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "\n" and depth == 0:
            return at
        at += 1
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _string_end(text: str, at: int) -> int:
    quote = text[at]
    delimiter = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(delimiter)
    while not text.startswith(delimiter, at):
        at += 2 if quote == '"' and text[at] == "\\" else 1
    at += len(delimiter)
    if len(delimiter) == 3:  # a multi-line string may end in up to two quotes of its own
        while text.startswith(quote, at):
            at += 1
    return at
