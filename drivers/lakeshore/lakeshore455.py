"""Lake Shore 455 DSP gaussmeter: a field meter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.roles import FieldMeter
from drivers.lakeshore.gaussmeter import LINE, LakeShoreGaussmeter


class LakeShore455(LakeShoreGaussmeter):
    """One Lake Shore 455. Plays the role FieldMeter; its analog outputs are left alone."""

    connection: ClassVar = LINE
    identity_pattern: ClassVar = r"LSCI\s*,\s*MODEL\s*455\s*,"


if TYPE_CHECKING:

    def _plays_its_role(meter: LakeShore455) -> FieldMeter:
        return meter
