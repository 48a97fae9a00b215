"""How states are shown: a sign, a word and a role of colour; never the colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.service.models.queue import QueueItem
from bench.service.models.station import Instrument

Tone = Literal["quiet", "going", "good", "notice", "bad", "off"]
"""What a colour stands for; the theme has one for each, told apart by colour-blind eyes."""


@dataclass(frozen=True)
class Sign:
    """A state as it is drawn."""

    glyph: str
    word: str
    tone: Tone

    @property
    def text(self) -> str:
        """Glyph and word."""
        return f"{self.glyph} {self.word}"


_RUNS = {
    "queued": Sign("○", "queued", "quiet"),
    "waiting": Sign("◔", "waiting", "quiet"),
    "running": Sign("▶", "running", "going"),
    "paused": Sign("❚❚", "paused", "notice"),
    "interrupted": Sign("↯", "interrupted", "bad"),
    "done": Sign("✓", "done", "good"),
    "failed": Sign("✗", "failed", "bad"),
    "aborted": Sign("■", "aborted", "notice"),
    "refused": Sign("⊘", "refused", "bad"),
}
LATCHED = "latched"
_INTERLOCKS = {
    "idle": Sign("·", "not measured", "off"),
    "watching": Sign("✓", "within", "good"),
    "violated": Sign("✗", "violated", "bad"),
    LATCHED: Sign("⚠", "latched", "bad"),
    "failed": Sign("✗", "failed", "bad"),
}
WAITS = frozenset({"queued", "waiting"})
GOES_ON = frozenset({"running", "paused"})
ENDED = frozenset({"done", "failed", "aborted", "refused"})


def run_sign(item: QueueItem) -> Sign:
    """Of a run in the queue. What was not left safe is said before anything else."""
    if item.safe == "failed":
        return Sign("⚠", "NOT SAFE", "bad")
    if item.steps:
        return Sign("☛", "needs you", "notice")
    if item.held and item.state in WAITS:
        return Sign("❙", "held", "notice")
    return status_sign(item.state)


def status_sign(state: str) -> Sign:
    """Of a state by its name."""
    return _RUNS.get(state, Sign("?", state, "quiet"))


def instrument_sign(instrument: Instrument) -> Sign:
    """Of an instrument: whether it is in use, idle, or has to be treated as live."""
    if instrument.state == "NOT SAFE":
        return Sign("⚠", "NOT SAFE: treat as live", "bad")
    if instrument.lease is not None:
        run = instrument.lease.run
        return Sign("▶", f"in use by run #{run}" if run else f"held: {instrument.lease.holder}", "going")
    if instrument.state == "open":
        return Sign("○", "idle, open", "quiet")
    return Sign("·", "not opened yet", "off")


def alarm_sign(severity: str, *, active: bool) -> Sign:
    """Of an alarm."""
    still = "" if active else ", over"
    if severity == "critical":
        return Sign("⚠", f"critical{still}", "bad" if active else "notice")
    return Sign("△", f"{severity}{still}", "notice")


def interlock_sign(standing: str, *, warns: bool = False) -> Sign:
    """Of an interlock by how it stands; one that only warns keeps nobody waiting."""
    if standing == "violated" and warns:
        return Sign("△", "violated", "notice")
    return _INTERLOCKS.get(standing, Sign("?", standing, "quiet"))


def outcome_sign(outcome: str) -> Sign:
    """Of making one instrument safe."""
    if outcome == "verified":
        return Sign("✓", "safe, verified", "good")
    return Sign("✗", f"NOT SAFE ({outcome})", "bad")
