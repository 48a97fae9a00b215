"""The tables of a queue file, as pydantic models: which keys there are and what they hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bench.core.files import FileModel, Name

_RUN_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _checked_id(text: str) -> str:
    if _RUN_ID.fullmatch(text) is None or len(text) > 60:
        raise PydanticCustomError(
            "bench",
            "{what}",
            {
                "what": f"{text[:60]!r} cannot be the id of a run",
                "remedy": "up to 60 lower case letters, digits and single hyphens between them",
            },
        )
    return text


def utc_text(value: Any) -> str:
    """A date and time with its zone, as ISO 8601 text in UTC. Raises ValueError."""
    time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if time.tzinfo is None:
        raise ValueError("it has no time zone")
    return time.astimezone(UTC).isoformat(timespec="seconds")


def _not_before(value: Any) -> str:
    try:
        return utc_text(value)
    except ValueError as error:
        raise PydanticCustomError(
            "bench",
            "{what}",
            {
                "what": f"{value!s} is no date and time: {error}",
                "remedy": "with its zone, such as 2026-01-31T08:00:00Z or 2026-01-31T09:00:00+01:00",
            },
        ) from None


NotBefore = Annotated[str, BeforeValidator(_not_before)]


class RunTable(FileModel):
    """One `[[runs]]`. `instruments` is for procedures that know only pymeasure, which declare no roles.

    `after` names runs of this file that have to end first; `on_failure` is what becomes of those that come
    after this one if it does not end as done.
    """

    id: Annotated[str, AfterValidator(_checked_id)] = Field(examples=['"bare-si"'])
    procedure: str = Field(examples=['"pellet-conductivity"'])
    sample: Name | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    roles: dict[str, str] = Field(default_factory=dict)
    fixtures: dict[str, str] = Field(default_factory=dict)
    instruments: list[str] | None = None
    priority: int = 0
    not_before: NotBefore | None = None
    after: list[str] = Field(default_factory=list)
    on_failure: Literal["refuse", "run", "hold"] = "refuse"
    hold: bool = False
    resume: Literal["resume", "attach", "restart", "abandon"] | None = None
    notes: str = ""


class QueueFile(FileModel):
    """The whole file; the runs are checked one by one, so that one mistake hides no other."""

    station: str | None = None
    samples: str | None = None
    defaults: dict[str, dict[str, Any]] = Field(default_factory=dict)
    runs: list[Any] = Field(min_length=1, examples=["a table [[runs]] for each run"])
    notes: str = ""
