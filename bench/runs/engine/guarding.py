"""When a run may leave a device as it is: only if the device guards itself, and has just said so."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from bench.core.roles import GuardReport

__all__ = ["GuardReport", "SelfGuarding", "can_guard_itself"]


@runtime_checkable
class SelfGuarding(Protocol):
    """A device that stays within its limits when the PC is gone: a furnace programme, a cycler's cut-offs."""

    def guard_report(self) -> GuardReport:
        """Read the limits back now. Raises InstrumentError if that fails."""
        ...


def can_guard_itself(driver: type[Any]) -> bool:
    """Whether drivers of this class can be left on purpose at all."""
    return callable(getattr(driver, "guard_report", None))
