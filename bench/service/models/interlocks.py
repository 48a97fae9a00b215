"""The interlocks of the station, how each stands, and releasing one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from bench.service.models.base import Act, Told

Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class InterlockInfo(Told):
    """One rule of the station file, and what it sees."""

    name: str
    quantity: str
    comparison: str = Field(description="above or below")
    limit: str
    for_s: float
    stale_s: float
    then: str = Field(description="warn, pause, abort or make_safe")
    instruments: list[str] = Field(description="Whose runs it acts on; empty: see the station file.")
    standing: str = Field(
        description="idle: nobody publishes the quantity. watching: it is within its limit. violated: it is "
        "not, and somebody measures it still. latched: the run that violated it has ended; a person has to "
        "release it. failed: no run begins. unknown: the bench at work is no service."
    )
    text: str = Field(description="What it saw, or what a run waits for; empty where nothing is wrong.")
    value: float | None = Field(default=None, description="The last value heard.")
    unit: str = ""
    since: str | None = Field(default=None, description="Of the violation, ISO 8601, UTC.")


class Release(Act):
    """A person has looked at what was violated, and has mended it. `why` says what was found and done."""

    why: Reason
