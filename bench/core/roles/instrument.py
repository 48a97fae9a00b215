"""What every role is: an instrument with a name, an identity and a safe state; and what it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Load = Literal["passive", "cell"]
"""What hangs on the terminals. "passive": nothing that stores energy, output-off may short it.
"cell": a battery; off means open circuit, never 0 V."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered: maker, model, serial number and firmware, with the reply as sent."""

    maker: str
    model: str
    serial: str
    firmware: str
    raw: str


@dataclass(frozen=True, slots=True)
class SafeReport:
    """Outcome of make_safe: `verified` only if the instrument itself confirmed the state by read-back."""

    instrument: str
    verified: bool
    state: str


@dataclass(frozen=True, slots=True)
class GuardReport:
    """Limits that the device itself enforces without the PC, as read back from it: {"end": "08:00"}.

    `verified` only if every limit of the present programme was read back and is what was asked for.
    """

    instrument: str
    verified: bool
    limits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Published limits of error of one range: |error| <= relative*|value| + offset, in the reading's unit.

    Two separate calibration errors, constant within a range: `relative` (gain) scales with the value and
    survives current reversal, `offset` cancels in it. Each is a limit (rectangular), so its standard
    uncertainty is limit/sqrt(3). `source` names the table.
    """

    relative: float
    offset: float
    source: str


@runtime_checkable
class Instrument(Protocol):
    """Anything on the bench."""

    name: str

    def identity(self) -> Identity:
        """Ask the instrument who it is."""
        ...

    def make_safe(self) -> SafeReport:
        """Bring every output to its safe state and verify it by read-back; never energises anything.

        May be called at any time, from any state, any number of times. Raises SafeStateError when the
        state could not be verified.
        """
        ...
