"""A source whose output is off and whose level is zero when a measurement ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.core.roles import CurrentSource, SourceMeter


@contextmanager
def off_afterwards(source: CurrentSource | SourceMeter) -> Iterator[None]:
    """Level zero and output off, also after an error, which is not hidden by another one on the way."""
    try:
        yield
    except BaseException:
        with suppress(BenchError):  # an unreachable source is made safe, and reported, by the bench
            switch_off(source)
        raise
    switch_off(source)


def switch_off(source: CurrentSource | SourceMeter) -> None:
    """Level zero, then output off."""
    if source.output_is_on():  # else there may be no source configured to set a level of
        source.set_level(0.0)
    source.set_output(False)
