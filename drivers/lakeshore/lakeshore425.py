"""Lake Shore 425 gaussmeter: a field meter on a USB serial port (Model 425 manual p. 57 ff.)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from bench.core.roles import FieldMeter
from drivers.lakeshore import gaussmeter_settings as commands
from drivers.lakeshore.gaussmeter import LINE, LakeShoreGaussmeter


class LakeShore425(LakeShoreGaussmeter):
    """One Lake Shore 425. Plays the role FieldMeter; its relay and alarm are left alone."""

    connection: ClassVar = replace(LINE, baud_rate=57600)
    identity_pattern: ClassVar = r"LSCI\s*,\s*MODEL\s*425\s*,"
    readable: ClassVar = (
        commands.UNIT,
        commands.MODE_OF_THREE,
        commands.AUTORANGE,
        commands.RANGE,
        commands.PROBE,
    )

    _mode: ClassVar = commands.MODE_OF_THREE
    _dc: ClassVar = (commands.DC, 1, 1)


if TYPE_CHECKING:

    def _plays_its_role(meter: LakeShore425) -> FieldMeter:
        return meter
