"""The layers of the trigger model: ARM and TRIGger (user's manual, section 11 and p. 18-118 ff.).

Of the sources only IMMediate and, for ARM, TIMer and BUS ever fire here: there are no trigger lines.
"""

from __future__ import annotations

from simulators.instruments.keithley.keithley2400.groups import Group
from simulators.instruments.keithley.keithley2400.settings import BUFFER_SIZE, LayerState
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Choice, Integer, NameList, Number, ScpiError

COUNT = Integer(1, BUFFER_SIZE, 1, infinity=True)
DIRECTION = Choice("ACCeptor", "SOURce")
LINE = Integer(1, 4, 1)


class LayerCommands(Group):
    """What both layers have."""

    _LAYER = "[:SEQuence[1]][:LAYer[1]]"
    count = Stored(f"{_LAYER}:COUNt", COUNT)
    direction = Stored(f"{_LAYER}:DIRection", DIRECTION)
    input_line = Stored(f"{_LAYER}:ILINe", LINE)
    output_line = Stored(f"{_LAYER}:OLINe", LINE)

    def changed(self) -> None:
        """Arm count times trigger count is limited to 2500 (manual p. 11-17); beyond that -222."""
        settings = self.settings
        counts = (settings.arm.count, settings.trigger.count)
        if counts[0] * counts[1] > BUFFER_SIZE and float("inf") not in counts:
            raise ScpiError(-222)
        super().changed()


class ArmCommands(LayerCommands):
    """`ARM`."""

    header = ":ARM"
    source = Stored(
        f"{LayerCommands._LAYER}:SOURce",
        Choice("IMMediate", "TLINk", "TIMer", "MANual", "BUS", "NSTest", "PSTest", "BSTest"),
    )
    timer = Stored(f"{LayerCommands._LAYER}:TIMer", Number(0.001, 99999.99, 0.1), "timer_s")
    outputs = Stored(f"{LayerCommands._LAYER}:OUTPut", NameList("NONE", "TENTer", "TEXit"))

    @property
    def state(self) -> LayerState:
        """Settings of the arm layer."""
        return self.settings.arm


class TriggerCommands(LayerCommands):
    """`TRIGger`."""

    header = ":TRIGger"
    source = Stored(f"{LayerCommands._LAYER}:SOURce", Choice("IMMediate", "TLINk"))
    delay = Stored(f"{LayerCommands._LAYER}:DELay", Number(0.0, 999.9999, 0.0), "delay_s")
    outputs = Stored(f"{LayerCommands._LAYER}:OUTPut", NameList("NONE", "SOURce", "DELay", "SENSe"))

    @property
    def state(self) -> LayerState:
        """Settings of the trigger layer."""
        return self.settings.trigger
