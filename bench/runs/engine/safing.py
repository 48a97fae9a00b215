"""How a run leaves its instruments: safe and verified, or kept on purpose where a device guards itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.core.clock.interface import ActorEnded, Clock
from bench.runs.engine.events import Safety
from bench.runs.engine.guarding import SelfGuarding
from bench.safety import SafeOutcome, make_safe_all, summary

_MOST_INTERRUPTIONS = 3


@dataclass(frozen=True)
class Safing:
    """What came of it, instrument by instrument; `kept` are texts by instrument."""

    outcomes: tuple[SafeOutcome, ...]
    kept: Mapping[str, str]

    @property
    def safe(self) -> Safety:
        """One word: the worst of them."""
        if any(outcome.outcome != "verified" for outcome in self.outcomes):
            return "failed"
        return "kept" if self.kept else "verified"

    def text(self) -> str:
        """For a person."""
        lines = [f"{name} {state}" for name, state in self.kept.items()]
        return "\n".join([*([summary(self.outcomes)] if self.outcomes or not lines else []), *lines])

    def as_json(self) -> dict[str, Any]:
        """For the journal."""
        return {
            "safe": self.safe,
            "instruments": [asdict(outcome) for outcome in self.outcomes],
            "kept": dict(self.kept),
        }


def make_safe(clock: Clock, instruments: Mapping[str, Any], order: Sequence[str] = ()) -> Safing:
    """Make all of them safe; the failure of another actor, thrown in meanwhile, does not stop it."""
    interruption: ActorEnded | None = None
    for _ in range(_MOST_INTERRUPTIONS):
        try:
            outcomes = tuple(make_safe_all(instruments, order=order, clock=clock))
        except ActorEnded as error:
            interruption = error
        else:
            return Safing(outcomes, {})
    assert interruption is not None
    raise interruption


def keep_or_make_safe(clock: Clock, instruments: Mapping[str, Any], order: Sequence[str] = ()) -> Safing:
    """As `make_safe`, but a device whose own limits read back as verified is left as it is."""
    kept = {name: state for name, instrument in instruments.items() if (state := _kept(instrument))}
    rest = {name: instrument for name, instrument in instruments.items() if name not in kept}
    return Safing(make_safe(clock, rest, order).outcomes, kept)


def _kept(instrument: Any) -> str | None:
    if not isinstance(instrument, SelfGuarding):
        return None
    try:
        report = instrument.guard_report()
    except Exception:
        return None  # what cannot be read back cannot be relied on
    if not report.verified:
        return None
    limits = ", ".join(f"{quantity} {value}" for quantity, value in report.limits.items())
    return f"is left as it is and guards itself: {limits}"
