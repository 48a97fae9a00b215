"""Answers whoever asks, beside a bench that is no service, that an interlock be released."""

from __future__ import annotations

from bench.core.errors import BenchError
from bench.runs.interlocks.interlocks import Interlocks
from bench.runs.queue.changes import Change
from bench.runs.queue.queue import RunQueue
from bench.runs.scheduling.notes import QueueNotes

ASKED = "interlock release asked"


def answer_release(change: Change, interlocks: Interlocks, queue: RunQueue, notes: QueueNotes) -> None:
    """Release it, or say why not; either is a line of the queue's journal. Raises nothing."""
    rule, who, why = (str(change.facts[name]) for name in ("rule", "who", "why"))

    def note(text: str) -> None:
        queue.note_interlock("released", rule, who=who, why=why, text=text, answers=change.seq)

    try:
        interlocks.release(rule, note)
    except BenchError as error:
        try:
            queue.note_interlock(
                "not released", rule, who="bench", why=str(error), text=error.what, answers=change.seq
            )
        except BenchError as worse:
            notes.tell("", "error", f"the queue could not note why {rule} was not released: {worse}")
