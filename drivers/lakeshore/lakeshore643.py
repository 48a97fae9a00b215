"""Lake Shore 643 electromagnet power supply."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.limits import Limit
from bench.core.roles import FieldSource, SafeReport
from drivers.lakeshore.electromagnet_safe import make_safe
from drivers.lakeshore.electromagnet_supply import LINE, LakeShoreElectromagnetSupply

MODEL = "model 643"


class LakeShore643(LakeShoreElectromagnetSupply):
    """One Lake Shore 643. Plays the role FieldSource where the station states the magnet's constant."""

    connection: ClassVar = LINE
    identity_pattern: ClassVar = r"LSCI\s*,\s*MODEL\s*643\s*,"
    model_limits: ClassVar = {
        "current": Limit(-70.1, 70.1, "A", MODEL),
        "ramp rate": Limit(1e-4, 50.0, "A/s", MODEL),
    }
    has_output: ClassVar = True

    def make_safe(self) -> SafeReport:
        """Ramp to zero and see it there, whatever programs the supply; nothing is switched off abruptly.

        Raises SafeStateError if the current is not seen to be gone.
        """
        self._limit = None
        return make_safe(self._link)


if TYPE_CHECKING:

    def _plays_its_role(supply: LakeShore643) -> FieldSource:
        return supply
