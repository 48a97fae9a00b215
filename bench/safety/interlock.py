"""An interlock rule as the station file states it: a threshold, and what is then done to which runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bench.safety.threshold import Threshold

Action: TypeAlias = Literal["warn", "pause", "abort", "make_safe"]


@dataclass(frozen=True, slots=True)
class Interlock:
    """One rule. `instruments` empty: it acts on the runs that publish the quantity."""

    name: str
    threshold: Threshold
    then: Action
    instruments: tuple[str, ...] = ()
