"""How a run ends, collected from its phases: the worst status wins, every reason is kept."""

from __future__ import annotations

from bench.core.errors import BenchError
from bench.runs.engine.events import Status

_WORSE: tuple[Status, ...] = ("done", "aborted", "failed", "interrupted", "refused")


class Ending:
    """`status` is "done" until something says otherwise."""

    def __init__(self) -> None:
        self.status: Status = "done"
        self.reasons: list[str] = []

    def note(self, status: Status, phase: str, what: object) -> None:
        """Something went wrong in `phase` ("execute: disk full"); reasons stay in the order they came."""
        if _WORSE.index(status) > _WORSE.index(self.status):
            self.status = status
        text = what.what if isinstance(what, BenchError) else describe(what)
        if isinstance(what, BenchError) and what.instrument:
            text = f"{what.instrument}: {text}"
        reason = f"{phase}: {text}" if phase else text
        if reason not in self.reasons:
            self.reasons.append(reason)

    @property
    def reason(self) -> str:
        """All of them, for a person; empty if nothing went wrong."""
        return "; ".join(self.reasons)


def describe(what: object) -> str:
    """An exception in words: "ZeroDivisionError: float division by zero"; one of ours as it speaks."""
    if isinstance(what, BenchError):
        return str(what)
    if isinstance(what, BaseException):
        return f"{type(what).__name__}: {what}" if str(what) else type(what).__name__
    return str(what)
