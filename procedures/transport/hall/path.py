"""The way back to a field of a sweep that was cut off: iron remembers where it came from."""

from __future__ import annotations

from collections.abc import Sequence


def way_back(done_T: Sequence[float]) -> list[float]:
    """The fields to go to, one after the other, so that the last of `done_T` is reached as it was before.

    These are its first field, those where it turned round, and its last. What a material with return-point
    memory remembers of smaller excursions, such as that to zero when the run was cut off, is wiped out at
    each end of the sweep (the wiping-out property of play and Preisach models: Materials 16 (2023) 2422).
    Fields beyond the sweep that somebody made meanwhile are not. Empty where nothing was done.
    """
    way: list[float] = []
    for field_T in done_T:
        if way and field_T == way[-1]:
            continue
        if len(way) > 1 and (way[-1] - way[-2]) * (field_T - way[-1]) > 0:
            way[-1] = field_T  # on in the same direction: no turning point
        else:
            way.append(field_T)
    return way
