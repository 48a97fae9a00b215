"""The end of a run on the Hall rack: one instrument after the other, and none stops the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.runs.context import RunContext


def make_safe_in_turn(context: RunContext, roles: Iterable[str]) -> None:
    """Make safe and verify what plays these roles, in this order; raises the first error after the last."""
    problems: list[BenchError] = []
    for role in roles:
        try:
            context.instrument(role).make_safe()
        except BenchError as error:
            problems.append(error)
    if problems:
        raise problems[0]
