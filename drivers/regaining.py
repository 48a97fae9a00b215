"""A lost connection opened anew, for a bounded time, and used again only if nothing has changed meanwhile.

An instrument that lost its power comes back with other settings; another one may have been plugged in. So
the link counts as back only if the same instrument answers (serial number and firmware too), does not say
that it was switched on since (IEEE 488.2, 11.5.1.1: the power-on bit of *ESR?), and every setting that was
put and read back before still reads back so. If not, the connection is closed, so that nothing reaches it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyvisa.errors import Error as VisaError

from bench.core.clock import Clock
from bench.core.errors import CommandRejectedError, CommunicationError, LinkLostError
from bench.core.link_events import LinkEvent, LinkWatcher
from drivers.ledger import Ledger

if TYPE_CHECKING:
    from drivers.settings import Setting
    from drivers.typed_pymeasure import Adapter

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 2.0
"""Clock seconds between two attempts: the first pause, doubled each time up to the longest."""

_FAILED = (CommunicationError, CommandRejectedError, VisaError, OSError, ValueError)


class _OtherError(Exception):
    """Somebody answers, but not as the instrument was left: trying again will not help."""


class Regaining:
    """What one driver's links share. `limit_s` bounds one gap, in clock seconds; 0 never tries.

    `identify` returns who answers, `restarted` whether it was switched on since that was last asked; both
    talk over the very connection. Nothing is regained before `know` and after `forget_identity`.
    """

    def __init__(
        self,
        adapter: Adapter,
        *,
        name: str,
        clock: Clock,
        limit_s: float,
        identify: Callable[[], str],
        restarted: Callable[[], bool],
        read: Callable[[Setting[Any]], Any],
    ) -> None:
        self._adapter = adapter
        self._name = name
        self._clock = clock
        self._limit_s = limit_s
        self._identify = identify
        self._restarted = restarted
        self._read = read
        self._identity: str | None = None
        self._busy = False
        self._lost_at: float | None = None
        self._attempts = 0
        self._ruled_out: _OtherError | None = None
        self.ledger = Ledger()
        self.watcher: LinkWatcher | None = None

    def know(self, identity: str) -> None:
        """Who answered at `connect`: from now on a lost link may be regained."""
        self._identity = identity
        self._lost_at, self._attempts, self._ruled_out = None, 0, None

    def forget_identity(self) -> None:
        """Closed, or about to be connected anew."""
        self._identity = None
        self.ledger.forget()

    @property
    def possible(self) -> bool:
        """Whether there is any sense in trying."""
        known = self._identity is not None and not self._busy and self._limit_s > 0
        return known and hasattr(self._adapter, "reopen")

    def regain(
        self, error: BaseException, command: str, *, within_s: float | None, clear: Callable[[], None]
    ) -> None:
        """Get the link back, or raise LinkLostError that says why not.

        `within_s` is for making safe: a bound of its own, and only the identity has to be the same. After a
        gap was once given up, one attempt is made each time, without waiting; none once somebody else
        answered, or the instrument was off meanwhile.
        """
        hurried = within_s is not None
        if self._ruled_out is not None and not hurried:
            raise self._lost(command, error, str(self._ruled_out))
        again = self._lost_at is not None and not hurried
        limit_s = 0.0 if again else self._limit_s if within_s is None else min(self._limit_s, within_s)
        begun = self._clock.now()
        if self._lost_at is None:
            self._lost_at = begun
            self._tell("link lost", command, str(_cause(error)))
        self._busy = True
        try:
            self._until(begun + limit_s, thorough=not hurried, clear=clear)
        except _OtherError as other:
            self._ruled_out = other
            self._close()
            self._tell("link given up", command, str(other))
            raise self._lost(command, error, str(other)) from other
        except _FAILED as last:
            self._close()
            bound = f"within {limit_s:g} s" if hurried or self._patient() else "before the run was stopped"
            waited = f"it did not come back {bound} ({self._attempts} attempts; the last: {last})"
            if not again:
                self._tell("link given up", command, waited)
            raise self._lost(command, error, waited) from last
        finally:
            self._busy = False
        unchanged = "and is as it was left" if not hurried else "and is made safe"
        self._tell("link back", command, f"the same instrument answers, {unchanged}")
        self._lost_at, self._attempts = None, 0

    def _until(self, deadline: float, *, thorough: bool, clear: Callable[[], None]) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            self._attempts += 1
            try:
                self._adapter.reopen()  # type: ignore[attr-defined]  # asked for in `possible`
                clear()
                self._check(thorough)
            except _FAILED:
                if self._clock.now() + pause_s > deadline or (thorough and not self._patient()):
                    raise
            else:
                return
            self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _check(self, thorough: bool) -> None:
        answers = self._identify()
        if answers != self._identity:
            raise _OtherError(f"{answers!r} answers where {self._identity!r} was")
        if not thorough:
            return
        try:
            restarted = self._restarted()
        except CommunicationError as error:  # reading it has cleared it, so it must not be asked again
            raise _OtherError(f"whether it was switched on anew could not be read: {error.what}") from error
        if restarted:
            raise _OtherError("the instrument was switched on anew meanwhile, so its settings are its own")
        if differing := self.ledger.differing(self._read):
            raise _OtherError(f"settings changed meanwhile: {'; '.join(differing)}")

    def _patient(self) -> bool:
        return self.watcher is None or self.watcher.patient(self._name)

    def _tell(self, kind: Any, command: str, what: str) -> None:
        if self.watcher is None:
            return
        since = self._clock.now() - self._lost_at if self._lost_at is not None else 0.0
        with contextlib.suppress(Exception):  # a record that cannot be kept is its keeper's trouble
            self.watcher.told(LinkEvent(self._name, kind, command, what, since, self._attempts))

    def _close(self) -> None:
        with contextlib.suppress(VisaError, OSError):
            self._adapter.close()

    def _lost(self, command: str, error: BaseException, what: str) -> LinkLostError:
        return LinkLostError(
            f"the connection was lost at {command!r} ({_cause(error)}); {what}",
            instrument=self._name,
            state="nothing was sent again; the instrument keeps doing what it did, an output may be live",
            remedy="check cable and power, then open the connection again",
        )


def _cause(error: BaseException) -> BaseException:
    """What the line said, without our own words around it."""
    return error.__cause__ or error if isinstance(error, LinkLostError) else error
