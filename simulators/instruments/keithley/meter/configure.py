"""CONFigure and MEASure of voltage: they put range, integration and filter back to *RST before they measure.

2000 user's manual p. 5-3 ff.; 2182/2182A user's manual, section 13.
"""

from __future__ import annotations

from simulators.instruments.keithley.meter.acquisition import AcquisitionCommands
from simulators.instruments.keithley.meter.unit import MeterGroup, MeterUnit
from simulators.wire.scpi import command


class ConfigureCommands(MeterGroup):
    """`CONFigure:VOLTage` and `MEASure:VOLTage?`."""

    def __init__(self, unit: MeterUnit, acquisition: AcquisitionCommands) -> None:
        super().__init__(unit)
        self._acquisition = acquisition

    @command(":CONFigure:VOLTage[:DC]")
    def configure(self) -> None:
        """Volts, with everything about them at *RST."""
        self.unit.configure()

    @command(":CONFigure?")
    def configured(self) -> str:
        """The function, quoted."""
        return f'"{self.settings.function}"'

    @command(":MEASure:VOLTage[:DC]?")
    def measure(self) -> str:
        """CONFigure and READ?."""
        self.unit.configure()
        return self._acquisition.read()
