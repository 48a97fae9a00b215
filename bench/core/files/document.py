"""One TOML file as read: its data, and the place of every key for messages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.errors import ConfigError, Problem
from bench.core.files.lines import Keys, key_lines

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A parsed TOML file. `lines` gives the line of each key path that stands on a line of its own."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[Keys, int] = field(default_factory=dict, repr=False)

    @property
    def folder(self) -> Path:
        """Where the file lies; relative paths in it start here."""
        return self.path.parent

    def line(self, keys: Keys) -> int | None:
        """The line of the key, or of the nearest table around it that has one."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.lines:
                return self.lines[keys[:length]]
        return None

    def place(self, keys: Keys = ()) -> str:
        """For messages: "station.toml: instruments.meter.limits (line 12)"."""
        if not keys:
            return self.path.name
        line = self.line(keys)
        return f"{self.path.name}: {dotted(keys)}" + (f" (line {line})" if line else "")

    def problem(self, keys: Keys, what: str, remedy: str = "") -> Problem:
        """A mistake at this key."""
        return Problem(self.place(keys), what, remedy)

    def in_order(self, problems: Iterable[Problem]) -> list[Problem]:
        """Each problem once, by file (this one first) and line; those without a line lead their file."""
        known = list(dict.fromkeys(problems))
        files = list(dict.fromkeys([self.path.name, *(_file_of(problem) for problem in known)]))
        return sorted(known, key=lambda problem: (files.index(_file_of(problem)), _line_of(problem)))

    def get(self, keys: Keys) -> Any:
        """The value at the key path, or None where the path leads nowhere (TOML has no null)."""
        value: Any = self.data
        for key in keys:
            in_table = isinstance(value, Mapping) and key in value
            in_list = isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value)
            if not in_table and not in_list:
                return None
            value = value[key]
        return value

    def has(self, keys: Keys) -> bool:
        """Whether the key path leads to a value."""
        return self.get(keys) is not None

    def table(self, *keys: str | int) -> Mapping[str, Any]:
        """The table at the key path; an empty one where there is none (somebody else complains)."""
        value = self.get(keys)
        return value if isinstance(value, Mapping) else {}


_LINE = re.compile(r" \(line (\d+)\)$")


def _line_of(problem: Problem) -> int:
    found = _LINE.search(problem.place)
    return int(found[1]) if found else 0


def _file_of(problem: Problem) -> str:
    return problem.place.partition(": ")[0].partition(" (line ")[0]


def dotted(keys: Keys) -> str:
    """The key path as one would write it in TOML, elements of arrays counted from 0: `pellets[2].height`."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += ("." if text else "") + (key if _BARE_KEY.fullmatch(key) else f'"{key}"')
    return text


def read_toml(path: Path | str) -> TomlDocument:
    """Read a TOML file; raises ConfigError if it cannot be read or is not TOML."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Windows editors like to begin with a byte order mark
    except UnicodeDecodeError as error:
        raise ConfigError(
            [Problem(path.name, f"not UTF-8 text ({error.reason})", "save the file as UTF-8")]
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigError([_unreadable(path, error)]) from error
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
        return TomlDocument(path, data, key_lines(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_problem(path, text, str(error))]) from error
    except ValueError as error:  # an integer of thousands of digits
        raise ConfigError([Problem(path.name, f"not valid TOML: {error}")]) from error
    except RecursionError as error:
        raise ConfigError(
            [Problem(path.name, "nested too deeply", "a file of the bench needs a few levels only")]
        ) from error


def _unreadable(path: Path, error: Exception) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(str(path), "there is no such file", "check the path; it is taken from where you are")
    if isinstance(error, IsADirectoryError) or (isinstance(error, PermissionError) and path.is_dir()):
        return Problem(str(path), "is a folder", "name the file in it")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(str(path), f"cannot be read: {reason}", "check the name and permissions of the file")


_AT = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)
_NAKED_QUANTITY = re.compile(r"=\s*[-+]?[\d.]+(?:[eE][-+]?\d+)?\s*[A-Za-zµμΩ°%]")
_NAKED_WORD = re.compile(r"=\s*[A-Za-z]")


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    found = _AT.match(message)
    what = found["what"] if found else message
    lines = text.rstrip().split("\n")
    number = int(found["line"]) if found and found["line"] else len(lines)
    source = lines[min(number, len(lines)) - 1].strip()
    return Problem(
        f"{path.name} (line {number})",
        f"not valid TOML: {what[:1].lower()}{what[1:]}, in: {source[:100]}",
        _hint(source, what),
    )


_HINTS = (
    (("escape",), "write a path in single quotes: 'C:\\data'"),
    (("unclosed", "unterminated"), "a bracket, a brace or a quote is not closed"),
    (("overwrite", "twice", "duplicate", "mutable"), "the key or table stands in the file twice: keep one"),
)


def _hint(source: str, what: str) -> str:
    """What people do most often when tomllib complains like this."""
    for words, hint in _HINTS:
        if any(word in what.casefold() for word in words):
            return hint
    if _NAKED_QUANTITY.search(source):
        return 'a quantity goes in quotes: "1 mA"'
    if _NAKED_WORD.search(source):
        return 'text goes in quotes: "text"; true and false are lower case'
    if "=" not in source and not source.startswith("["):
        return "each line is KEY = VALUE or [TABLE]"
    return "see https://toml.io for the syntax"
