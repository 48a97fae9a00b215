"""The base of an instrument that runs TSP: messages are Lua chunks, and a script takes its time.

A chunk runs at once up to its first wait (`delay`, `trigger.wait`), or until it has booked more than a second
of conversions; from there it goes on when the clock has come that far, whoever looks next. Meanwhile other
messages wait, as in the instrument's command queue; only `abort` and `*TRG` act at once. `abort` and a device
clear end a script and leave outputs as they are (device clear: 2600BS-901-01 Rev. F, section 11, general bus
commands; that messages wait for a running script is from memory).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.core.clock import Clock
from simulators.wire.device import TimedDevice
from simulators.wire.tsp.common import CommonCommands
from simulators.wire.tsp.errors import SYNTAX, TspError
from simulators.wire.tsp.interpreter import Interpreter, SyntaxFault, told
from simulators.wire.tsp.loading import Loader
from simulators.wire.tsp.node import Node
from simulators.wire.tsp.printing import Format
from simulators.wire.tsp.reporting import Reports
from simulators.wire.tsp.running import Running

COMMAND_s = 50e-6
"""What each command takes: our choice, so that a loop that asks for the time ends."""
QUEUED = 64
"""Messages that wait for a script; more are lost with an error: our choice."""


class TspInstrument(TimedDevice):
    """Add commands with `install`; refuse in them by raising TspError."""

    def __init__(self, clock: Clock, *, name: str, identity: str) -> None:
        super().__init__(clock)
        self.name = name
        self.identity = identity
        self.reports = Reports()
        self.errors, self.status = self.reports.errors, self.reports.status
        self.format = Format()
        self.prompts = False
        self.reply_to: Callable[[str], None] | None = None
        """Where a reply goes that no message waits for any more: its port sets this."""
        self._epoch = clock.utc() - timedelta(seconds=clock.now())
        self._loader = Loader()
        self._running = Running(self)
        self._queue: deque[str] = deque()
        self._said: list[str] = []
        self._common = CommonCommands(self)
        self.interpreter = Interpreter(self._host(), fail=self._fail_to_compile)
        self.install("format", self.format.node())
        self.install("errorqueue", self.reports.node())

    # -- what an instrument builds on -----------------------------------------------------------------------

    def install(self, name: str, node: Node) -> Any:
        """Make a node a global; every call in it takes its time, and reports what it refuses."""
        return self.interpreter.install(name, node.wrapped(self._reporting))

    def report(self, error: TspError) -> None:
        """Put an error in the queue."""
        self.reports.add(error)

    def reset(self) -> None:
        """What `reset()` does: extend it by what goes back to its default."""
        self.format.reset()

    def triggered(self) -> None:
        """*TRG or the bus trigger."""
        if self._running.trigger():
            self.time = max(self.clock.now(), self.busy_until)
            self._after(self._running.go_on())

    # -- what a port calls ----------------------------------------------------------------------------------

    def execute(self, message: str) -> str | None:
        """See MessageDevice: everything that is said before the first wait; the rest goes to `reply_to`."""
        self.resume()
        plain = message.strip()
        if plain == "abort":
            self._end_script()
        elif plain.upper() == "*TRG" and self.is_busy:
            self.triggered()
        elif self.is_busy:
            self._put_in_queue(message)
        else:
            self.begin()
            self._run(message)
        return self._take_said()

    def resume(self) -> None:
        """Bring a running script, and what waits for it, up to the clock."""
        now = self.clock.now()
        self._running.calls = 0
        while (wakes_at := self._running.wakes_at) is not None and wakes_at <= now:
            self.time = wakes_at
            self._after(self._running.go_on())
        if self._said and self.reply_to is not None:
            for line in self._said:
                self.reply_to(line)
            self._said.clear()

    @property
    def wakes_at(self) -> float | None:
        """Clock second at which a script goes on by itself; None if none does."""
        return self._running.wakes_at

    @property
    def is_busy(self) -> bool:
        """Whether a script is running."""
        return self._running.is_busy

    def clear(self) -> None:
        """See MessageDevice: a running script ends, what waits and what was said is forgotten."""
        self.resume()
        self._queue.clear()
        self._end_script()
        self._said.clear()
        self._loader.forget()
        super().clear()

    def serial_poll(self, message_available: bool) -> int:
        """See MessageDevice."""
        self.resume()
        return self.reports.poll(message_available)

    def bus_trigger(self) -> None:
        """See MessageDevice."""
        self.execute("*TRG")

    def interrupted(self) -> None:
        """See MessageDevice: -410."""
        self.report(TspError(-410))

    def unterminated(self) -> None:
        """See MessageDevice: -420."""
        self.report(TspError(-420))

    def overrun(self) -> None:
        """See MessageDevice: -363."""
        self.report(TspError(-363))

    # -- running --------------------------------------------------------------------------------------------

    def _run(self, message: str) -> None:
        if self._loader.is_collecting:
            if self._collect(message):
                return
        elif self._loader.begins(message):
            pass
        elif message.lstrip().startswith("*"):
            self._run_common(message)
        elif message.strip():
            self._start(message)
            return
        self._finish_message()

    def _run_common(self, message: str) -> None:
        try:
            reply = self._common.run(message)
        except TspError as error:
            self.report(error)
        else:
            if reply is not None:
                self._say(reply)

    def _collect(self, message: str) -> bool:
        """One more line of a script; whether that was its end and it runs."""
        whole = self._loader.take(message)
        if whole is None:
            return False
        text, name, runs = whole
        if not self.interpreter.make_script(text, name) or not runs:
            return False
        self._start(f"{name or 'script'}.run()")
        return True

    def _start(self, text: str) -> None:
        try:
            step = self.interpreter.start(text)
        except SyntaxFault as fault:
            self._fail_to_compile(str(fault))
            self._finish_message()
            return
        self._after(self._running.start(step))

    def _after(self, state: str) -> None:
        self.busy_until = self.time
        if state == "ended":
            self._finish_message()

    def _finish_message(self) -> None:
        self.busy_until = self.time
        if self.prompts:
            self._say("TSP?" if len(self.errors) else "TSP>")
        if self._queue and not self.is_busy:
            self._run(self._queue.popleft())

    def _end_script(self) -> None:
        self._running.end()
        self.time = self.busy_until = self.clock.now()
        if self._queue:
            self._run(self._queue.popleft())

    def _put_in_queue(self, message: str) -> None:
        if len(self._queue) >= QUEUED:
            self.report(TspError(-363))
        else:
            self._queue.append(message)

    # -- what a script asks of its host ---------------------------------------------------------------------

    def _host(self) -> dict[str, Callable[..., Any]]:
        return {
            **self._running.host(),
            "book": self._reporting(self._running.host()["book"]),
            "say": self._reporting(self._say),
            "say_numbers": lambda values: self._say(self.format.numbers(list(values.values()))),
            "number": lambda value: self.format.number(float(value)),
            "epoch": lambda: float(round((self._epoch + timedelta(seconds=self.time)).timestamp())),
            "uptime": lambda: self.time,
        }

    def _say(self, text: str) -> None:
        self._said.append(text)

    def _take_said(self) -> str | None:
        if not self._said:
            return None
        text = "\n".join(self._said)
        self._said.clear()
        return text

    def _reporting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: object) -> Any:
            self.time += COMMAND_s
            self._running.calls += 1
            try:
                return call(*arguments)
            except TspError as error:
                self.report(error)
                return None

        return run

    def _fail_to_compile(self, message: str) -> None:
        self.report(TspError(SYNTAX, told("Syntax", message)))
