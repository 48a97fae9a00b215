"""Alarms: latched until somebody acknowledges them."""

from __future__ import annotations

from pydantic import Field

from bench.service.models.base import Act, Told


class Alarm(Told):
    """One alarm. `active`: what raised it still holds. It leaves the list when it is neither."""

    number: int
    rule: str
    severity: str = Field(description="warning or critical")
    text: str
    guidance: str
    raised: str
    active: bool
    acknowledged: str | None = Field(description="When, ISO 8601, UTC.")
    by: str
    note: str
    count: int = Field(description="How often it was raised since it was last acknowledged.")
    run: int | None = None


class Acknowledge(Act):
    """Somebody has seen it; `why` is a note."""
