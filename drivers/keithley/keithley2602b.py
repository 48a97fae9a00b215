"""Keithley 2602B (40 V, 3 A, two channels): ranges and limits (SPEC-2602B; limits 2600BS-901-01 p. 9-244)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.roles import SourceMeter
from drivers.keithley.keithley2600 import Keithley2600
from drivers.keithley.keithley2600_options import model_limits
from drivers.keithley.source_meter_ranges import Capability

MODEL = "model 2602B"


class Keithley2602B(Keithley2600):
    """One channel of a Keithley 2602B: 40.4 V at 1.01 A or 6.06 V at 3.03 A, from 100 nA full scale."""

    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS( INC\.)?\s*,\s*MODEL 2602B\s*,"
    model_limits: ClassVar = model_limits(MODEL, current_A=3.03, voltage_V=40.4, power_W=40.804)

    _model: ClassVar = MODEL
    _family: ClassVar = "2602B"
    _can: ClassVar = Capability(1.01, ((6.06, 3.03), (40.4, 1.01)), {"V": 10e-3, "A": 10e-9})
    _lowest_sourced_A: ClassVar = 1e-7
    _everywhere: ClassVar = (1.0, 6.0)


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley2602B) -> SourceMeter:
        return meter
