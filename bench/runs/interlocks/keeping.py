"""Takes up what an earlier bench left latched, and keeps what is latched now."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TypeAlias

from bench.core.clock.interface import Clock
from bench.runs.engine.leases import Resource
from bench.runs.interlocks.memory import Latch, LatchMemory
from bench.runs.interlocks.releasing import utc_of
from bench.runs.interlocks.rule_state import RuleState, Violated
from bench.runs.storage.files import StorageError
from bench.safety.watch import Violation

Held: TypeAlias = frozenset[Resource]

_log = logging.getLogger(__name__)


class LatchKeeper:
    """Of the rules of one bench, which `mutex` guards. Without a memory it does nothing."""

    def __init__(self, states: Sequence[RuleState], clock: Clock, mutex: threading.Lock) -> None:
        self._states = states
        self._clock = clock
        self._mutex = mutex
        self._memory: LatchMemory | None = None
        self._writing = threading.Lock()
        self._kept: list[tuple[str, Held, Violated]] = []

    @property
    def works(self) -> bool:
        """Whether it has a memory."""
        return self._memory is not None

    def remember(self, memory: LatchMemory) -> None:
        """Take up what it holds, and keep it there from now on. Raises StorageError."""
        latches = memory.kept()
        self._memory = memory
        with self._mutex:
            now, utc = self._clock.now(), self._clock.utc()
            for state in self._states:
                for latch in latches:
                    if latch.rule == state.rule.name and state.rule.then != "warn":
                        since = now - max(0.0, (utc - latch.since).total_seconds())
                        violation = Violation(since, latch.first)
                        state.restore(latch.held, Violated(violation, latch.value, latch.unit, latch.bars))
        self._kept = self._latched()

    def keep(self) -> None:
        """Write down what is latched, if that is new. Raises nothing; a disk that is full is logged.

        Never called where a run waits for it: making safe comes first.
        """
        if self._memory is None:
            return
        with self._writing:  # so that what is older never comes last
            latched = self._latched()
            if latched == self._kept:
                return
            try:
                self._memory.keep([self._latch(*one) for one in latched])
            except StorageError as error:
                _log.warning("a start of the bench would release what is latched: %s", error)
            else:
                self._kept = latched

    def _latched(self) -> list[tuple[str, Held, Violated]]:
        with self._mutex:
            return [(state.rule.name, *one) for state in self._states for one in state.left]

    def _latch(self, rule: str, held: Held, violated: Violated) -> Latch:
        violation = violated.violation
        since = utc_of(self._clock, violation.since)
        return Latch(rule, since, violation.value, violated.value, violated.unit, held, violated.bars)
