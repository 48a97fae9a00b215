"""One finding of a check-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`verdict` "fail": the bench cannot work like this; "warn": something will not be possible."""

    check: str
    verdict: Verdict
    detail: str
    remedy: str = ""
