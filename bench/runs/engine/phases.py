"""The phases of a run one by one: whatever one of them raises becomes part of how the run ends."""

from __future__ import annotations

from collections.abc import Callable

from bench.core.clock.interface import ActorEnded
from bench.core.errors import LinkLostError, RunAbortedError
from bench.runs.engine.control import RunControl
from bench.runs.engine.ending import Ending, describe
from bench.runs.engine.events import Status
from bench.runs.engine.gate import AbortIgnoredError, RunGate
from bench.runs.engine.run_log import RunLog

_OF_THE_PROCEDURE = ("startup", "execute", "shutdown")


class Phases:
    """`taken_up`: whether this is not the first attempt, so that a lost link interrupts it from the start."""

    def __init__(
        self, run_id: str, log: RunLog, ending: Ending, control: RunControl, gate: RunGate, *, taken_up: bool
    ) -> None:
        self._run_id = run_id
        self._log = log
        self._ending = ending
        self._control = control
        self._gate = gate
        self._taken_up = taken_up

    @property
    def well(self) -> bool:
        """Whether nothing went wrong and nobody asked for the end so far."""
        return self._ending.status == "done" and self._control.abort_reason is None

    def attempt(
        self,
        phase: str,
        act: Callable[[], object],
        *,
        otherwise: Status = "failed",
        announced: bool = True,
    ) -> bool:
        """Do one phase; True if it went well. Whatever it raises is noted and goes no further."""
        if announced:
            self._log.phase(phase)
        try:
            act()
        except RunAbortedError as error:
            self._note_abort(phase, error)
        except AbortIgnoredError as error:
            self._ending.note("aborted", phase, error)
        except ActorEnded as error:  # the clock gave up: somebody else failed, or everybody waits
            self._ending.note("interrupted", phase, error)
        except LinkLostError as error:  # the instrument may be well: a person, or a later attempt, goes on
            begun = phase != "connect" or self._taken_up
            self._ending.note(self._cut("interrupted" if begun else otherwise), phase, error)
            self._log.tell("error", f"{self._run_id}: {phase}: {describe(error)}", error)
        except BaseException as error:  # sys.exit() in a procedure too: shutdown has to follow
            made_safe_under_it = self._control.safe_now_reason is not None and phase in _OF_THE_PROCEDURE
            self._ending.note(self._cut(otherwise) if made_safe_under_it else otherwise, phase, error)
            self._log.tell("error", f"{self._run_id}: {phase}: {describe(error)}", error)
        else:
            return True
        return False

    def note_swallowed_abort(self) -> None:
        """A procedure that returned when it was told to stop (as pymeasure's do) was aborted all the same."""
        if self._control.abort_reason is not None and self._ending.status == "done":
            self._ending.note(self._stopped, "", self._control.abort_reason)

    @property
    def _stopped(self) -> Status:
        """What an abort makes of the run: a person's ends it, the computer's leaves it to be taken up."""
        return "interrupted" if self._control.cut_off else "aborted"

    def _cut(self, status: Status) -> Status:
        """What a fault makes of the run that an abort, or "safe now" beneath the procedure, may explain."""
        reason = self._control.abort_reason
        if reason is None:
            return status
        self._ending.note(self._stopped, "", reason)
        return self._stopped

    def _note_abort(self, phase: str, error: RunAbortedError) -> None:
        if self._gate.overran:
            self._ending.note("failed", phase, error)
        elif self._control.abort_reason is None:
            self._ending.note("aborted", phase, error)  # the procedure raised it by itself
        else:
            self._ending.note(self._stopped, phase if phase == "shutdown" else "", error)
