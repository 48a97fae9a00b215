"""The human beside the bench: asked at the terminal, simulated by the world, or absent."""

from __future__ import annotations

import collections
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class OperatorRequest:
    """One instruction that waits for its answer, which may come once and from any thread."""

    run_id: str
    instruction: str
    action: str
    details: Mapping[str, Any]
    wake: Callable[[], None]
    confirms: tuple[str, ...] = ()
    by: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    declined: str | None = None
    withdrawn: bool = False

    def reply(self, by: str, answers: Mapping[str, Any]) -> None:
        """It has been done, by whom, with these answers."""
        if self.open:
            self.answers = dict(answers)
            self.by = by
            self.wake()

    def decline(self, reason: str) -> None:
        """It will not be done."""
        if self.open:
            self.declined = reason
            self.wake()

    def withdraw(self) -> None:
        """The run does not wait any more (it was aborted)."""
        self.withdrawn = True

    @property
    def open(self) -> bool:
        """Whether an answer is still wanted."""
        return self.by is None and self.declined is None and not self.withdrawn


class Operator(Protocol):
    """Carries an instruction to whoever acts on it."""

    def ask(self, request: OperatorRequest) -> None:
        """Show the instruction and see to it that the request is answered, now or later. Must not wait."""
        ...


class SimulatedOperator:
    """Does at once in the world what is asked; an action the world does not know is declined."""

    def __init__(self, perform: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]) -> None:
        self._perform = perform

    def ask(self, request: OperatorRequest) -> None:
        """See Operator."""
        try:
            answers = self._perform(request.action, request.details)
        except ValueError as error:
            request.decline(f"the simulated operator cannot do that: {error}")
        else:
            request.reply("simulated operator", answers)


class AbsentOperator:
    """Nobody is there. `policy` "decline" ends the run at the step, "wait" holds it for a person to come."""

    def __init__(self, policy: Literal["decline", "wait"] = "decline") -> None:
        self._policy = policy

    def ask(self, request: OperatorRequest) -> None:
        """See Operator. With "wait", whoever comes answers through the run's events, or aborts."""
        if self._policy == "decline":
            request.decline(
                "nobody is at the bench: the run was started without a terminal. "
                "Start it from a terminal, or with --simulate"
            )
        else:
            _log.warning(
                "nobody is at the bench; run '%s' waits until somebody has done: %s",
                request.run_id,
                request.instruction,
            )


class ConsoleOperator:
    """Prompts on the terminal and takes initials, and a note if wanted: `AB pellet a bit cracked`.

    Runs that go on side by side are asked for one after another, so that an answer never goes to another
    step than the one it was typed for. One daemon thread reads lines for as long as the process lives,
    because a read from a terminal cannot be taken back when a run is aborted. A line that nobody asked for
    is dropped.
    """

    def __init__(
        self, read_line: Callable[[], str] | None = None, write: Callable[[str], object] | None = None
    ) -> None:
        self._read_line = read_line or sys.stdin.readline
        self._write = write or _to_stderr
        self._mutex = threading.Lock()
        self._waiting: collections.deque[OperatorRequest] = collections.deque()
        self._prompted: OperatorRequest | None = None
        self._ended = False
        self._reader: threading.Thread | None = None

    def ask(self, request: OperatorRequest) -> None:
        """See Operator."""
        with self._mutex:
            if self._ended:
                request.decline("the terminal is closed")
                return
            self._waiting.append(request)
            if self._reader is None:
                self._reader = threading.Thread(target=self._read, name="console operator", daemon=True)
                self._reader.start()
            if self._prompted is None or not self._prompted.open:
                self._prompt_next()

    def _prompt_next(self) -> None:
        """Under the mutex: show the first that still waits; those that do not are dropped."""
        self._prompted = None
        while self._waiting:
            request = self._waiting.popleft()
            if request.open:
                self._prompted = request
                break
        if self._prompted is not None:
            self._write(_prompt(self._prompted))

    def _read(self) -> None:
        while True:
            line = self._read_line()
            with self._mutex:
                if not line:
                    self._close()
                    return
                self._take(line)

    def _close(self) -> None:
        self._ended = True
        for request in (self._prompted, *self._waiting):
            if request is not None:
                request.decline("the terminal was closed")

    def _take(self, line: str) -> None:
        request = self._prompted
        if request is None or not request.open:
            self._prompt_next()
            return
        initials, _, note = line.strip().partition(" ")
        if not initials:
            self._write("  Initials are needed, they go into the journal: ")
            return
        answers: dict[str, Any] = {"note": note.strip()} if note.strip() else {}
        if request.confirms:
            answers["confirmed"] = list(request.confirms)
        request.reply(initials, answers)
        self._prompt_next()


def _prompt(request: OperatorRequest) -> str:
    confirms = "".join(f"\n  - confirm: {text}" for text in request.confirms)
    return (
        f"\n[{request.run_id}] {request.instruction}{confirms}\n"
        f"  When done{' and confirmed' if confirms else ''}: your initials, then Enter: "
    )


def _to_stderr(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
