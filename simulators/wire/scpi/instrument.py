"""The base of every simulated SCPI instrument: runs messages, keeps status, error queue and local time."""

from __future__ import annotations

import math
from collections import deque
from typing import ClassVar

from bench.core.clock import Clock
from simulators.wire.device import TimedDevice
from simulators.wire.scpi.common import CommonCommands, StatusCommands
from simulators.wire.scpi.compiler import Step, compile_message
from simulators.wire.scpi.errors import OPERATION_COMPLETE, QUERY_ERROR, ErrorQueue, ScpiError
from simulators.wire.scpi.settings import restore_settings
from simulators.wire.scpi.status import MASTER_SUMMARY, MESSAGE_AVAILABLE, ServiceRequest, StatusModel
from simulators.wire.scpi.tree import Tree, handlers_of

_PLANS_KEPT = 4096
"""Messages whose parsing is remembered; when full all are forgotten (a sweep never repeats its numbers)."""


class ScpiInstrument(TimedDevice):
    """An instrument that speaks SCPI. Declare its commands with `command` and `Setting`.

    Commands may be methods of a subclass or of groups given to `mount` (one object a subsystem, in its own
    file). `self.time` is the clock second at which the instrument is while it executes; `self.spend(s)` moves
    it on. A command refuses by raising ScpiError, and reports something else by `queue_error`.

    When a unit of a message is refused, by the parser or by its command, the rest of the message is
    discarded; units before it were executed and their replies are sent (Keithley 2400 manual 2400S-900-01,
    14-16 "Command execution rules" and B-9). An instrument that goes on after an execution error sets
    `goes_on_after_execution_error`.
    """

    goes_on_after_execution_error: ClassVar[bool] = False
    """Whether only command errors (-1xx) end a message (IEEE 488.2 leaves the rest to the maker)."""

    float_format: ClassVar[str] = ".6E"
    """How a float that a query returns is written."""

    def __init__(self, clock: Clock, *, name: str, identity: str, error_capacity: int = 10) -> None:
        super().__init__(clock)
        self.name = name
        self.identity = identity
        self.status = StatusModel()
        self.operations_end = -math.inf
        """Clock second at which the last overlapped operation ends: what *OPC, *OPC? and *WAI wait for."""
        self._errors = ErrorQueue(error_capacity)
        self._tree = Tree()
        self._groups: list[object] = []
        self._plans: dict[str, tuple[Step, ...]] = {}
        self._replies: list[str] = []
        self._service = ServiceRequest()
        self._bytes: deque[tuple[float, int]] = deque()
        self._byte = 0
        self._opc_due: float | None = None
        self.mount(CommonCommands(self), standard=True)
        self.mount(StatusCommands(self), standard=True)
        self.mount(self)

    # -- what an instrument builds on -----------------------------------------------------------------------

    def mount(self, group: object, *, standard: bool = False) -> None:
        """Add the commands that an object's methods and settings declare.

        Raises ValueError if one is there already; a `standard` one gives way to an instrument's own.
        """
        for handler in handlers_of(group):
            self._tree.add(handler, standard=standard)
        self._groups.append(group)
        self._plans.clear()

    def reset(self) -> None:
        """*RST: every Setting of the instrument and of its groups to its default. Extend as needed."""
        for group in self._groups:
            restore_settings(group)

    def options(self) -> str:
        """*OPT?: override where there are options."""
        return "0"

    def self_test(self) -> int:
        """*TST?: override to spend time or to fail."""
        return 0

    def trigger(self) -> None:
        """*TRG and the bus trigger; override where one can be waited for."""
        raise ScpiError(-211)

    def update_conditions(self) -> None:
        """Called before status is looked at: bring condition registers up to `self.time`."""

    def queue_error(self, code: int, text: str | None = None, bit: int | None = None) -> None:
        """Report an error without ending the command; a code of the maker's own needs its text."""
        self._report(ScpiError(code, text, bit))

    # -- error queue and operations, for the standard commands ----------------------------------------------

    @property
    def error_count(self) -> int:
        """Entries in the error queue."""
        return len(self._errors)

    @property
    def is_replying(self) -> bool:
        """Whether the message that runs has produced a reply already."""
        return bool(self._replies)

    def take_error(self) -> tuple[int, str]:
        """The oldest error, removed."""
        entry = self._errors.pop()
        self._note_errors()
        return entry

    def take_errors(self) -> list[tuple[int, str]]:
        """All errors, removed; (0, "No error") if there are none."""
        entries = self._errors.pop_all()
        self._note_errors()
        return entries

    def clear_errors(self) -> None:
        """Empty the error queue."""
        self._errors.clear()
        self._note_errors()

    def wait_for_operations(self) -> None:
        """Let local time pass until overlapped operations have ended."""
        self.time = max(self.time, self.operations_end)

    def announce_operation_complete(self) -> None:
        """Set the event of *OPC when overlapped operations have ended."""
        self._opc_due = self.operations_end
        self._note_operations(self.time)

    def cancel_operation_complete(self) -> None:
        """Back to the idle state of *OPC (IEEE 488.2 section 12.5.2)."""
        self._opc_due = None

    # -- what a port calls ----------------------------------------------------------------------------------

    def execute(self, message: str) -> str | None:
        """See MessageDevice: run one program message; the replies joined by `;`, None if there are none."""
        now = self.clock.now()  # begin(), without the call: this is the hot path of long runs
        self.time = now if now > self.busy_until else self.busy_until
        if self._opc_due is not None:
            self._note_operations(self.time)
        self._service.forget(MESSAGE_AVAILABLE)
        plan = self._plans.get(message)
        if plan is None:
            plan = self._compile(message)
        replies = self._replies
        replies.clear()
        for is_query, run in plan:
            try:
                answer = run()
            except ScpiError as error:
                self._report(error)
                if error.is_command_error or not self.goes_on_after_execution_error:
                    break
                continue
            if is_query and answer is not None:
                replies.append(answer if type(answer) is str else self._format(answer))
        self.busy_until = self.time
        if self.status.changed:
            self._note_byte(self.time)
        if not replies:
            return None
        reply = replies[0] if len(replies) == 1 else ";".join(replies)
        replies.clear()
        return reply

    def status_byte(self, message_available: bool) -> int:
        """The status byte with the master summary in bit 6, as *STB? replies it."""
        self.update_conditions()
        byte = self.status.summary() | (MESSAGE_AVAILABLE if message_available else 0)
        return byte | MASTER_SUMMARY if byte & self.status.service_enable else byte

    def serial_poll(self, message_available: bool) -> int:
        """See MessageDevice: the status byte as it is *now*, with the request for service in bit 6.

        What a message still running will do to the status is not seen before that message ends.
        """
        now = self.clock.now()
        if now >= self.busy_until:
            self.time = now
            self._note_operations(now)
            self.update_conditions()
            if self.status.changed:
                self._note_byte(now)
        while self._bytes and self._bytes[0][0] <= now:
            self._set_byte(self._bytes.popleft()[1])
        byte = self._byte | (MESSAGE_AVAILABLE if message_available else 0)
        return self._service.poll(byte, self.status.service_enable)

    def clear(self) -> None:
        """See MessageDevice; settings, status and error queue stay (IEEE 488.2 section 5.8)."""
        super().clear()
        self.operations_end = -math.inf
        self.cancel_operation_complete()
        self._bytes.clear()
        self._note_byte(self.time)

    def interrupted(self) -> None:
        """See MessageDevice: -410."""
        self._protocol_error(-410)

    def unterminated(self) -> None:
        """See MessageDevice: -420."""
        self._protocol_error(-420)

    def bus_trigger(self) -> None:
        """See MessageDevice: as *TRG."""
        self.execute("*TRG")

    def overrun(self) -> None:
        """See MessageDevice: -363."""
        self._protocol_error(-363)

    # -- inside ---------------------------------------------------------------------------------------------

    def _compile(self, message: str) -> tuple[Step, ...]:
        if len(self._plans) >= _PLANS_KEPT:
            self._plans.clear()
        plan = compile_message(self._tree, message)
        self._plans[message] = plan
        return plan

    def _format(self, answer: object) -> str:
        if isinstance(answer, bool):
            return "1" if answer else "0"
        if isinstance(answer, float):
            return format(answer, self.float_format)
        return str(answer)

    def _report(self, error: ScpiError) -> None:
        self._errors.push(error.code, error.text)
        self.status.latch_standard(error.bit)
        self._note_errors()

    def _protocol_error(self, code: int) -> None:
        self._report(ScpiError(code, bit=QUERY_ERROR if code <= -400 else None))
        self._note_byte(max(self.clock.now(), self.busy_until))

    def _note_errors(self) -> None:
        available = len(self._errors) > 0
        if available is not self.status.error_available:
            self.status.error_available = available
            self.status.changed = True

    def _note_operations(self, time: float) -> None:
        if self._opc_due is not None and time >= self._opc_due:
            self._opc_due = None
            self.status.latch_standard(OPERATION_COMPLETE)

    def _note_byte(self, time: float) -> None:
        """From this clock second on the status byte is what it is now."""
        self.status.changed = False
        self._bytes.append((time, self.status.summary()))
        if len(self._bytes) > 64 or time <= self.clock.now():
            self._settle_bytes()

    def _settle_bytes(self) -> None:
        now = self.clock.now()
        while self._bytes and (self._bytes[0][0] <= now or len(self._bytes) > 64):
            self._set_byte(self._bytes.popleft()[1])

    def _set_byte(self, byte: int) -> None:
        self._service.forget(self._byte & ~byte)
        self._byte = byte
