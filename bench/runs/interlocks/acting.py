"""What a tripped interlock does to one run: the request to the run first, then the line in its journal."""

from __future__ import annotations

from datetime import datetime

from bench.runs.interlocks.rule_state import Trip


def act(trip: Trip, reason: str, since: datetime) -> None:
    """Warn, pause, abort or make safe, as the rule says; raises nothing.

    An abort that was asked before is not repeated: a second one would mean "safe now".
    """
    rule, control, threshold = trip.rule, trip.run.control, trip.rule.threshold
    if rule.then == "make_safe":
        control.safe_now(reason)
    elif rule.then == "pause" and not trip.ending:
        control.pause(reason)
    elif rule.then == "abort" and not trip.ending and control.abort_reason is None:
        control.abort(reason)
    trip.run.note(
        "interlock",
        rule=rule.name,
        then=rule.then,
        in_shutdown=trip.ending,
        quantity=str(threshold.quantity),
        value=trip.violation.value,
        unit=trip.unit,
        comparison=threshold.comparison,
        limit=threshold.limit_text(trip.unit),
        for_s=threshold.for_s,
        stale=trip.violation.silence,
        stale_s=threshold.stale_s,
        since=since.isoformat(),
        text=reason,
    )
