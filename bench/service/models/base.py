"""The two kinds of model: what a client asks, where every mistake is refused, and what it is told."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(max_length=2000)]
"""Free text of people: reasons, notes."""
Short = Annotated[str, StringConstraints(max_length=200)]
"""Names, initials."""
Json = dict[str, Any]


class Asked(BaseModel):
    """Base of the body of a request. A key nobody knows is an error, and a number in quotes is no number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Told(BaseModel):
    """Base of an answer. A client ignores what a later service says in addition."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Act(Asked):
    """Something a person does to a run. `by` and `why` go into the journal of the queue.

    The token proves the role, not the person: `by` is what the client says.
    """

    by: Short = ""
    why: Text = ""


class ProblemLine(Told):
    """One mistake: where it is ("queue.toml: runs[0].parameters.current (line 12)"), what, and the remedy."""

    place: str
    what: str
    remedy: str = ""


class Refusal(Told):
    """Every answer that is not 2xx: what happened, what state things are in now, and what to do."""

    kind: str = Field(description="The class of the error, such as QueueError.")
    what: str
    instrument: str | None = None
    step: str | None = None
    state: str | None = None
    remedy: str | None = None
    problems: list[ProblemLine] = Field(default_factory=list)
