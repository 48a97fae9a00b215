"""When a run may leave a device as it is: only if the device guards itself, and has just said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class GuardReport:
    """Limits that the device itself enforces without the PC, as read back from it: {"end": "08:00"}.

    `verified` only if every limit of the present programme was read back and is what was asked for.
    """

    instrument: str
    verified: bool
    limits: Mapping[str, str]


@runtime_checkable
class SelfGuarding(Protocol):
    """A device that stays within its limits when the PC is gone: a furnace programme, a cycler's cut-offs."""

    def guard_report(self) -> GuardReport:
        """Read the limits back now. Raises InstrumentError if that fails."""
        ...


def can_guard_itself(driver: type[Any]) -> bool:
    """Whether drivers of this class can be left on purpose at all."""
    return callable(getattr(driver, "guard_report", None))
