"""Lake Shore 648 electromagnet power supply."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.limits import Limit
from bench.core.roles import FieldSource
from drivers.lakeshore.electromagnet_supply import LakeShoreElectromagnetSupply

MODEL = "model 648"


class LakeShore648(LakeShoreElectromagnetSupply):
    """One Lake Shore 648. Plays the role FieldSource where the station states the magnet's constant."""

    identity_pattern: ClassVar = r"LSCI\s*,\s*MODEL\s*648\s*,"
    model_limits: ClassVar = {
        "current": Limit(-135.1, 135.1, "A", MODEL),
        "ramp rate": Limit(1e-4, 50.0, "A/s", MODEL),
    }


if TYPE_CHECKING:

    def _plays_its_role(supply: LakeShore648) -> FieldSource:
        return supply
