"""What a furnace run has to know of itself after a crash of the PC: kept in each checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Self

Phase = Literal["loaded", "heating", "cooling", "over"]


@dataclass
class Progress:
    """`phase` "loaded": in the controller, not known to have been started. `failure`: what went wrong, for
    people; a run with a failure never permits the furnace to be opened.

    Times as text are UTC. `loaded`: the programme was; `due`: it would end, by what the controller last said;
    `latest`: it has to have ended; `ended`: it was seen in reset; `permit`: the furnace may be opened;
    `concluded`: what people do after that has been done, and is not asked for again.
    """

    fingerprint: str
    phase: Phase = "loaded"
    loaded: str = ""
    due: str = ""
    latest: str = ""
    ended: str = ""
    failure: str = ""
    permit: str = ""
    concluded: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a checkpoint or a fact."""
        return asdict(self)

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """What a checkpoint kept."""
        return cls(**state)


def utc_text(utc: datetime, later_s: float = 0.0) -> str:
    """An instant, so many seconds later."""
    return (utc + timedelta(seconds=later_s)).isoformat()


def seconds_until(text: str, utc: datetime) -> float:
    """From `utc` to an instant kept as text."""
    return (datetime.fromisoformat(text) - utc).total_seconds()
