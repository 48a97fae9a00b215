"""What the exit codes of `bench` mean; documented in docs/reference/command-line.md."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """One meaning each. The larger of two that apply wins, except that UNSAFE beats everything."""

    DONE = 0
    """Everything asked for was done."""
    FAILED = 1
    """A run failed, was aborted or refused; a check found something."""
    USAGE = 2
    """The command line or a file is wrong; nothing was started."""
    UNSAFE = 3
    """Something could not be brought to its safe state: treat its output as live."""
    PROGRAM = 70
    """A fault of the program itself (EX_SOFTWARE of sysexits.h)."""
    INTERRUPTED = 130
    """Stopped by Ctrl+C (128 + SIGINT, as shells count it)."""
