"""What the settings that were put read back as: after a gap in the link it tells whether they still do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivers.settings import Setting


@dataclass(frozen=True, slots=True)
class _Known:
    setting: Setting[Any]
    values: tuple[Any, ...]
    tolerance: float


class Ledger:
    """Knows only what was put and read back since the last message whose effect on settings is unknown."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def expect(self, setting: Setting[Any], value: Any, tolerance: float) -> None:
        """It is about to be put: until it is read back it may hold what it held, or this."""
        known = self._known.get(setting.command)
        if known is not None:
            self._known[setting.command] = _Known(setting, (*known.values, value), tolerance)

    def note(self, setting: Setting[Any], held: Any, tolerance: float) -> None:
        """It was put, and reads back as this."""
        self._known[setting.command] = _Known(setting, (held,), tolerance)

    def drop(self, setting: Setting[Any]) -> None:
        """What it holds is not known any more."""
        self._known.pop(setting.command, None)

    def forget(self) -> None:
        """A message may have changed anything."""
        self._known.clear()

    def differing(self, read: Callable[[Setting[Any]], Any]) -> list[str]:
        """Read every known setting; what is not as it was, for people."""
        return [
            f"{known.setting.name} was {known.values[-1]!r} and is {held!r}"
            for known in self._known.values()
            if not _agrees(known, held := read(known.setting))
        ]


def _agrees(known: _Known, held: Any) -> bool:
    return any(known.setting.agrees(value, held, known.tolerance) for value in known.values)
