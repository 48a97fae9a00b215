"""How a run left its instruments, as the last line of its journal about that says."""

from __future__ import annotations

from collections.abc import Iterable

from bench.runs.storage.journal import Entry

NOTHING_TO_SAY = "has no output"


def left_as(entries: Iterable[Entry]) -> list[tuple[str, str]] | None:
    """Instrument and state of each that has an output: a furnace may be safe and hot, its gas still on.

    None if the journal does not say, as after a kill or with a full disk.
    """
    last = next((entry for entry in reversed(list(entries)) if entry.kind == "made safe"), None)
    if last is None:
        return None
    made_safe = last.facts.get("instruments") or []
    states = [(str(one["instrument"]), str(one["state"])) for one in made_safe]
    kept = [(str(name), str(state)) for name, state in (last.facts.get("kept") or {}).items()]
    return [(name, state) for name, state in (*kept, *states) if state != NOTHING_TO_SAY]
