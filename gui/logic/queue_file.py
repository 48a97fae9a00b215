"""A run as the text of a queue file that `bench run` and `bench submit` accept."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.service.models.queue import RunAsked


def queue_file_text(run: RunAsked, *, station: str, samples: str | None, folder: Path) -> str:
    """TOML. Paths are relative to the `folder` it will stand in where that is possible."""
    lines = ["# Written by the bench's window.", f"station = {_toml(_relative(station, folder))}"]
    if samples is not None:
        lines.append(f"samples = {_toml(_relative(samples, folder))}")
    table: dict[str, Any] = run.model_dump(exclude_unset=True, exclude_none=True)
    parameters: Mapping[str, Any] = table.pop("parameters", {})
    lines += ["", "[[runs]]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    if parameters:
        lines += ["", "[runs.parameters]", *(f"{key} = {_toml(value)}" for key, value in parameters.items())]
    return "\n".join(lines) + "\n"


def _relative(path: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return Path(path).as_posix()


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot stand in a queue file")
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_toml(key)} = {_toml(one)}' for key, one in value.items())} }}"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
