"""Keithley 6485 picoammeter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.roles import Ammeter
from drivers.keithley.picoammeter import LINE, MODEL_LIMITS, OPTIONS, KeithleyPicoammeter


class Keithley6485(KeithleyPicoammeter):
    """One Keithley 6485. Plays the role Ammeter; has no output."""

    connection: ClassVar = LINE
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 6485\s*,"
    model_limits: ClassVar = MODEL_LIMITS
    option_names: ClassVar = OPTIONS


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley6485) -> Ammeter:
        return meter
