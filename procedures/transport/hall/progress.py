"""What a field sweep has to know of itself after a crash of the PC: kept in each checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass
class Progress:
    """`next` is the first field that is not complete; everything before `when` (UTC) counts.

    `instruments` says by role who played it; `film` are resistances around the rim in ohm by setting (None:
    not usable), read on `rim_range_V` while the room had `kelvin`. `range_V` is that of the settings across
    (None before the first field), `level_A` the current, which the check of the contacts may have lowered,
    `settled` whether every field was.
    """

    instruments: dict[str, str]
    film: dict[str, float | None]
    rim_range_V: float
    kelvin: float | None
    level_A: float
    when: str = ""
    next: int = 0
    range_V: float | None = None
    delay_s: float = 0.0
    groups: int = 0
    accuracy: list[dict[str, Any]] = field(default_factory=list)
    settled: bool = True
    gaps: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a checkpoint."""
        return asdict(self)

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """What a checkpoint kept."""
        return cls(**state)
