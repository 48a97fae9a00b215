"""What all command groups of a 622x share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley622x.instrument import Keithley622x


class Group:
    """A group of commands of one unit."""

    def __init__(self, unit: Keithley622x) -> None:
        self.unit = unit
