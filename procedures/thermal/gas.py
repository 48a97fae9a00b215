"""The atmosphere that a recipe wants: a gas and its flow, or a vacuum, and the band that counts as kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

GASES: Final = ("none", "argon", "nitrogen", "vacuum")
FORMULAS: Final = {"argon": "Ar", "nitrogen": "N2"}
ENOUGH, MOST = 0.8, 1.2
"""Of the flow that is asked for. Less than 80 % for a minute is a loss of gas (reference: the limits of the
furnace's safety table); more than 120 % is our choice for a valve that does not control."""
LOST_AFTER_S = 60.0

WhenLost = Literal["end", "go on"]
WHEN_LOST: Final = ("end", "go on")
"""What the host does with a programme whose gas is lost: reset it, or only say so."""


@dataclass(frozen=True, slots=True)
class Atmosphere:
    """`gas` is one of GASES. A gas has `flow_sccm`; a vacuum has `pressure_Pa`, which it has to have before
    the furnace heats and in the dwell, and `lost_Pa`, above which it is lost.
    """

    gas: str
    flow_sccm: float = 0.0
    pressure_Pa: float = 0.0
    lost_Pa: float = 0.0
    when_lost: WhenLost = "end"

    @property
    def formula(self) -> str:
        """As a controller writes the gas; empty for a vacuum, and where none is asked for."""
        return FORMULAS.get(self.gas, "")

    @property
    def low_sccm(self) -> float:
        """Less is too little."""
        return ENOUGH * self.flow_sccm

    @property
    def high_sccm(self) -> float:
        """More is too much."""
        return MOST * self.flow_sccm

    def text(self) -> str:
        """For people."""
        if self.gas == "vacuum":
            return "vacuum"
        return f"{self.gas} at {self.flow_sccm:g} cm3/min (0 degC, 1 atm)"

    def limits(self) -> dict[str, Any]:
        """For the record: what the analysis judges by."""
        if self.gas == "vacuum":
            return {"pressure_Pa": self.pressure_Pa, "lost_Pa": self.lost_Pa}
        if self.formula:
            return {"flow_sccm": self.flow_sccm, "low_sccm": self.low_sccm, "high_sccm": self.high_sccm}
        return {}


def is_measured(gas: Mapping[str, Any]) -> bool:
    """Whether the fact `gas` of a record names an instrument that measured it: nothing declared counts."""
    return not gas.get("declared", True)


def vacuum_problems(wanted: Atmosphere) -> list[str]:
    """What contradicts itself in the limits of a vacuum."""
    if wanted.gas != "vacuum" or wanted.lost_Pa >= wanted.pressure_Pa:
        return []
    return [f"pressure_lost, {wanted.lost_Pa:g} Pa, is below the allowed pressure, {wanted.pressure_Pa:g} Pa"]
