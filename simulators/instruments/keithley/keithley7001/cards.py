"""The cards that a Model 7001 can hold, as data: rows and columns of each."""

from __future__ import annotations

from typing import NamedTuple


class Card(NamedTuple):
    """A matrix card by its type; a crosspoint is (row, column), both from 1."""

    name: str
    rows: int
    columns: int

    @property
    def crosspoints(self) -> frozenset[tuple[int, int]]:
        """All there are."""
        return frozenset(
            (row, column) for row in range(1, self.rows + 1) for column in range(1, self.columns + 1)
        )


CARDS = {
    "C7065": Card("C7065", 4, 5),
    "C7012": Card("C7012", 4, 10),
    "C9990": Card("C9990", 4, 10),
}
"""By the name that `CTYPe` takes. The 7065 Hall card does not tell the mainframe what it is, so somebody has
to (Keithley's Hall library does); the 9990 is the mainframe's own simulation of a card (from memory)."""
NONE = "NONE"
"""Nothing in the slot, or nothing that says what it is."""
