"""A Keithley Model 7001 Switch System as its bus sees it, with a Model 7065 Hall card in one of two slots.

No copy of its instruction manual was at hand: headers after Keithley's Hall library and other people's
drivers, the rest from memory or our choice, as said where it stands. Not simulated: scanning, digital I/O,
triggers, limited relay life. Those commands answer -113, never wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bench.core.clock import Clock
from simulators.instruments.keithley.keithley7001.cards import CARDS, NONE
from simulators.instruments.keithley.keithley7001.channel_list import Crosspoint
from simulators.instruments.keithley.keithley7001.route_commands import ConfigureCommands, RouteCommands
from simulators.physics.terminals import Crosspoints
from simulators.wire.scpi import ScpiError, ScpiInstrument, command
from simulators.wire.scpi.errors import USER_REQUEST

RELAY_s = 3e-3
"""A relay of the card closes or opens in so much time (reed relays, our choice)."""


class Keithley7001(ScpiInstrument):
    """One unit; `relays` is what the card in `slot` is wired to.

    `declared_card` is what somebody has entered for that slot.
    `stuck_open` are crosspoints whose relay never closes although the mainframe believes that it does.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        relays: Crosspoints,
        slot: int = 1,
        declared_card: str = NONE,
        stuck_open: Iterable[Crosspoint] = (),
        serial: str = "0700101",
    ) -> None:
        super().__init__(
            clock, name=name, identity=f"KEITHLEY INSTRUMENTS INC.,MODEL 7001,{serial},B04  /A02"
        )
        self._relays = relays
        self._slot = slot
        self._stuck_open = frozenset(stuck_open)
        self.closed: frozenset[Crosspoint] = frozenset()
        self.declared = {1: NONE, 2: NONE, slot: declared_card}
        self.settling_s = {1: 0.0, 2: 0.0}
        self.poles = {1: 2, 2: 2}
        self.break_before_make = True
        self.single_channel = False
        self.mount(RouteCommands(self))
        self.mount(ConfigureCommands(self))

    # -- relays ---------------------------------------------------------------------------------------------

    def check(self, crosspoints: Iterable[Crosspoint]) -> None:
        """-222 for one that the declared cards do not have."""
        for slot, row, column in crosspoints:
            card = CARDS.get(self.declared.get(slot, NONE))
            if card is None or (row, column) not in card.crosspoints:
                raise ScpiError(-222)

    def close(self, crosspoints: tuple[Crosspoint, ...]) -> None:
        """Close these besides those that are closed."""
        self.check(crosspoints)
        if self.single_channel:
            self._move(frozenset())
            self._move(frozenset(crosspoints[-1:]))
            return
        self._move(self.closed | frozenset(crosspoints))

    def open(self, crosspoints: tuple[Crosspoint, ...]) -> None:
        """Open these; all if the list is empty."""
        self.check(crosspoints)
        self._move(self.closed - frozenset(crosspoints) if crosspoints else frozenset())

    def declare(self, slot: int, name: str) -> None:
        """Somebody says what is in a slot."""
        if slot == self._slot and name != self.declared[slot]:
            self._move(frozenset())
        self.declared[slot] = name

    def _move(self, closed: frozenset[Crosspoint]) -> None:
        """The relays follow at once, the message ends when they have settled."""
        if closed == self.closed:
            return
        moved = closed ^ self.closed
        self.closed = closed
        self._relays.close(closed - self._stuck_open, self.time)
        self.spend(RELAY_s + max(self.settling_s[slot] for slot, _, _ in moved))

    # -- the front panel, for tests -------------------------------------------------------------------------

    def press_open_all(self) -> None:
        """Somebody presses OPEN ALL."""
        self.time = max(self.clock.now(), self.busy_until)
        self._move(frozenset())

    def press_close(self, crosspoint: Crosspoint) -> None:
        """Somebody closes one by hand."""
        self.time = max(self.clock.now(), self.busy_until)
        self._move(self.closed | {crosspoint})

    def press_local(self) -> None:
        """Somebody presses LOCAL: bit 6 of *ESR? says so."""
        self.status.latch_standard(USER_REQUEST)

    def inspect(self) -> dict[str, Any]:
        """What is closed, for tests."""
        return {"closed": sorted(self.closed), "cards": dict(self.declared)}

    # -- what the engine asks -------------------------------------------------------------------------------

    @command(":SYSTem:VERSion?")
    def version(self) -> str:
        """Year of the SCPI standard."""
        return "1990.0"

    def reset(self) -> None:
        """*RST: every relay open; what is in the slots stays (from memory)."""
        super().reset()
        self._move(frozenset())
        self.settling_s = {1: 0.0, 2: 0.0}
        self.break_before_make, self.single_channel = True, False
