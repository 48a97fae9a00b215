"""How Lake Shore's magnet instruments talk: words with parameters, chained with `;`, IEEE 488.2 status.

Not SCPI: a word, a blank, numbers between commas; the replies of one message are joined with `;` (what the
maker's own Python package relies on, lakeshore 1.10.0). There is no error queue: a word that is not known
sets the command error bit of *ESR?, a number out of range the execution error bit (Model 642 manual 5.1.4,
Model 475 manual 6.1.4), and the message goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.core.clock import Clock
from simulators.wire.device import TimedDevice

OPERATION_COMPLETE, QUERY_ERROR, EXECUTION_ERROR, COMMAND_ERROR, POWER_ON = 1, 4, 16, 32, 128
MESSAGE_s = 2e-3
"""What a message takes: our choice."""


class ExecutionError(Exception):
    """It was understood and cannot be done."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a command: its limits, and how a query sends it back ("d" is a whole number)."""

    low: float
    high: float
    form: str = "d"

    def read(self, text: str) -> float:
        """Raises ValueError if it is no number, ExecutionError outside the limits."""
        value = float(text)
        if not self.low <= value <= self.high:
            raise ExecutionError
        return round(value) if self.form.endswith("d") else value

    def shown(self, value: float) -> str:
        """As a query sends it."""
        return format(int(value) if self.form.endswith("d") else value, self.form)


@dataclass(frozen=True, slots=True)
class Command:
    """What a word does, called with its numbers."""

    parameters: tuple[Parameter, ...]
    run: Callable[..., object]


class LakeShoreDevice(TimedDevice):
    """An instrument with a table of commands and one of queries; `values` are its stored settings."""

    def __init__(self, clock: Clock, *, name: str, identity: str) -> None:
        super().__init__(clock)
        self.name = name
        self.values: dict[str, tuple[float, ...]] = {}
        self._commands: dict[str, Command] = {}
        self._queries: dict[str, tuple[tuple[Parameter, ...], Callable[..., str]]] = {}
        self._defaults: dict[str, tuple[float, ...]] = {}
        self._event, self._event_enable, self._service_enable = POWER_ON, 0, 0
        byte = (Parameter(0, 255),)
        self.command("*CLS", (), self._clear_status)
        self.command("*RST", (), self.reset)
        self.command("*OPC", (), lambda: self.latch(OPERATION_COMPLETE))
        self.command("*ESE", byte, self._enable_events)
        self.command("*SRE", byte, self._enable_service)
        self.query("*IDN", lambda: identity)
        self.query("*OPC", lambda: "1")
        self.query("*TST", lambda: "0")
        self.query("*ESR", self._take_event)
        self.query("*ESE", lambda: f"{self._event_enable:03d}")
        self.query("*SRE", lambda: f"{self._service_enable:03d}")
        self.query("*STB", lambda: f"{self.status_byte():03d}")

    # -- what an instrument builds on -----------------------------------------------------------------------

    def command(self, word: str, parameters: Sequence[Parameter], run: Callable[..., object]) -> None:
        """Declare a command."""
        self._commands[word] = Command(tuple(parameters), run)

    def query(self, word: str, answer: Callable[..., str], parameters: Sequence[Parameter] = ()) -> None:
        """Declare the query of a word; `answer` is called with its numbers."""
        self._queries[word] = (tuple(parameters), answer)

    def stored(
        self,
        word: str,
        parameters: Sequence[Parameter],
        defaults: Sequence[float],
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        """Declare a command that is stored, and its query."""
        own = tuple(parameters)

        def assign(*values: float) -> None:
            self.values[word] = values
            changed()

        self._defaults[word] = self.values[word] = tuple(defaults)
        self.command(word, own, assign)
        self.query(
            word,
            lambda: ",".join(one.shown(value) for one, value in zip(own, self.values[word], strict=True)),
        )

    def latch(self, bits: int) -> None:
        """Set bits of the standard event register."""
        self._event |= bits

    def reset(self) -> None:
        """*RST: power-up settings. Extend as needed."""
        self.values.update(self._defaults)

    def update(self) -> None:
        """Called before a message and before anybody looks inside: bring state up to `self.time`."""

    def status_byte(self) -> int:
        """*STB?; extend with an instrument's own summary bits."""
        return 32 if self._event & self._event_enable else 0

    # -- what a port calls ----------------------------------------------------------------------------------

    def execute(self, message: str) -> str | None:
        """See MessageDevice."""
        self.begin()
        self.update()
        replies = []
        for part in filter(None, (one.strip() for one in message.split(";"))):
            try:
                reply = self._run(part)
            except ExecutionError:
                self.latch(EXECUTION_ERROR)
            except ValueError:
                self.latch(COMMAND_ERROR)
            else:
                replies += [] if reply is None else [reply]
        self.spend(MESSAGE_s)
        self.finish()
        return ";".join(replies) if replies else None

    def serial_poll(self, message_available: bool) -> int:
        """See MessageDevice."""
        self.begin()
        self.update()
        return self.status_byte() | (16 if message_available else 0)

    def look(self) -> None:
        """Bring state up to the clock, for tests and the front panel."""
        self.begin()
        self.update()

    # -- inside ---------------------------------------------------------------------------------------------

    def _run(self, text: str) -> str | None:
        word, _, rest = text.partition(" ")
        word = word.upper()
        given = [one.strip() for one in rest.split(",")] if rest.strip() else []
        if word.endswith("?"):
            parameters, answer = _known(self._queries, word[:-1])
            return str(answer(*_read(parameters, given)))
        command = _known(self._commands, word)
        command.run(*_read(command.parameters, given))
        return None

    def _take_event(self) -> str:
        event, self._event = self._event, 0
        return f"{event:03d}"

    def _clear_status(self) -> None:
        self._event = 0

    def _enable_events(self, bits: float) -> None:
        self._event_enable = int(bits)

    def _enable_service(self, bits: float) -> None:
        self._service_enable = int(bits)


def _known(table: dict[str, Any], word: str) -> Any:
    if word not in table:
        raise ValueError(word)
    return table[word]


def _read(parameters: Sequence[Parameter], given: Sequence[str]) -> list[float]:
    if len(parameters) != len(given):
        raise ValueError(f"{len(given)} numbers, not {len(parameters)}")
    return [one.read(text) for one, text in zip(parameters, given, strict=True)]
