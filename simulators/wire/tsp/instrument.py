"""The base of an instrument that runs TSP: messages are Lua chunks, and a script takes its time.

A chunk runs at once up to its first wait (`delay`, `trigger.wait`), or until it has booked more than PACE_s
of conversions; from there it goes on when the clock has come that far, whoever looks next. Meanwhile other
messages wait, as in the instrument's command queue; only `abort` and `*TRG` act at once. `abort` and a device
clear end a script and leave outputs as they are (device clear: 2600BS-901-01 Rev. F, section 11, general bus
commands; that messages wait for a running script is from memory).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.core.clock import Clock
from simulators.wire.device import TimedDevice
from simulators.wire.scpi.errors import OPERATION_COMPLETE, QUERY_ERROR
from simulators.wire.scpi.status import MASTER_SUMMARY, MESSAGE_AVAILABLE, ServiceRequest, StatusModel
from simulators.wire.tsp.common import CommonCommands
from simulators.wire.tsp.errors import RUNTIME, SYNTAX, ErrorQueue, TspError
from simulators.wire.tsp.interpreter import Interpreter, Outcome, SyntaxFault, told
from simulators.wire.tsp.loading import Loader
from simulators.wire.tsp.node import Node
from simulators.wire.tsp.printing import Format, number

PACE_s = 1.0
"""How far a chunk may run ahead of the clock before it waits for it."""
COMMAND_s = 50e-6
"""What each command takes: our choice, so that a loop that asks for the time ends."""
QUEUED = 64
"""Messages that wait for a script; more are lost with an error: our choice."""

Step = Callable[[], tuple[Outcome, str]]


class TspInstrument(TimedDevice):
    """Add commands with `install`; refuse in them by raising TspError."""

    def __init__(self, clock: Clock, *, name: str, identity: str) -> None:
        super().__init__(clock)
        self.name = name
        self.identity = identity
        self.errors = ErrorQueue()
        self.status = StatusModel()
        self.format = Format()
        self.prompts = False
        self.reply_to: Callable[[str], None] | None = None
        """Where a reply goes that no message waits for any more: its port sets this."""
        self._epoch = clock.utc() - timedelta(seconds=clock.now())
        self._service = ServiceRequest()
        self._loader = Loader()
        self._running: Step | None = None
        self._wakes_at: float | None = None
        self._deadline = math.inf
        self._waits_for_trigger = False
        self._trigger_seen = False
        self._queue: deque[str] = deque()
        self._said: list[str] = []
        self._common = CommonCommands(self)
        self.interpreter = Interpreter(self._host(), fail=self._fail_to_compile)
        self.install("format", self.format.node())
        self.interpreter.install("errorqueue", self._error_node())

    # -- what an instrument builds on -----------------------------------------------------------------------

    def install(self, name: str, node: Node) -> None:
        """Make a node a global; every call in it reports what it refuses."""
        self.interpreter.install(name, self.guarded(node))

    def guarded(self, node: Node) -> Node:
        """The node with every function reporting instead of raising, and taking the time of a command."""
        return Node(
            {name: self._reporting(call) for name, call in node.getters.items()},
            {name: self._reporting(call) for name, call in node.setters.items()},
            {name: self._reporting(call) for name, call in node.functions.items()},
            node.constants,
            {name: self.guarded(one) for name, one in node.objects.items()},
        )

    def report(self, error: TspError) -> None:
        """Put an error in the queue."""
        self.errors.push(error)
        self._note_errors()

    def reset(self) -> None:
        """What `reset()` does: extend it by what goes back to its default."""
        self.format.reset()

    # -- the common commands --------------------------------------------------------------------------------

    def clear_status(self) -> None:
        """*CLS."""
        self.errors.clear()
        self.status.clear()
        self._note_errors()

    def operation_complete(self) -> None:
        """*OPC: nothing here overlaps."""
        self.status.latch_standard(OPERATION_COMPLETE)

    def triggered(self) -> None:
        """*TRG or the bus trigger."""
        self._trigger_seen = True

    def status_byte(self, message_available: bool) -> int:
        """The status byte with the master summary in bit 6."""
        byte = self.status.summary() | (MESSAGE_AVAILABLE if message_available else 0)
        return byte | MASTER_SUMMARY if byte & self.status.service_enable else byte

    # -- what a port calls ----------------------------------------------------------------------------------

    def execute(self, message: str) -> str | None:
        """See MessageDevice: everything that is said before the first wait; the rest goes to `reply_to`."""
        self.resume()
        plain = message.strip()
        if plain == "abort":
            self._end_script()
        elif plain.upper() == "*TRG" and self.is_busy:
            self._trigger_now()
        elif self.is_busy:
            self._put_in_queue(message)
        else:
            self.begin()
            self._run(message)
        return self._take_said()

    def resume(self) -> None:
        """Bring a running script, and what waits for it, up to the clock."""
        now = self.clock.now()
        while self._wakes_at is not None and self._wakes_at <= now:
            self.time = self._wakes_at
            self._step()
        if self._said and self.reply_to is not None:
            for line in self._said:
                self.reply_to(line)
            self._said.clear()

    @property
    def wakes_at(self) -> float | None:
        """Clock second at which a script goes on by itself; None if none does."""
        return self._wakes_at

    @property
    def is_busy(self) -> bool:
        """Whether a script is running."""
        return self._running is not None

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
        byte = self.status.summary() | (MESSAGE_AVAILABLE if message_available else 0)
        self._service.forget(~byte)
        return self._service.poll(byte, self.status.service_enable)

    def bus_trigger(self) -> None:
        """See MessageDevice."""
        self.execute("*TRG")

    def interrupted(self) -> None:
        """See MessageDevice: -410."""
        self._protocol_error(-410)

    def unterminated(self) -> None:
        """See MessageDevice: -420."""
        self._protocol_error(-420)

    def overrun(self) -> None:
        """See MessageDevice: -363."""
        self._protocol_error(-363)

    # -- running --------------------------------------------------------------------------------------------

    def _run(self, message: str) -> None:
        if self._loader.is_collecting:
            self._collect(message)
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

    def _collect(self, message: str) -> None:
        whole = self._loader.take(message)
        if whole is None:
            return
        text, name, runs = whole
        made = self.interpreter.global_("script").new(text, name or None)
        if made is not None and runs:
            self._start(f"{name or 'script'}.run()")

    def _start(self, text: str) -> None:
        try:
            self._running = self.interpreter.start(text)
        except SyntaxFault as fault:
            self._fail_to_compile(str(fault))
            self._finish_message()
            return
        self._step()

    def _step(self) -> None:
        assert self._running is not None
        outcome, why = self._running()
        self.busy_until = self.time
        if outcome == "waits":
            self._wakes_at = self._deadline if self._waits_for_trigger else self.time
            if self._wakes_at == math.inf:
                self._wakes_at = None
            return
        self._wakes_at = None
        if outcome == "endless":  # it keeps the instrument busy until somebody sends `abort`
            return
        if outcome == "failed":
            self.report(TspError(RUNTIME, told("Runtime", why)))
        self._running = None
        self._finish_message()

    def _finish_message(self) -> None:
        self.busy_until = self.time
        if self.prompts:
            self._say("TSP?" if len(self.errors) else "TSP>")
        if self._queue and not self.is_busy:
            self._run(self._queue.popleft())

    def _end_script(self) -> None:
        self._running = self._wakes_at = None
        self._waits_for_trigger = False
        self.time = self.busy_until = self.clock.now()
        if self._queue:
            self._run(self._queue.popleft())

    def _put_in_queue(self, message: str) -> None:
        if len(self._queue) >= QUEUED:
            self._protocol_error(-363)
        else:
            self._queue.append(message)

    def _trigger_now(self) -> None:
        self.triggered()
        if self._waits_for_trigger:
            self.time = max(self.clock.now(), self.busy_until)
            self._step()

    # -- what a script asks of its host ---------------------------------------------------------------------

    def _host(self) -> dict[str, Callable[..., Any]]:
        return {
            "is_ahead": lambda: self.time - self.clock.now() > PACE_s,
            "book": self._reporting(lambda seconds: self.spend(max(number(seconds), 0.0))),
            "wait": self._wait,
            "timed_out": lambda: self.time >= self._deadline,
            "trigger_take": self._take_trigger,
            "trigger_clear": self._clear_trigger,
            "say": self._say,
            "say_numbers": lambda values: self._say(self.format.numbers(list(values.values()))),
            "number": lambda value: self.format.number(float(value)),
            "epoch": lambda: float(round((self._epoch + timedelta(seconds=self.time)).timestamp())),
            "uptime": lambda: self.time,
        }

    def _wait(self, seconds: float | None) -> None:
        self._waits_for_trigger = seconds is not None
        self._deadline = math.inf if seconds is None else self.time + float(seconds)

    def _take_trigger(self) -> bool:
        seen, self._trigger_seen = self._trigger_seen, False
        return seen

    def _clear_trigger(self) -> None:
        self._trigger_seen = False

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
            try:
                return call(*arguments)
            except TspError as error:
                self.report(error)
                return None

        return run

    def _fail_to_compile(self, message: str) -> None:
        self.report(TspError(SYNTAX, told("Syntax", message)))

    def _error_node(self) -> Node:
        node = Node(functions={"next": self._next_error, "clear": self._clear_errors})
        node.attribute("count", lambda: float(len(self.errors)))
        return self.guarded(node)

    def _next_error(self) -> tuple[object, ...]:
        entry = self.errors.next()
        self._note_errors()
        return tuple(entry)

    def _clear_errors(self) -> None:
        self.errors.clear()
        self._note_errors()

    def _protocol_error(self, code: int) -> None:
        self.report(TspError(code))
        self.status.latch_standard(QUERY_ERROR)

    def _note_errors(self) -> None:
        self.status.error_available = len(self.errors) > 0
        self.status.changed = True
