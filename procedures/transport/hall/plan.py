"""Which fields a run goes through, in what order, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench.runs.estimate import Estimate
from procedures.transport.hall.declared import FieldParameters
from procedures.transport.van_der_pauw.permutations import HALL as ACROSS

SETTINGS = (ACROSS[0], ACROSS[2], ACROSS[2], ACROSS[0])
"""31,42 and 42,13 in an order that cancels a linear drift between them; the source reverses the current."""
CHANGE_s = 90.0
"""What a change of the field takes, for the estimate."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """The fields in T, in their order; reversals at each setting; what settled readings may differ by."""

    fields_T: tuple[float, ...]
    groups: int
    tolerance_T: float

    @classmethod
    def of(cls, asked: FieldParameters, fields_T: Iterable[float]) -> FieldPlan:
        """From the parameters of a procedure, and the fields that it goes to."""
        return cls(tuple(fields_T), int(asked.groups), float(asked.field_tolerance))

    @property
    def highest_T(self) -> float:
        """The largest of them, of either sign."""
        return max(map(abs, self.fields_T))

    def estimate(self, reading_s: float) -> Estimate:
        """Of the readings in all fields, one of which takes `reading_s`."""
        fields = len(self.fields_T)
        rows = 8 + fields * 4 * len(SETTINGS) * self.groups
        return Estimate(rows * reading_s + fields * CHANGE_s, rows)
