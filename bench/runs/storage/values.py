r"""How one value is written in a cell of a CSV file, and read back: without loss, and never a NaN.

The text of a cell tells its kind: 1.0 a number (repr, so that it reads back as the same float), 1 an integer,
true a flag, "text" in quotes (a quote is doubled, RFC 4180 2.7), nothing at all a missing value. So that one
row is one line under all circumstances, a line feed, a carriage return and a NUL in a text are written as
\n, \r and \0, and a backslash as \\.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from typing import Any, Literal

Value = float | int | bool | str | None
Kind = Literal["number", "text", "flag", "integer"]


class NotThisKind(ValueError):  # noqa: N818 - never leaves this package: the caller adds row and column
    """A value cannot be written in, or a text is no value of, a column of this kind."""


def _scalar(value: Any) -> Any:
    """The Python value of a numpy scalar or 0-d array, without importing numpy; others as they are."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    return value.item() if kind in _SCALAR_KINDS and value.ndim == 0 else value


_SCALAR_KINDS = ("b", "i", "u", "f", "U")
"""Of numpy dtypes: boolean, integers, floats and text, but no dates, whose item() may be a bare integer."""


def number_text(value: Any) -> str:
    """The shortest text that reads back as the same float. Integers only if a float holds them exactly."""
    if isinstance(value, float):  # numpy's float64 is one
        if math.isfinite(value):
            return float.__repr__(value)
        raise NotThisKind(f"{value!r} is not a finite number")
    if value is None:
        return ""
    plain = _scalar(value)
    if isinstance(plain, bool | str | bytes | complex):
        raise NotThisKind(f"{value!r} is not a number")
    try:
        number = float(plain)
    except (TypeError, ValueError, OverflowError):
        raise NotThisKind(f"{value!r} is not a number") from None
    if not math.isfinite(number):
        raise NotThisKind(f"{value!r} is not a finite number")
    if not _same(number, plain):
        raise NotThisKind(f"{value!r} is not exactly a float: use an integer or text column")
    return repr(number)


def _same(number: float, original: Any) -> bool:
    try:
        return bool(number == original)
    except Exception:  # whatever a stranger's __eq__ raises, it is not known to be the same
        return False


def integer_text(value: Any) -> str:
    """Decimal digits of any length."""
    if value is None:
        return ""
    plain = _scalar(value)
    if isinstance(plain, bool):
        raise NotThisKind(f"{value!r} is not an integer")
    try:
        return str(operator.index(plain))
    except (TypeError, ValueError):
        raise NotThisKind(f"{value!r} is not an integer") from None


def flag_text(value: Any) -> str:
    """`true` or `false`."""
    plain = _scalar(value)
    if plain is True:
        return "true"
    if plain is False:
        return "false"
    if plain is None:
        return ""
    raise NotThisKind(f"{value!r} is not true or false")


_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\0": "\\0", '"': '""'})
_UNESCAPED = {"\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\0": "\0", '""': '"'}
_ESCAPE = re.compile(r'\\.?|""?', re.DOTALL)


def text_text(value: Any) -> str:
    """The text in quotes, on one line."""
    if value is None:
        return ""
    plain = _scalar(value)
    if not isinstance(plain, str):
        raise NotThisKind(f"{value!r} is not a text")
    try:
        plain.encode()
    except UnicodeEncodeError as error:
        raise NotThisKind(f"{value!r} cannot be written as UTF-8 ({error.reason})") from None
    return '"' + plain.translate(_ESCAPED) + '"'


ENCODERS: dict[Kind, Callable[[Any], str]] = {
    "number": number_text,
    "integer": integer_text,
    "flag": flag_text,
    "text": text_text,
}

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?", re.ASCII | re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)


def text_number(cell: str) -> float:
    """The float; NotThisKind for anything but a finite decimal number."""
    if _NUMBER.fullmatch(cell):
        number = float(cell)
        if math.isfinite(number):
            return number
    raise NotThisKind(f"{cell!r} is not a number")


def text_integer(cell: str) -> int:
    """The integer; NotThisKind for anything else."""
    if _INTEGER.fullmatch(cell):
        return int(cell)
    raise NotThisKind(f"{cell!r} is not an integer")


def text_flag(cell: str) -> bool:
    """True or False; NotThisKind for anything else."""
    if cell in ("true", "false"):
        return cell == "true"
    raise NotThisKind(f"{cell!r} is not true or false")


def text_of_text(cell: str) -> str:
    """What stood in the quotes; NotThisKind if there are none."""
    if len(cell) < 2 or cell[0] != '"' or cell[-1] != '"':
        raise NotThisKind(f"{cell!r} is not a text in quotes")
    inner = cell[1:-1]
    return _ESCAPE.sub(_unescape, inner) if '"' in inner or "\\" in inner else inner


def _unescape(match: re.Match[str]) -> str:
    try:
        return _UNESCAPED[match[0]]
    except KeyError:
        raise NotThisKind(f"{match[0]!r} stands for nothing in a text") from None


DECODERS: dict[Kind, Callable[[str], float | int | bool | str]] = {
    "number": text_number,
    "integer": text_integer,
    "flag": text_flag,
    "text": text_of_text,
}


def kind_of(cell: str) -> Kind:
    """The kind that the text of a cell shows; anything without quotes that is nothing else is a number."""
    if cell.startswith('"'):
        return "text"
    if cell in ("true", "false"):
        return "flag"
    return "integer" if _INTEGER.fullmatch(cell) else "number"
