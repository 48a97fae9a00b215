"""Is it the same rack and the same film as before a run was cut off? Both are asked, not a person."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError

if TYPE_CHECKING:
    from bench.runs.context import RunContext
    from bench.samples import Sample

ANOTHER_FILM = 0.10
"""A resistance around the rim that changed by more is another film, or another contact: our choice. Each
depends on where four contacts sit, so that films cast alike hardly agree in all four."""
REMEDY = "look at the rack, then queue the sweep as a new run; the fields measured so far are in its folder"


class AnotherFilmError(MeasurementError):
    """What is in the holder is not what was there before, or one of its contacts is not."""


def identities(context: RunContext, roles: Iterable[str]) -> dict[str, str]:
    """Maker, model and serial number of whatever plays each role, asked now."""
    found = {}
    for role in roles:
        identity = context.instrument(role).identity()
        found[role] = f"{identity.maker} {identity.model} {identity.serial}"
    return found


def require_same_instruments(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """One sweep has one calibration: raises MeasurementError naming every instrument that is another one."""
    others = [
        f"{role}: {now.get(role)}, before {was}" for role, was in before.items() if now.get(role) != was
    ]
    if others:
        raise MeasurementError(
            f"not the instruments that this sweep was begun with ({'; '.join(others)})",
            step="taking up",
            state="nothing was switched on",
            remedy=REMEDY,
        )


def film_change(
    before: Mapping[str, float | None],
    now: Mapping[str, float | None],
    *,
    warmer_K: float | None,
    sample: Sample | None,
) -> float | None:
    """The largest relative change of a resistance around the rim, less what the temperature explains.

    None where one was not usable before. Raises AnotherFilmError where it is more than ANOTHER_FILM, or a
    contact touches no longer.
    """
    coefficient = sample.temperature_coefficient if sample is not None else None
    expected = 1.0
    if coefficient is not None and warmer_K is not None:
        expected = math.exp(-coefficient.value * warmer_K)
    largest = 0.0
    for name, was in before.items():
        if was is None:
            return None
        ohm = now[name]
        changed = math.inf if ohm is None or not was else abs(ohm / (was * expected) - 1)
        if changed > ANOTHER_FILM:
            seen = "gives no usable reading" if ohm is None else f"is {ohm:.4g} ohm"
            raise AnotherFilmError(
                f"the resistance {name} around the rim {seen}, and was {was:.4g} ohm before the run was cut "
                "off: another film, or a contact that has changed",
                step="taking up",
                state="the output is off and the relays are open; the magnet goes to zero",
                remedy=REMEDY,
            )
        largest = max(largest, changed)
    return largest
