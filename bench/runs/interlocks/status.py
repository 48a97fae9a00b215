"""How an interlock rule stands, for a person who asks; and why one is not released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bench.core.errors import BenchError
from bench.runs.estimate import format_duration
from bench.runs.interlocks.wording import shown
from bench.safety.interlock import Interlock
from bench.safety.watch import Violation

Standing: TypeAlias = Literal["idle", "watching", "violated", "latched", "failed"]
"""idle: nobody publishes the quantity. violated: and somebody still measures it. latched: the run that
violated it has ended, and nobody measures it. failed: a mistake in the bench, which lets no run begin."""


class UnknownInterlockError(BenchError):
    """The station has no rule of this name."""


class NotReleasedError(BenchError):
    """The rule is not latched, or is violated still; nothing was changed."""


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """One rule. `text` is what it saw, empty where nothing is wrong.

    `value` is the last value heard, in `unit`; None if there is none. `since` is that of the `violation`, in
    UTC; the violation itself is the same object for as long as it lasts.
    """

    rule: Interlock
    standing: Standing
    text: str = ""
    value: float | None = None
    unit: str = ""
    since: datetime | None = None
    violation: Violation | None = None


def refuse_release(status: RuleStatus) -> None:
    """Raise NotReleasedError, with the value, unless the rule is latched."""
    name = status.rule.name
    if status.standing in ("idle", "watching"):
        raise NotReleasedError(
            f"interlock {name} is not latched: there is nothing to release", state="nothing was changed"
        )
    if status.standing == "failed":
        raise NotReleasedError(
            f"interlock {name} cannot be released: {status.text}",
            state="no run begins",
            remedy="start the bench again, and report what bench.log says",
        )
    if status.standing == "violated":
        now = "nothing is heard of it" if status.value is None else f"now {shown(status.value, status.unit)}"
        raise NotReleasedError(
            f"interlock {name} is violated still, {now}: {status.text}",
            state="it was not released",
            remedy="bring the quantity back; the rule is over by itself when it was within its limit for "
            + format_duration(status.rule.threshold.settle_s),
        )
