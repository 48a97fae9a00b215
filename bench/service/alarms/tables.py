"""The tables of `alarms.toml`, as pydantic models: which keys there are and what they hold."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from bench.core.files import FileModel, Name, QuantityField

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _time_of_day(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise PydanticCustomError(
            "bench", "{what}", {"what": f"{text[:20]!r} is no time of day", "remedy": 'write "08:00", in UTC'}
        )
    return text


Seconds = Annotated[float, QuantityField("s", at_least=0.0)]


class RuleTable(FileModel):
    """One rule: of `quantity`, `interlocks`, `runs` and `waiting_for_person` exactly one."""

    quantity: str | None = None
    above: Any = None
    below: Any = None
    for_s: Seconds = Field(default=0.0, alias="for")
    stale: Annotated[float, QuantityField("s", above=0.0)] = math.inf
    interlocks: list[str] = Field(default_factory=list)
    runs: list[Literal["failed", "unsafe", "interrupted", "aborted", "refused", "warned"]] = Field(
        default_factory=list
    )
    waiting_for_person: Seconds | None = None
    severity: Literal["warning", "critical"] = "critical"
    guidance: str = ""


class EmailTable(FileModel):
    """Where e-mail is handed in. The password is in a variable or a private file, never here."""

    host: str = Field(min_length=1, examples=['"smtp.example.org"'])
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = Field(alias="from", min_length=3, examples=['"bench@example.org"'])
    to: list[str] = Field(min_length=1, examples=['["you@example.org"]'])
    user: str = ""
    password_env: str = ""
    password_file: str = ""


class WebhookTable(FileModel):
    """An address that takes a POST of JSON. One that holds a secret is in a variable or a private file."""

    url: str = ""
    url_env: str = ""
    url_file: str = ""


class AliveTable(FileModel):
    """Once a day a message that the bench is alive, so that its silence means something."""

    at: Annotated[str, AfterValidator(_time_of_day)] = "08:00"


class AlarmsFile(FileModel):
    """The whole file."""

    rules: dict[Name, RuleTable] = Field(default_factory=dict)
    email: EmailTable | None = None
    webhook: WebhookTable | None = None
    alive: AliveTable | None = None
    notes: str = ""
