"""The tables of a queue file, as pydantic models: which keys there are and what they hold."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field
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


class RunTable(FileModel):
    """One `[[runs]]`. `instruments` is for procedures that know only pymeasure, which declare no roles."""

    id: Annotated[str, AfterValidator(_checked_id)] = Field(examples=['"bare-si"'])
    procedure: str = Field(examples=['"pellet-conductivity"'])
    sample: Name | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    roles: dict[str, str] = Field(default_factory=dict)
    fixtures: dict[str, str] = Field(default_factory=dict)
    instruments: list[str] | None = None
    notes: str = ""


class QueueFile(FileModel):
    """The whole file; the runs are checked one by one, so that one mistake hides no other."""

    station: str | None = None
    samples: str | None = None
    defaults: dict[str, dict[str, Any]] = Field(default_factory=dict)
    runs: list[Any] = Field(min_length=1, examples=["a table [[runs]] for each run"])
    notes: str = ""
