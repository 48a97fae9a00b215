"""Settings that may be tried on a real instrument: put to another legal value, read back, and put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bench.core.errors import BenchError, InstrumentError
from drivers.link import Link
from drivers.settings import Setting, get, put

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoundTrip(Generic[T]):
    """A setting that changes nothing at the terminals while the output is off, and two legal values of it.

    `disturbs` are settings that the instrument changes along with it; they are put back after it.
    """

    setting: Setting[T]
    values: tuple[T, T]
    disturbs: tuple[Setting[Any], ...] = ()

    def other_than(self, value: T) -> T:
        """A legal value that this one is not."""
        first, second = self.values
        return second if self.setting.agrees(first, value, self.setting.tolerance) else first


def travel(link: Link, trip: RoundTrip[Any]) -> tuple[Any, Any]:
    """There and back; returns what the setting was, and is again, and what it was in between.

    Raises what putting or reading raises, with a note where it could not be put back.
    """
    with link.lock:
        before = get(link, trip.setting)
        beside = [(setting, get(link, setting)) for setting in trip.disturbs]
        try:
            held = put(link, trip.setting, trip.other_than(before))
        except BenchError as error:
            try:
                _put_back(link, trip, before, beside)
            except BenchError as second:
                error.add_note(f"and it could not be put back: {second.what}")
            raise
        _put_back(link, trip, before, beside)
        return before, held


def _put_back(
    link: Link, trip: RoundTrip[Any], before: Any, beside: Sequence[tuple[Setting[Any], Any]]
) -> None:
    put(link, trip.setting, before)
    for setting, value in beside:
        put(link, setting, value)


def named(name: str, among: Sequence[Any], instrument: str) -> Any:
    """The setting of this name, or the round trip of a setting of this name. Raises InstrumentError."""
    for one in among:
        if (one.setting if isinstance(one, RoundTrip) else one).name == name:
            return one
    raise InstrumentError(
        f"there is no such setting: {name!r}", instrument=instrument, state="nothing was sent"
    )
