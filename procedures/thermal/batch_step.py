"""A batch that one furnace run has made and another one treats: how it is named and noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.runs.context import RunContext


def of_batch(name: str) -> str:
    """For an instruction: " of batch 'NAME'", nothing where there is no name."""
    return f" of batch '{name}'" if name.strip() else ""


def note_step(context: RunContext, name: str, what: str, utc: str) -> None:
    """The fact `batch step`, where the batch has a name (docs/reference/files.md, Batches)."""
    if name.strip():
        context.fact("batch step", {"batch": name, "what": what, "utc": utc})
