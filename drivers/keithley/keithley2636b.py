"""Keithley 2636B (200 V, 1.5 A): ranges and limits (2600BS-901-01 p. 9-244; boxes Rev. B p. 4-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.roles import SourceMeter
from drivers.keithley.keithley2600 import Keithley2600
from drivers.keithley.keithley2600_options import model_limits
from drivers.keithley.source_meter_ranges import Capability

MODEL = "model 2636B"


class Keithley2636B(Keithley2600):
    """One channel of a Keithley 2636B: 202 V at 0.101 A or 20.2 V at 1.515 A.

    Currents from 1 nA full scale sourced, from 100 pA measured. The 200 V range needs the interlock.
    """

    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS( INC\.)?\s*,\s*MODEL 2636B\s*,"
    model_limits: ClassVar = model_limits(MODEL, current_A=1.515, voltage_V=202.0, power_W=30.603)

    _model: ClassVar = MODEL
    _family: ClassVar = "2636B"
    _can: ClassVar = Capability(1.01, ((20.2, 1.515), (202.0, 0.101)), {"V": 20e-3, "A": 100e-12})
    _lowest_sourced_A: ClassVar = 1e-9
    _everywhere: ClassVar = (0.1, 20.0)
    _interlock_V: ClassVar = 42.0


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2636B) -> SourceMeter:
        return meter
