"""Steps for a person, kept in the queue too, so that they can be answered from another terminal."""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping
from typing import Any

from bench.runs.engine.operators import Operator, OperatorRequest
from bench.runs.queue.queue import RunQueue


class QueuedSteps:
    """An Operator that asks `inner` first and posts what that does not answer at once.

    `ask` is called in the actors of runs; everything else by the scheduler, which alone writes the queue.
    """

    def __init__(self, inner: Operator, wake: Callable[[], None]) -> None:
        self._inner = inner
        self._wake = wake
        self._asked: collections.deque[OperatorRequest] = collections.deque()
        self._open: dict[tuple[int, int], OperatorRequest] = {}

    def ask(self, request: OperatorRequest) -> None:
        """See Operator."""
        self._inner.ask(request)
        if request.open:
            self._asked.append(request)
            self._wake()

    def post(self, queue: RunQueue, key_of: Callable[[str], int | None]) -> list[tuple[int, str]]:
        """Write new steps into the queue, and what became of the open ones.

        Returns the keys of runs that wait for a person from now on, with the instruction, or "" for those
        that do not any more. Raises StorageError where the queue cannot be written.
        """
        told = [(key, "") for key in self._close(queue)]
        while self._asked:
            request = self._asked.popleft()
            key = key_of(request.run_id)
            if key is None or not request.open:
                continue
            step = queue.ask_operator(
                key,
                instruction=request.instruction,
                action=request.action,
                details=request.details,
                confirms=request.confirms,
            )
            self._open[key, step] = request
            told.append((key, request.instruction))
        return told

    def answered(self, key: int, step: int, by: str, answers: Mapping[str, Any]) -> None:
        """Somebody has done it, at another terminal."""
        request = self._open.pop((key, step), None)
        if request is not None:
            request.reply(by, answers)

    def declined(self, key: int, step: int, by: str, reason: str) -> None:
        """Somebody at another terminal says that it will not be done."""
        request = self._open.pop((key, step), None)
        if request is not None:
            request.decline(f"{by}: {reason}")

    def _close(self, queue: RunQueue) -> list[int]:
        closed = []
        for (key, step), request in tuple(self._open.items()):
            if request.open:
                continue
            del self._open[key, step]
            closed.append(key)
            if request.by is not None:
                queue.answer_operator(key, step, by=request.by, answers=request.answers)
            elif request.declined is not None:
                queue.decline_operator(key, step, by="bench", reason=request.declined)
            else:
                queue.withdraw_operator(key, step)
        return closed
