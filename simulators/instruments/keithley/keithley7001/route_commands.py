"""The ROUTe subsystem of a Model 7001: closing, opening, and what is in the slots.

Headers as Keithley's own drivers and other people's programs send them; ROUTe is the default node, so that
`:CLOSE (@...)` is the same. Scan lists are not simulated (-113).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley7001.cards import CARDS, NONE
from simulators.instruments.keithley.keithley7001.channel_list import ChannelList, Crosspoint, listed
from simulators.wire.scpi import Boolean, Choice, Integer, Number, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley7001.instrument import Keithley7001

SLOTS = (range(1, 3),)
LONGEST_SETTLING_s = 99999.999


class RouteCommands:
    """`[:ROUTe]`."""

    def __init__(self, unit: Keithley7001) -> None:
        self.unit = unit

    @command("[:ROUTe]:CLOSe", ChannelList())
    def close(self, crosspoints: tuple[Crosspoint, ...]) -> None:
        """Close these too; with single-channel mode everything else opens first."""
        self.unit.close(crosspoints)

    @command("[:ROUTe]:CLOSe?", ChannelList())
    def is_closed(self, crosspoints: tuple[Crosspoint, ...]) -> str:
        """1 or 0 for each."""
        self.unit.check(crosspoints)
        return ",".join(str(int(one in self.unit.closed)) for one in crosspoints)

    @command("[:ROUTe]:CLOSe:STATe?")
    def closed(self) -> str:
        """The list of all that are closed."""
        return listed(self.unit.closed)

    @command("[:ROUTe]:OPEN", ChannelList(all_allowed=True))
    def open(self, crosspoints: tuple[Crosspoint, ...]) -> None:
        """Open these, or ALL."""
        self.unit.open(crosspoints)

    @command("[:ROUTe]:OPEN:ALL")
    def open_all(self) -> None:
        """Open every relay."""
        self.unit.open(())

    @command("[:ROUTe]:OPEN?", ChannelList())
    def is_open(self, crosspoints: tuple[Crosspoint, ...]) -> str:
        """1 or 0 for each."""
        self.unit.check(crosspoints)
        return ",".join(str(int(one not in self.unit.closed)) for one in crosspoints)


class ConfigureCommands:
    """`[:ROUTe]:CONFigure`."""

    def __init__(self, unit: Keithley7001) -> None:
        self.unit = unit

    @command("[:ROUTe]:CONFigure:SLOT#:CTYPe", Choice(*CARDS, NONE), suffixes=SLOTS)
    def set_card(self, slot: int, name: str) -> None:
        """Which card is there; its relays open."""
        self.unit.declare(slot, name)

    @command("[:ROUTe]:CONFigure:SLOT#:CTYPe?", suffixes=SLOTS)
    def card(self, slot: int) -> str:
        """Which card the mainframe takes it for."""
        return self.unit.declared[slot]

    @command("[:ROUTe]:CONFigure:SLOT#:STIMe", Number(0.0, LONGEST_SETTLING_s, 0.0), suffixes=SLOTS)
    def set_settling(self, slot: int, seconds: float) -> None:
        """What is waited after a relay, besides the relay's own time."""
        self.unit.settling_s[slot] = seconds

    @command("[:ROUTe]:CONFigure:SLOT#:STIMe?", suffixes=SLOTS)
    def settling(self, slot: int) -> float:
        """See STIMe."""
        return self.unit.settling_s[slot]

    @command("[:ROUTe]:CONFigure:SLOT#:POLE", Integer(1, 2, 2), suffixes=SLOTS)
    def set_poles(self, slot: int, poles: int) -> None:
        """Of no effect on a matrix card."""
        self.unit.poles[slot] = poles

    @command("[:ROUTe]:CONFigure:SLOT#:POLE?", suffixes=SLOTS)
    def pole_count(self, slot: int) -> int:
        """See POLE."""
        return self.unit.poles[slot]

    @command("[:ROUTe]:CONFigure:BBMake", Boolean())
    def set_break_before_make(self, on: bool) -> None:
        """Open the old before the new close; of effect in a scan only."""
        self.unit.break_before_make = on

    @command("[:ROUTe]:CONFigure:BBMake?")
    def break_before_make(self) -> bool:
        """See BBMake."""
        return self.unit.break_before_make

    @command("[:ROUTe]:CONFigure:SCHannel", Boolean())
    def set_single_channel(self, on: bool) -> None:
        """No more than one crosspoint at a time."""
        self.unit.single_channel = on

    @command("[:ROUTe]:CONFigure:SCHannel?")
    def single_channel(self) -> bool:
        """See SCHannel."""
        return self.unit.single_channel
