"""A dead-man script: the instrument switches its output off when the PC has been quiet for too long.

A running script keeps the command interpreter busy, and that is what is used. Between two transactions of
the driver the instrument runs a script that waits and then switches the output off; the driver's next
transaction begins with `abort`, which ends the script, and its last act is to start it again. So whatever
kills the PC, the cable or the program in between, the output goes off `seconds` later. Only while a
transaction is going on is nobody counting, and it is armed only while the output may be on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import TracebackType

from bench.core.clock import ClockLock
from drivers.faults import TRANSPORT_ERRORS
from drivers.keithley.tsp import ABORT, Attribute, flag
from drivers.typed_pymeasure import Adapter

_log = logging.getLogger(__name__)
LEAST_S = 1.0
STEP_S = 0.1
"""The script waits in steps of this, so that `abort` never finds it in one long wait."""


def function_name(smu: str) -> str:
    """The script's name in the instrument."""
    return f"qms_dead_man_{smu}"


def script(smu: str) -> str:
    """The definition, as one chunk. The off mode is the driver's affair; it was set and verified before."""
    name = function_name(smu)
    return (
        f"{name}_acted = false "
        f"function {name}(steps) for step = 1, steps do delay({STEP_S!r}) end "
        f"{smu}.source.output = {smu}.OUTPUT_OFF {name}_acted = true end"
    )


def loaded(smu: str) -> Attribute[bool]:
    """Whether the instrument has the script; read only."""
    return Attribute(
        "dead_man_loaded", f"type({function_name(smu)}) == 'function'", flag, str, lambda a, b, _: a == b
    )


def acted(smu: str) -> Attribute[bool]:
    """Whether it has switched the output off; read only."""
    return Attribute(
        "dead_man_acted", f"{function_name(smu)}_acted == true", flag, str, lambda a, b, _: a == b
    )


class GuardedLock:
    """The port's lock, around whose outermost holding the script is ended and started again."""

    def __init__(
        self, lock: ClockLock, adapter: Adapter, start: str, *, is_needed: Callable[[], bool], name: str
    ) -> None:
        self._lock = lock
        self._adapter = adapter
        self._start = start
        self._is_needed = is_needed
        self._name = name
        self._depth = 0
        self._runs = False

    def acquire(self, timeout: float | None = None) -> bool:
        """See ClockLock."""
        if not self._lock.acquire(timeout):
            return False
        self._depth += 1
        if self._depth == 1 and self._runs:
            self._send(ABORT)
            self._runs = False
        return True

    def release(self) -> None:
        """See ClockLock."""
        if self._depth == 1 and self._is_needed():
            self._runs = True  # also if sending fails: it may have arrived
            self._send(self._start)
        self._depth -= 1
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _send(self, message: str) -> None:
        try:
            self._adapter.write(message)
        except TRANSPORT_ERRORS as error:  # the transaction's own message fails too, and that is reported
            _log.warning("%s: %r could not be sent: %s", self._name, message, error)
