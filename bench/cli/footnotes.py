"""Flags as numbers in a table and texts below it: they are sentences, and a terminal is narrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


class Footnotes:
    """Numbers each flag at its first use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def marks(self, flags: Iterable[str]) -> Text:
        """What stands in the table: "1 3"."""
        from rich.text import Text

        marks = [str(self._numbers.setdefault(flag, len(self._numbers) + 1)) for flag in flags]
        return Text(" ".join(marks), style="yellow")

    def show(self, page: Console) -> None:
        """The texts, one a line."""
        from rich.text import Text

        for flag, number in self._numbers.items():
            page.print(Text(f"  {number:>2}  {flag}", style="yellow"), soft_wrap=True)
