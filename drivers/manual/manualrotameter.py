"""A rotameter with a needle valve: a person reads it and says so. Declared, never measured.

It plays no role that measures: a procedure that asks for a FlowController is not given this one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.clock import Clock, ClockLock
from bench.core.errors import InstrumentError
from bench.core.limits import Limit
from bench.core.roles import DeclaredFlow, DeclaredFlowMeter, Identity
from drivers.base import Driver
from drivers.connection import ConnectionDefaults
from drivers.manual.nothing import Nothing
from drivers.typed_pymeasure import Adapter


class ManualRotameter(Driver):
    """One rotameter. Plays the role DeclaredFlowMeter.

    What was declared lives as long as this driver: after a restart nobody has said anything. Its `resource`
    in the station file is only a name for people.
    """

    connection: ClassVar = ConnectionDefaults()
    identity_pattern: ClassVar = r"MANUAL,rotameter,"
    limit_units: ClassVar = {"flow": "cm^3/min"}
    model_limits: ClassVar = {"flow": Limit(0.0, 1e6, "cm^3/min", "rotameter")}

    def __init__(self, adapter: Adapter, **settings: Any) -> None:
        super().__init__(adapter, **settings)
        self._declared: DeclaredFlow | None = None

    @classmethod
    def _reached(
        cls,
        resource: str,
        line: ConnectionDefaults,
        visa_library: object,
        *,
        name: str,
        clock: Clock,
        lock: ClockLock | None,
    ) -> tuple[Adapter, ClockLock | None]:
        return Nothing(), lock

    def identity(self) -> Identity:
        """What it is; nobody was asked."""
        return Identity("manual", "rotameter", "", "", "MANUAL,rotameter,,")

    def declare_flow(self, *, sccm: float, gas: str, by: str) -> DeclaredFlow:
        """Keep what a person has read. Raises LimitError, or InstrumentError without a gas or a name."""
        missing = [what for what, text in (("gas", gas), ("name or initials", by)) if not text.strip()]
        if missing or not math.isfinite(sccm):
            raise InstrumentError(
                f"a flow of {sccm!r} cannot be declared without {' and '.join(missing) or 'a number'}",
                instrument=self.name,
                state="what was declared before stands",
                remedy="read the rotameter again, and say what flows and who has read it",
            )
        self._check_limit("flow", sccm)
        self._declared = DeclaredFlow(sccm, gas.strip(), by.strip(), self._link.clock.now())
        return self._declared

    def declared_flow(self) -> DeclaredFlow | None:
        """What was declared last, None if nobody has said anything."""
        return self._declared

    def read_settings(self) -> dict[str, Any]:
        """For the record: what was declared, marked as such."""
        told = self._declared
        return {
            "declared, not measured": None
            if told is None
            else {"sccm": told.sccm, "gas": told.gas, "by": told.by, "at": told.time}
        }

    def read_setting(self, name: str) -> Any:
        """That, by its name."""
        settings = self.read_settings()
        if name not in settings:
            raise InstrumentError(f"there is no such setting: {name!r}", instrument=self.name)
        return settings[name]


if TYPE_CHECKING:

    def _plays_its_role(rotameter: ManualRotameter) -> DeclaredFlowMeter:
        return rotameter
