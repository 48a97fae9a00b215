"""A field sweep with a checkpoint after each complete field, and how one that was cut off goes on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from procedures.transport.hall.declared import ROLES
from procedures.transport.hall.path import way_back
from procedures.transport.hall.progress import Progress
from procedures.transport.hall.same_film import (
    AnotherFilmError,
    film_change,
    identities,
    require_same_instruments,
)
from procedures.transport.hall.taking import FilmInMagnet
from procedures.transport.van_der_pauw.columns import RECHECK, SEAM
from procedures.transport.van_der_pauw.permutations import SIDES, setting
from procedures.transport.van_der_pauw.rack import Field
from procedures.transport.van_der_pauw.rim import mount, rack_of

if TYPE_CHECKING:
    from bench.runs.context import RunContext
    from procedures.transport.hall.plan import FieldPlan
    from procedures.transport.van_der_pauw.plan import FilmPlan

RECHECK_GROUPS = 1


class Sweep:
    """One attempt at a sweep, from its beginning or from the first field that is not complete."""

    def __init__(self, context: RunContext, film: FilmPlan, plan: FieldPlan) -> None:
        self._context = context
        self._plan = plan
        self._rim_groups = film.rim_groups
        restored = context.restored
        kept = Progress.of(restored.state) if restored is not None and restored.state else None
        self._kept = kept
        if kept is None:
            self._body = FilmInMagnet(context, rack_of(context, film), plan)
        else:
            rack = rack_of(context, film, groups=kept.groups, known=kept.accuracy)
            rack.delay_s = kept.delay_s
            self._body = FilmInMagnet(context, rack, plan, kept.range_V)
            self._body.magnet.settled = kept.settled

    def run(self) -> None:
        """To the end; the field ends at zero."""
        progress = self._begin() if self._kept is None else self._go_on(self._kept)
        for step in range(progress.next, len(self._plan.fields_T)):
            self._body.take(step)
            progress.next = step + 1
            self._checkpoint(progress)
        self._body.end()

    def _begin(self) -> Progress:
        rim = self._body.begin(self._rim_groups)
        film = {name: rim.ohm[name] for name in SIDES}
        level_A = self._body.rack.level_A
        progress = Progress(identities(self._context, ROLES), film, rim.range_V, rim.kelvin, level_A)
        self._checkpoint(progress)
        return progress

    def _go_on(self, kept: Progress) -> Progress:
        """Same instruments, same film, and the last complete field once more, reached as it was before.

        The rows of before stand; what changed meanwhile is in the fact "gaps". Raises MeasurementError where
        instruments or film are others.
        """
        if kept.next >= len(self._plan.fields_T):
            return kept  # cut off on the way to its end
        context, body = self._context, self._body
        require_same_instruments(kept.instruments, identities(context, ROLES))
        body.rack.use_level(kept.level_A)
        idle_T = body.magnet.go_to(0.0)
        found = self._check_film(kept, idle_T)
        way = way_back(self._plan.fields_T[: kept.next])
        for field_T in way:
            body.magnet.go_to(field_T)
        if kept.range_V is not None:
            body.rack.use_range(kept.range_V)
            body.read_across(SEAM, kept.next - 1)
        self._note_gap(kept, idle_T=idle_T, way_T=way, **found)
        return kept

    def _check_film(self, kept: Progress, idle_T: float) -> dict[str, Any]:
        """By how much it changed. Only where it is another one a person is asked to put it back, once."""
        try:
            return {**self._film_now(kept, idle_T), "mounted_again": False}
        except AnotherFilmError as error:
            self._context.note(str(error))
            mount(self._context, self._body.rack, f"This is not the film of before: {error.what}. ")
        return {**self._film_now(kept, idle_T), "mounted_again": True}

    def _film_now(self, kept: Progress, idle_T: float) -> dict[str, Any]:
        rack = self._body.rack
        kelvin = rack.read_ambient()
        warmer_K = None if kelvin is None or kept.kelvin is None else kelvin - kept.kelvin
        rack.use_range(kept.rim_range_V)
        field = Field(-1, 0.0, idle_T)
        now = {name: rack.measure(setting(name), RECHECK, RECHECK_GROUPS, field) for name in kept.film}
        changed = film_change(kept.film, now, warmer_K=warmer_K, sample=self._context.sample)
        return {"film_changed": changed, "warmer_K": warmer_K}

    def _note_gap(self, kept: Progress, **found: Any) -> None:
        now = self._context.clock.utc()
        seconds = max(0.0, (now - datetime.fromisoformat(kept.when)).total_seconds())
        gap = {"next": kept.next, "from": kept.when, "until": now.isoformat(), "seconds": seconds, **found}
        kept.gaps.append(gap)
        self._context.fact("gaps", kept.gaps)
        self._context.note(
            f"taken up before field {kept.next + 1} of {len(self._plan.fields_T)}: {seconds:.0f} s after the "
            f"last complete one; the magnet was taken {' -> '.join(f'{one:g} T' for one in found['way_T'])}",
            **gap,
        )

    def _checkpoint(self, progress: Progress) -> None:
        rack = self._body.rack
        progress.when = self._context.clock.utc().isoformat()
        progress.range_V, progress.delay_s, progress.groups = self._body.range_V, rack.delay_s, rack.groups
        progress.accuracy, progress.settled = rack.accuracy, self._body.magnet.settled
        self._context.checkpoint(f"before field {progress.next + 1}", **progress.as_json())
