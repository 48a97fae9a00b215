"""Keeps the published accuracy of every range that a run has used, for its analysis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from bench.core.readings import Reading
    from bench.core.roles import Accuracy
    from bench.runs.context import RunContext


class Accurate(Protocol):
    """Whatever knows the accuracy of its readings."""

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """Limits of error for the range of this reading, None where none is known."""
        ...


def as_fact(accuracy: Accuracy | None) -> dict[str, Any] | None:
    """What a fact of a run keeps of it."""
    if accuracy is None:
        return None
    return {"relative": accuracy.relative, "offset": accuracy.offset, "source": accuracy.source}


class AccuracyNotes:
    """Writes the fact "accuracy": one entry a range, {unit, range, relative, offset, source}.

    `known` are the entries of an attempt before this one. `entries` is what has been written so far.
    """

    def __init__(self, context: RunContext, meter: Accurate, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._context = context
        self._meter = meter
        self.entries = [dict(entry) for entry in known]
        self._asked: set[tuple[str, float | None]] = {(one["unit"], one["range"]) for one in self.entries}

    def note(self, reading: Reading) -> None:
        """Look the range of this reading up, unless it was before; an unknown accuracy leaves no entry."""
        key = (reading.unit, reading.range)
        if key in self._asked or reading.value is None:
            return
        self._asked.add(key)
        accuracy = as_fact(self._meter.accuracy(reading))
        if accuracy is None:
            return
        self.entries.append({"unit": reading.unit, "range": reading.range, **accuracy})
        self._context.fact("accuracy", self.entries)
