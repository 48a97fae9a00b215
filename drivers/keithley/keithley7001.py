"""Keithley 7001 switch system with the 7065 Hall card: a matrix of sample contacts and instruments.

No copy of the 7001 manual was at hand: the messages are those of Keithley's own Hall library (7001 with 7065,
Hall_Effect_Test_Software), CLOSe:STATe? after another program's driver for a 7001 with a 7012, which reads
ranges of columns and an empty list.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import (
    CommunicationError,
    ConfigError,
    InstrumentError,
    LimitError,
    Problem,
    ReadBackError,
)
from bench.core.roles import Crosspoint, SafeReport, SwitchMatrix
from drivers import replies
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults
from drivers.error_queue import ErrorQueue
from drivers.keithley import keithley7001_settings as commands
from drivers.link import Link
from drivers.safe_state import Step, bring_to_safe, urgent
from drivers.settings import do

COLUMNS = ("current source high", "current source low or ammeter", "voltmeter high", "voltmeter low")
"""What the columns 1 to 4 of the 7065 lead to; its rows 1 to 4 are the contacts of the sample."""


class Keithley7001(Driver):
    """One 7001, one 7065 in `slot` (option, 1 or 2). Plays the role SwitchMatrix.

    The card does not tell the mainframe what it is: connecting tells it, if it is told nothing else. Option
    `mode_relay` ("open", "closed") is crosspoint (4, 5), which changes the card between low and high
    resistivity; by the order in Keithley's library open is low and closed high. It is set with every pattern.
    Option `settle_s` is waited after each change besides the mainframe's own `*OPC?`.
    """

    connection: ClassVar = ConnectionDefaults(timeout_s=5.0, baud_rate=9600, serial_clear=b"\x18")
    identity_pattern: ClassVar = r"KEITHLEY INSTRUMENTS INC\.\s*,\s*MODEL 7001\s*,"
    option_names: ClassVar = CONNECTION_OPTIONS | {"slot", "mode_relay", "settle_s"}
    error_queue: ClassVar = ErrorQueue()
    readable: ClassVar = (*commands.READABLE, *(commands.CARD[slot] for slot in commands.SLOTS))
    reversible: ClassVar = commands.REVERSIBLE

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        problems = _problems(self._options, self.name)
        if problems:
            raise ConfigError(problems)
        self._slot: int = self._options.get("slot", 1)
        self._settle_s: float = self._options.get("settle_s", 0.02)
        self._always = frozenset({commands.MODE_RELAY} if self._options.get("mode_relay") == "closed" else ())

    # ---- connecting

    def _prepare(self) -> None:
        """Say which card is in the slot, where nobody has; refuse another one."""
        card = self._get(commands.CARD[self._slot])
        if card == commands.NO_CARD:
            self._put(commands.CARD[self._slot], commands.HALL_CARD)
        elif card != commands.HALL_CARD:
            raise InstrumentError(
                f"slot {self._slot} is said to hold a {card}, not the Hall card {commands.HALL_CARD}",
                instrument=self.name,
                state="no relay was moved",
                remedy="correct the option slot, or the card type in the mainframe's menu",
            )
        if not self.closed():
            self._put(commands.SINGLE_CHANNEL, False)

    # ---- switching

    def size(self) -> Crosspoint:
        """Four contacts, and the four terminals of COLUMNS."""
        return commands.ROWS, commands.COLUMNS

    def connect_only(self, crosspoints: Collection[Crosspoint]) -> None:
        """Open everything, see that it is open, close these, wait for them, read back and compare.

        The source has to be off. Raises LimitError before anything is sent for a crosspoint there is not or
        for one contact on both terminals of the source; ReadBackError, with everything open again, if the
        switch holds something else, as when single-channel mode was switched on at its front panel.
        """
        wanted = frozenset(crosspoints)
        self._check(wanted)
        with self._link.lock:
            self.open_all()
            message = f":ROUT:CLOS {_listed(self._slot, wanted | self._always)}"
            if wanted:
                do(self._link, message)
                self._wait()
            held = self._held()
            if held == (self._on_slot(wanted | self._always) if wanted else frozenset()):
                return
            self._link.send(commands.OPEN_ALL)
        raise ReadBackError(
            f"after {message!r} these are closed: {_named(held)}",
            instrument=self.name,
            state="everything was told to open again",
            remedy="leave the front panel alone; look for single-channel mode and for the card type",
        )

    def open_all(self) -> None:
        """Open everything and see that it is. Raises ReadBackError, CommunicationError."""
        with self._link.lock:
            do(self._link, commands.OPEN_ALL)
            self._wait()
            held = self._held()
        if held:
            raise ReadBackError(
                f"these stay closed: {_named(held)}",
                instrument=self.name,
                state=f"closed: {_named(held)}",
                remedy="switch the source off, then look at the front panel",
            )

    def closed(self) -> frozenset[Crosspoint]:
        """Ask which crosspoints of this card are closed, the mode relay left out."""
        on_card = {(row, column) for slot, row, column in self._held() if slot == self._slot}
        return frozenset(on_card - {commands.MODE_RELAY})

    def make_safe(self) -> SafeReport:
        """Everything open, verified. Whoever makes a bench safe switches its sources off before.

        Raises SafeStateError if a relay is not seen to be open.
        """
        with urgent(self._link) as port:
            steps: list[Step] = [
                ("clear", port.clear),
                ("open all", lambda: port.write(commands.OPEN_ALL)),
            ]
            report = bring_to_safe(self.name, steps, lambda: _verify(port))
            with contextlib.suppress(
                CommunicationError
            ):  # so that no later command is blamed for an old error
                port.read_errors()
            return report

    # ---- inside

    def _check(self, wanted: frozenset[Crosspoint]) -> None:
        rows, columns = self.size()
        strange = sorted(one for one in wanted if not (1 <= one[0] <= rows and 1 <= one[1] <= columns))
        shorted = {row for row, column in wanted if column == 1} & {
            row for row, column in wanted if column == 2
        }
        what = ""
        if strange:
            what = f"there is no crosspoint {strange[0]}; there are {rows} rows and {columns} columns"
        elif shorted:
            what = f"contact {min(shorted)} would short the source (columns 1 and 2)"
        if what:
            raise LimitError(what, instrument=self.name, state="nothing was sent, no relay was moved")

    def _wait(self) -> None:
        self._link.ask("*OPC?", replies.integer)
        if self._settle_s:
            self._link.clock.sleep(self._settle_s)

    def _held(self) -> frozenset[commands.Channel]:
        return self._link.ask(commands.CLOSED_QUERY, commands.channels)

    def _on_slot(self, crosspoints: frozenset[Crosspoint]) -> frozenset[commands.Channel]:
        return frozenset((self._slot, row, column) for row, column in crosspoints)


def _listed(slot: int, crosspoints: Collection[Crosspoint]) -> str:
    return f"(@{','.join(f'{slot}!{row}!{column}' for row, column in sorted(crosspoints))})"


def _named(channels: Collection[commands.Channel]) -> str:
    return ", ".join("!".join(map(str, one)) for one in sorted(channels)) or "none"


def _verify(link: Link) -> tuple[bool, str]:
    held = link.ask(commands.CLOSED_QUERY, commands.channels)
    return not held, f"closed: {_named(held)}"


_VALID: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "slot": (lambda value: type(value) is int and value in commands.SLOTS, "1 or 2"),
    "mode_relay": (lambda value: value in ("open", "closed"), '"open" or "closed"'),
    "settle_s": (lambda value: isinstance(value, int | float) and 0 <= value <= 60, "seconds, 0 to 60"),
}


def _problems(options: Mapping[str, Any], instrument: str) -> list[Problem]:
    return [
        Problem(f"instruments.{instrument}.options.{key}", f"{options[key]!r} cannot be used", remedy)
        for key, (allows, remedy) in _VALID.items()
        if key in options and not allows(options[key])
    ]


if TYPE_CHECKING:

    def _plays_its_role(switch: Keithley7001) -> SwitchMatrix:
        return switch
