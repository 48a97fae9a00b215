"""Anything that a run writes down, as what JSON can hold: checked, and refused with its place otherwise."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any


def plain(value: Any, place: str = "value") -> Any:
    """`value` made of dict, list, str, int, float, bool and None only.

    Takes numpy scalars and arrays, dataclasses, paths, dates and enumerations. Raises ValueError that names
    the place, such as "parameters.current[2]", for a number that is not finite (JSON has none) or anything
    else.
    """
    if value is None or isinstance(value, str | bool):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Enum):
        return plain(value.value, place)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{place} is {value!r}, which is no number that can be written down")
        return float(value)
    if isinstance(value, PurePath | date | datetime):
        return value.isoformat() if isinstance(value, date) else value.as_posix()
    return _plain_container(value, place)


def _plain_container(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"{place} has the key {key!r}, which is no text")
        return {str(key): plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, Set):
        return sorted((plain(item, place) for item in value), key=repr)
    if hasattr(value, "as_json"):
        return plain(value.as_json(), place)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name), f"{place}.{field.name}") for field in fields(value)
        }
    if hasattr(value, "dtype") and hasattr(value, "tolist"):  # numpy, without importing it
        return plain(value.tolist(), place)
    raise ValueError(f"{place} is {value!r}, a {type(value).__name__}, which cannot be written down")


def json_bytes(value: Any, *, indent: int | None = None) -> bytes:
    """Plain values as UTF-8 JSON, on one line unless `indent` is given."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    try:
        return text.encode()
    except UnicodeEncodeError:  # a lone surrogate, as in a file name that is no UTF-8
        return json.dumps(value, allow_nan=False, indent=indent, separators=separators).encode()
