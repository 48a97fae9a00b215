"""Limits of the instrument and of the station, both checked before a byte leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.core.errors import LimitError


@dataclass(frozen=True, slots=True)
class Limit:
    """An inclusive interval in `unit`; `source` says who set it ("model 2400", "station file")."""

    low: float
    high: float
    unit: str
    source: str

    def allows(self, value: float) -> bool:
        """True if `value` (in `unit`) lies inside; NaN never does."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits by quantity name ("current", "voltage", "power", ...): every layer has to allow a value."""

    layers: tuple[Mapping[str, Limit], ...] = field(default=())

    def also(self, layer: Mapping[str, Limit]) -> Limits:
        """These limits with one more layer below."""
        return Limits((*self.layers, layer))

    def tightest(self, quantity: str) -> tuple[float, float] | None:
        """(low, high) after all layers, or None where no layer names the quantity."""
        found = [layer[quantity] for layer in self.layers if quantity in layer]
        if not found:
            return None
        return max(limit.low for limit in found), min(limit.high for limit in found)

    def check(self, quantity: str, value: float, *, instrument: str) -> None:
        """Raise LimitError if any layer forbids `value`; the message names the layer."""
        for layer in self.layers:
            limit = layer.get(quantity)
            if limit is not None and not limit.allows(value):
                raise LimitError(
                    f"{quantity} {value!r} {limit.unit} is outside {limit.low!r} to {limit.high!r} "
                    f"{limit.unit}, the limit set by the {limit.source}",
                    instrument=instrument,
                    state="nothing was sent, the instrument is as it was",
                    remedy=f"ask for less, or change the limit in the {limit.source} if it is wrong",
                )
