"""loadscript ... endscript: messages that are collected instead of run (2600BS-901-01, "Load a script")."""

from __future__ import annotations

import re

_HEAD = re.compile(r"\s*(loadscript|loadandrunscript)(?:\s+([A-Za-z_]\w*))?\s*$")


class Loader:
    """Collects the lines of one script."""

    def __init__(self) -> None:
        self._lines: list[str] | None = None
        self._name = ""
        self._runs = False

    @property
    def is_collecting(self) -> bool:
        """Whether the next message is a line of a script."""
        return self._lines is not None

    def begins(self, message: str) -> bool:
        """Whether this message starts a script; it is one line of it from then on."""
        found = _HEAD.match(message)
        if found is None:
            return False
        self._lines, self._name, self._runs = [], found[2] or "", found[1] == "loadandrunscript"
        return True

    def take(self, message: str) -> tuple[str, str, bool] | None:
        """One more line; the whole (text, name, whether it is to run) at `endscript`."""
        assert self._lines is not None
        if message.strip() != "endscript":
            self._lines.append(message)
            return None
        text = "\n".join(self._lines)
        self._lines = None
        return text, self._name, self._runs

    def forget(self) -> None:
        """Give up a script that is not finished."""
        self._lines = None
