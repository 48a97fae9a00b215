"""The gain errors of the ranges that a run has used, as causes that its results share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procedures.common.propagation import Source, limit
from procedures.common.source_points import GainKey

if TYPE_CHECKING:
    from bench.runs.record import RunRecord


class Gains:
    """Gain errors of the ranges, as one source each: equal ranges share it. `missing` if one is unknown."""

    def __init__(self, record: RunRecord) -> None:
        published = record.facts.get("accuracy", [])
        self._limits = {(line["unit"], line["range"]): float(line["relative"]) for line in published}
        self._current = (
            "current as set, range" if record.facts.get("current") == "set" else "current gain, range"
        )
        self.missing = False

    def source(self, key: GainKey) -> Source:
        """The gain of one range, relative."""
        unit, full_scale = key
        if key not in self._limits:
            self.missing = True
        what = "voltage gain, range" if unit == "V" else self._current
        return limit(f"{what} {full_scale:g} {unit}", self._limits.get(key, 0.0))
