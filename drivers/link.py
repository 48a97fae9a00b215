"""A conversation with one instrument: locked, retried where that is harmless, every fault told in full."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from pyvisa.errors import Error as VisaError

from bench.core.clock import Clock, ClockLock
from bench.core.errors import CommandRejectedError, CommunicationError
from drivers.error_queue import ErrorQueue, describe, is_rejection
from drivers.faults import TRANSPORT_ERRORS, TruncatedReplyError, classify, report
from drivers.ledger import Ledger
from drivers.regaining import Regaining
from drivers.replies import ReplyShapeError
from drivers.typed_pymeasure import Adapter

T = TypeVar("T")

READ_ATTEMPTS = 3
"""How often a query is sent before its failure is reported."""
QUIET_S = 0.1
"""Pause before the input is emptied again after a failed query, for a reply that is still on its way."""


class Link:
    """Messages to and from the instrument `name` through `adapter`.

    `lock` is held for a whole transaction (hold it around several calls to make them one). Queries are sent
    up to READ_ATTEMPTS times, with the input emptied in between; writes are sent once, because whether a
    lost write took effect cannot be known. A query that finds the connection lost has `regaining`, where
    there is one, open it anew, and is then asked again; see drivers.regaining.
    """

    def __init__(
        self,
        adapter: Adapter,
        *,
        name: str,
        clock: Clock,
        lock: ClockLock,
        error_queue: ErrorQueue | None = None,
        spacing_s: float = 0.0,
        regaining: Regaining | None = None,
    ) -> None:
        self.adapter = adapter
        self.name = name
        self.clock = clock
        self.lock = lock
        self.error_queue = error_queue
        self._spacing_s = spacing_s
        self._last_message = -float("inf")
        self._urgent_until: float | None = None
        self.regaining = regaining
        self.ledger = regaining.ledger if regaining is not None else Ledger()

    def urgent(self, within_s: float, *, lock: ClockLock | None = None) -> Link:
        """The same link for making safe, behind another lock if one is given.

        A lost connection is opened anew for `within_s` at most from now on, and only has to lead to the same
        instrument.
        """
        link = Link(
            self.adapter,
            name=self.name,
            clock=self.clock,
            lock=lock or self.lock,
            error_queue=self.error_queue,
            spacing_s=self._spacing_s,
            regaining=self.regaining,
        )
        link._urgent_until = self.clock.now() + within_s
        return link

    def write(self, command: str) -> None:
        """Send one message, once; what it changes is not known here. Raises as `send`."""
        self.ledger.forget()
        self.send(command)

    def send(self, command: str) -> None:
        """Send one message, once. Raises CommunicationError or LinkLostError."""
        with self.lock:
            try:
                self._send(command)
            except TRANSPORT_ERRORS as error:
                state = "whether the message arrived is unknown, so the setting is unknown too"
                raise report(error, instrument=self.name, command=command, state=state) from error

    def ask(
        self,
        command: str,
        parse: Callable[[str], T],
        *,
        attempts: int = READ_ATTEMPTS,
        patience_s: float = 0.0,
        delay_s: float = 0.0,
    ) -> T:
        """Send a query and return its reply through `parse`, which raises ReplyShapeError on a wrong shape.

        `patience_s` is for replies that take longer than the line's usual timeout, `delay_s` a pause between
        query and reading. Raises CommandRejectedError if the instrument explains its silence in its error
        queue, GarbledReplyError if no attempt brought a proper reply, LinkLostError or CommunicationError.
        """
        fault: Exception | None = None
        regained = False
        left = attempts
        may_explain = self.error_queue is not None and command != self.error_queue.query
        with self.lock:
            while left > 0:
                left -= 1
                try:
                    value = self._exchange(command, parse, patience_s, delay_s)
                except (ReplyShapeError, *TRANSPORT_ERRORS) as error:
                    fault = error
                    if classify(error) == "lost":
                        if regained or not self._can_regain:
                            break
                        self.regain(error, command)
                        regained, left = True, max(left, 1)
                        continue
                else:
                    if fault is not None:  # its reply may still arrive, and must not answer the next query
                        self.clear(pause_s=QUIET_S)
                    return value
                self.clear(pause_s=QUIET_S)
                if may_explain and classify(fault) == "timeout":
                    may_explain = self._raise_if_rejected(command, fault)
        assert fault is not None, "at least one attempt is made"
        state = "nothing was read and no setting was changed"
        raise report(fault, instrument=self.name, command=command, state=state) from fault

    def regain(self, error: Exception, command: str) -> None:
        """Open a lost connection anew. Raises LinkLostError if it stays lost, or leads to anything else."""
        if not self._can_regain:
            raise error
        assert self.regaining is not None
        until = self._urgent_until
        within_s = None if until is None else max(0.0, until - self.clock.now())
        with self.lock:
            self.regaining.regain(error, command, within_s=within_s, clear=self.clear)

    @property
    def _can_regain(self) -> bool:
        return self.regaining is not None and self.regaining.possible

    def read(self) -> str:
        """One reply to something written before. Raises CommunicationError and its kinds."""
        with self.lock:
            try:
                return self.adapter.read()
            except TRANSPORT_ERRORS as error:
                raise report(error, instrument=self.name, command="read", state="nothing was read") from error

    def clear(self, *, pause_s: float = 0.0) -> None:
        """Empty the input and output of the connection, as far as the interface can; never raises."""
        with self.lock:
            self._clear_once()
            if pause_s:
                self.clock.sleep(pause_s)
                self._clear_once()

    def check(self, command: str) -> None:
        """Raise CommandRejectedError, with all codes, if the instrument refused `command`.

        Query errors (-4xx) alone are an echo of a reply that was lost before, and no refusal.
        """
        entries = self.read_errors()
        if is_rejection(entries):
            raise CommandRejectedError(
                f"{command!r} was refused: {describe(entries)}",
                entries,
                instrument=self.name,
                state="the setting is as it was before, if the instrument follows its manual",
                remedy="compare the command with the manual and with the instrument's present settings",
            )

    def read_errors(self) -> list[tuple[int, str]]:
        """Empty the error queue, oldest first; empty too for an instrument without one."""
        if self.error_queue is None:
            return []
        with self.lock:
            return self.error_queue.read(self)

    def _exchange(self, command: str, parse: Callable[[str], T], patience_s: float, delay_s: float) -> T:
        if patience_s:
            patience = getattr(self.adapter, "patience", None)
            if patience is not None:
                with patience(patience_s):
                    return self._exchange(command, parse, 0.0, delay_s)
        self._send(command)
        if delay_s:
            self.clock.sleep(delay_s)
        reply = self.adapter.read()
        if self._spacing_s:
            self._last_message = self.clock.now()
        return parse(reply)

    def _send(self, command: str) -> None:
        if self._spacing_s:
            wait = self._last_message + self._spacing_s - self.clock.now()
            if wait > 0:
                self.clock.sleep(wait)
        self.adapter.write(command)
        if self._spacing_s:
            self._last_message = self.clock.now()

    def _clear_once(self) -> None:
        # A clear that fails changes nothing for the worse; the next exchange tells whether the link lives.
        with contextlib.suppress(VisaError, OSError, NotImplementedError, TruncatedReplyError):
            clear = getattr(self.adapter, "device_clear", None)
            if clear is not None:
                clear()
            else:
                self.adapter.flush_read_buffer()

    def _raise_if_rejected(self, command: str, fault: Exception) -> bool:
        """Look for the reason of a silence in the error queue; False if the queue is silent too."""
        assert self.error_queue is not None
        try:
            entries = self.error_queue.read(self, attempts=1)
        except CommunicationError:
            return False
        if is_rejection(entries):
            raise CommandRejectedError(
                f"{command!r} was not answered: {describe(entries)}",
                entries,
                instrument=self.name,
                state="nothing was read; the connection was cleared and works",
                remedy="see the instrument's own words above",
            ) from fault
        return True
