"""Names people choose and mistype: close matches, and names that differ too little."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def did_you_mean(word: str, choices: Iterable[str], *, what: str = "known") -> str:
    """A remedy for an unknown word: the closest choice, and all choices where they are few."""
    known = sorted(choices)
    if not known:
        return f"there is nothing {what} here"
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    listed = f"{what}: {', '.join(known)}" if len(known) <= 40 else f"{what}: {len(known)} names"
    return f"did you mean '{folded[close[0]]}'? {listed}" if close else listed


def colliding(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (later, earlier) that differ only in case, '-' or '_': nobody can tell them apart in a table."""
    seen: dict[str, str] = {}
    pairs = []
    for name in names:
        plain = name.casefold().replace("-", "_")
        if plain in seen:
            pairs.append((name, seen[plain]))
        else:
            seen[plain] = name
    return pairs
