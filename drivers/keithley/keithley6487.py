"""Keithley 6487 picoammeter, whose voltage source is kept off."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import CommunicationError
from bench.core.roles import Ammeter, SafeReport
from drivers.keithley import picoammeter_settings as commands
from drivers.keithley.picoammeter import LINE, MODEL_LIMITS, OPTIONS, KeithleyPicoammeter
from drivers.link import Link
from drivers.safe_state import Step, bring_to_safe, urgent
from drivers.settings import get

_log = logging.getLogger(__name__)


class Keithley6487(KeithleyPicoammeter):
    """One Keithley 6487. Plays the role Ammeter. Nothing here switches its voltage source (500 V) on."""

    connection: ClassVar = LINE
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 6487\s*,"
    model_limits: ClassVar = MODEL_LIMITS
    option_names: ClassVar = OPTIONS
    has_output: ClassVar = True
    readable: ClassVar = (*commands.READABLE, commands.SOURCE_ON, commands.SOURCE_LEVEL)

    def read_settings(self) -> dict[str, Any]:
        """Every readable setting; says so if the voltage source is on."""
        found = super().read_settings()
        if found["voltage_source"]:
            _log.warning("%s: its voltage source is ON, found so and left so; make_safe ends it", self.name)
        return found

    def make_safe(self) -> SafeReport:
        """Voltage source off and at 0 V, verified by read-back. Raises SafeStateError."""
        with urgent(self._link) as port:
            steps: list[Step] = [
                ("clear", port.clear),
                ("source off", lambda: port.write(f"{commands.SOURCE_ON.command} OFF")),
                ("level zero", lambda: port.write(f"{commands.SOURCE_LEVEL.command} 0")),
            ]
            report = bring_to_safe(self.name, steps, lambda: _verify(port))
            with contextlib.suppress(
                CommunicationError
            ):  # so that no later command is blamed for an old error
                port.read_errors()
            return report

    def output_is_on(self) -> bool:
        """Ask whether the voltage source is on."""
        return self._get(commands.SOURCE_ON)


def _verify(link: Link) -> tuple[bool, str]:
    on, level = get(link, commands.SOURCE_ON), get(link, commands.SOURCE_LEVEL)
    return not on and level == 0, f"voltage source {'ON' if on else 'off'}, level {level!r} V"


if TYPE_CHECKING:

    def _plays_its_role(meter: Keithley6487) -> Ammeter:
        return meter
