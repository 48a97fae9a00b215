"""Runs of one queue file among each other: ids that are used twice, and runs after runs that cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.core.errors import Problem
from bench.core.files import Keys, TomlDocument, did_you_mean


def runs_of(document: TomlDocument) -> list[Any]:
    """The tables `[[runs]]` as they stand, unchecked."""
    runs = document.get(("runs",))
    return runs if isinstance(runs, list) else []


def same_ids(document: TomlDocument) -> Iterator[tuple[int, Problem]]:
    """Each run whose id another one before it has, by its index."""
    seen: dict[str, int] = {}
    for index, run in enumerate(runs_of(document)):
        name = run.get("id") if isinstance(run, Mapping) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            keys: Keys = ("runs", index, "id")
            what = f"'{name}' is also the id of runs[{seen[name]}]"
            yield index, document.problem(keys, what, "give each its own")
        else:
            seen[name] = index


def wrong_order(document: TomlDocument) -> Iterator[tuple[int, Problem]]:
    """Each run that comes after a run there is not, or after itself, by its index."""
    runs = [run if isinstance(run, Mapping) else {} for run in runs_of(document)]
    after = {
        run["id"]: [name for name in run.get("after", ()) if isinstance(name, str)]
        for run in runs
        if isinstance(run.get("id"), str) and isinstance(run.get("after", []), list)
    }
    for index, run in enumerate(runs):
        for name in after.get(str(run.get("id")), ()):
            keys: Keys = ("runs", index, "after")
            if name not in after:
                what = f"there is no run '{name}'"
                yield index, document.problem(keys, what, did_you_mean(name, after))
            elif _leads_to(after, name, str(run["id"])):
                what = f"'{run['id']}' would come after itself, by '{name}'"
                yield index, document.problem(keys, what, "remove one")


def _leads_to(after: Mapping[str, list[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            ahead += after.get(name, ())
    return False
