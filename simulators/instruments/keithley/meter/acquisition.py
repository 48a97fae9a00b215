"""Triggering and the queries that yield readings, as the 2000 and the 2182A share them.

2000 user's manual (2000-900-01) p. 5-3 ff. and 5-70 ff.; 2182/2182A user's manual, sections 7, 13 and 14.
"""

from __future__ import annotations

import math

from simulators.instruments.keithley.meter.unit import MeterGroup, MeterUnit, Reading
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Boolean, Choice, Integer, Number, ScpiError, command

READING_OVERFLOW = 1 << 0
READING_AVAILABLE = 1 << 5
"""Bits of the measurement event register (user's manual, figure 11-8, from memory)."""
OVERFLOW = 9.9e37


class AcquisitionCommands(MeterGroup):
    """INITiate, ABORt, READ?, FETCh?, SENSe:DATA? and TRIGger."""

    trigger_source = Stored(
        ":TRIGger[:SEQuence[1]]:SOURce", Choice("IMMediate", "EXTernal", "TIMer", "MANual", "BUS")
    )
    trigger_count = Stored(":TRIGger[:SEQuence[1]]:COUNt", Integer(1, 9999, 1, infinity=True))
    trigger_delay = Stored(":TRIGger[:SEQuence[1]]:DELay", Number(0.0, 999999.999, 0.0), "trigger_delay_s")
    samples = Stored(":SAMPle:COUNt", Integer(1, 1024, 1))
    continuous = Stored(":INITiate:CONTinuous", Boolean())

    def __init__(self, unit: MeterUnit) -> None:
        super().__init__(unit)
        self._run: list[Reading] = []

    @command(":INITiate[:IMMediate]")
    def initiate(self) -> None:
        """Take the readings; -213 while it measures continuously."""
        if self.settings.continuous:
            raise ScpiError(-213)
        if self.settings.trigger_source in ("EXT", "MAN", "BUS"):
            return  # nobody pulls the trigger here but the current source, see `delta` of the instrument
        count = self.settings.trigger_count * self.settings.samples
        if math.isinf(count):
            raise ScpiError(-214)
        self._run = []
        for _ in range(int(count)):
            self.unit.spend(self.settings.trigger_delay_s)
            self._run.append(self.unit.measure())

    @command(":ABORt")
    def abort(self) -> None:
        """Back to idle."""

    @command(":FETCh?")
    def fetch(self) -> str:
        """The latest reading (all of a run); -230 if there is none."""
        self._look()
        if not self._run and self.unit.latest is not None:
            self._run = [self.unit.latest]
        if not self._run:
            raise ScpiError(-230)
        return ",".join(self.unit.formatted(one) for one in self._run)

    @command("[:SENSe[1]]:DATA[:LATest]?")
    def newest(self) -> str:
        """The latest reading, again and again; -230 if there is none."""
        self._look()
        if self.unit.latest is None:
            raise ScpiError(-230)
        return self.unit.formatted(self.unit.latest)

    @command("[:SENSe[1]]:DATA:FRESh?")
    def fresh(self) -> str:
        """A reading that was not sent before: waits for one while it measures continuously, else -230."""
        if not self.settings.continuous:
            raise ScpiError(-230)
        return self.unit.formatted(self.unit.measure())

    @command(":READ?")
    def read(self) -> str:
        """ABORt, INITiate, FETCh?: while it measures continuously -213, and an *old* reading is sent."""
        if self.settings.continuous:
            self.unit.queue_error(-213)
            return self.fetch()
        if self.settings.trigger_source in ("EXT", "MAN", "BUS"):
            raise ScpiError(-214)
        self.initiate()
        return self.fetch()

    def _look(self) -> None:
        """While it measures continuously there is always a reading, at most one conversion old."""
        if self.settings.continuous:
            self.unit.free_run()
            self._run = []

    def forget(self) -> None:
        """*RST."""
        self._run = []
