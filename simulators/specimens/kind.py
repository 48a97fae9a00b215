"""What every kind of specimen has in common: its part of a sample in the world file, and its true facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simulators.noise import normal
from simulators.tables import Drawn

Fact = dict[str, float | str]
"""value, and unit where the value is a number."""


class Specimens(Protocol):
    """All specimens of one kind that were made of one sample."""

    @property
    def ids(self) -> Sequence[str]:
        """Their identifiers; a specimen is mounted as "SAMPLE/ID"."""
        ...

    def facts(self, fixtures: Sequence[object], seed: int) -> dict[str, Fact]:
        """What a perfect experiment with them would find, named as results are.

        `fixtures` are the builds of all fixtures of the station, for what cannot be told from the specimen;
        `seed` is for what is drawn and can be measured without knowing the drawn dimensions.
        """
        ...


def true_value(drawn: Drawn, seed: int, name: str) -> float:
    """The value on the bench of this seed; `name` is its own for each quantity of each thing."""
    return drawn.value + drawn.u * normal(seed, name) if drawn.u else drawn.value


def number(value: float, unit: str) -> Fact:
    """A fact that is a number."""
    return {"value": value, "unit": unit}
