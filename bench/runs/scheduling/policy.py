"""What becomes of a run that was cut off: resume, attach, restart, leave or abandon, as its policy says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.runs.engine.taking_up import TakeUp
from bench.runs.queue.item import Item
from bench.runs.storage import history
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder, is_unborn

MOST_ATTEMPTS = 5
"""A run cut off this often is not taken up again by itself: perhaps it is what kills the bench.

One that goes on where it was (resume, attach) is counted only as often as it came to no further checkpoint.
"""

GOES_ON = "the next start of a bench, which goes on with it by its policy"
"""What an interrupted run waits for when that is decided: a kill before it is queued then forgets nothing."""

A_PERSON = "a person, who takes it up again (bench queue take-up) or has it made safe (bench safe)"
"""What a run waits for that is not taken up by itself any more while its device goes on and guards itself."""

Policy = Literal["resume", "attach", "restart", "abandon"]
How = Policy | Literal["leave"]
"""leave: neither taken up nor made safe, because its device verifiably guards itself."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with the run, and why, for its history."""

    how: How
    why: str


def decide(item: Item, data_dir: Path, *, kept: bool) -> Decision:
    """What to do with a run whose bench was lost. `kept`: its devices guard themselves and were left on."""
    how = _policy(item)
    if _times(item, data_dir, how) >= MOST_ATTEMPTS:
        why = f"it was cut off {item.attempt} times, and no more came of it: a person has to look first"
        return Decision("leave" if kept and how == "attach" else "abandon", why)
    if how == "attach" and not kept:
        return Decision("abandon", "its device did not verifiably keep going, and was made safe")
    if how != item.resume:
        return Decision(how, "its simulated instruments ended with the bench, so it starts over")
    return Decision(how, f"its policy is {how}")


def taking_up(item: Item, data_dir: Path) -> TakeUp | None:
    """How a queued item goes on in the folder it has; None for one that begins now."""
    if item.folder is None or not_begun(item, data_dir):
        return None
    how = _policy(item)
    return None if how == "abandon" else TakeUp(data_dir / item.folder, how)


def not_begun(item: Item, data_dir: Path) -> bool:
    """Whether it was cut off before its folder held anything: it begins anew, under the name it was given."""
    if item.folder is None:
        return False
    folder = data_dir / item.folder
    return not folder.is_dir() or is_unborn(folder)


def _times(item: Item, data_dir: Path, how: Policy) -> int:
    """How often it was cut off, of those times that count."""
    if item.folder is None or how not in ("resume", "attach"):
        return item.attempt
    try:
        entries = RunFolder.open(data_dir / item.folder).entries()
    except StorageError:
        return item.attempt
    before_its_folder = item.attempt - history.attempt_of(entries)
    return max(0, before_its_folder) + history.fruitless_of(entries)


def _policy(item: Item) -> Policy:
    """A simulated bench in the process of the run is gone with it: there is nothing to go on with."""
    how: Policy = item.resume or "restart"  # type: ignore[assignment]
    if item.target == "simulated" and how in ("resume", "attach"):
        return "restart"
    return how
