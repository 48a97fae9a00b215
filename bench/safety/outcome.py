"""What came of making one instrument safe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

UNKNOWN = "unknown: TREAT THE OUTPUT AS LIVE"


@dataclass(frozen=True, slots=True)
class SafeOutcome:
    """How making one instrument safe ended.

    "verified": the instrument confirmed it; `state` is what it reported. "failed": it answered, but its
    state could not be verified. "unreachable": it did not answer, or not in time. For both of the latter
    treat the output as live; `error` says what went wrong and what to do.
    """

    instrument: str
    outcome: Literal["verified", "failed", "unreachable"]
    state: str
    error: str | None = None


def all_verified(outcomes: Iterable[SafeOutcome]) -> bool:
    """Whether every instrument confirmed its safe state."""
    return all(outcome.outcome == "verified" for outcome in outcomes)
