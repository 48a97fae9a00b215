"""Where the command line writes: to people through rich, to programs one JSON document on stdout."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


PIPE_WIDTH = 200
"""Characters a line where nobody told the width: what goes into a file or a pipe is not cut at 80."""


def out() -> Console:
    """A console on stdout, for what was asked for. Colours obey NO_COLOR and vanish in a pipe."""
    return _console(stderr=False)


def err() -> Console:
    """A console on stderr, for everything else: progress, warnings, errors."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console  # a tenth of a second: not for --help

    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console


def emit_json(document: Any) -> None:
    """The one JSON document on stdout: indented, ASCII, never NaN or Infinity (ValueError)."""
    sys.stdout.write(json.dumps(document, indent=2, allow_nan=False) + "\n")
    sys.stdout.flush()


def emit_line(document: Any) -> None:
    """A JSON document on one line of stdout, for a program that goes on and may say more."""
    sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    sys.stdout.flush()


def tolerate_narrow_encodings() -> None:
    """Print a question mark where the terminal's code page (Windows, LANG=C) lacks a character."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
