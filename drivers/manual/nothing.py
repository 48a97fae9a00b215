"""An adapter for what no wire leads to: nothing is ever sent, and nothing answers."""

from __future__ import annotations


class Nothing:
    """An adapter that refuses to talk."""

    def write(self, command: str) -> None:
        """There is nobody to write to."""
        raise ConnectionError("no wire leads to it")

    def read(self) -> str:
        """There is nobody to answer."""
        raise ConnectionError("no wire leads to it")

    def flush_read_buffer(self) -> None:
        """Nothing has come."""

    def close(self) -> None:
        """Nothing was open."""
