"""A film in the magnet: its rim without field, then both settings across in one field after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError
from procedures.transport.hall.field import MagnetField
from procedures.transport.hall.plan import SETTINGS
from procedures.transport.van_der_pauw.columns import HALL
from procedures.transport.van_der_pauw.permutations import HALL as ACROSS
from procedures.transport.van_der_pauw.rack import Field
from procedures.transport.van_der_pauw.rim import measure_rim, mount, rack_of

if TYPE_CHECKING:
    from bench.runs.context import RunContext
    from procedures.transport.hall.plan import FieldPlan
    from procedures.transport.van_der_pauw.plan import FilmPlan


class FilmInMagnet:
    """One film from mounting it to the last field; the field is measured before every group of readings."""

    def __init__(self, context: RunContext, film: FilmPlan, plan: FieldPlan) -> None:
        self._context = context
        self._film = film
        self._plan = plan
        self._rack = rack_of(context, film)
        self._magnet = MagnetField(
            context, context.instrument("magnet"), context.instrument("gaussmeter"), plan.tolerance_T
        )

    def measure(self) -> None:
        """All of it; the field ends at zero."""
        self._require_reach()
        mount(self._context, self._rack)
        remanent_T = self._magnet.go_to(0.0)
        measure_rim(self._context, self._rack, self._film.rim_groups, Field(-1, 0.0, remanent_T))
        for step in range(len(self._plan.fields_T)):
            self._take(step)
        self._context.fact("field_settled", self._magnet.settled)
        self._magnet.go_to(0.0)

    def _take(self, step: int) -> None:
        set_T = self._plan.fields_T[step]
        measured_T = self._magnet.go_to(set_T)
        if step == 0:
            self._rack.find_range(ACROSS, Field(step, set_T, measured_T))
            self._note_accuracy()
        self._rack.read_ambient()
        for setting in SETTINGS:
            self._rack.measure(setting, HALL, self._plan.groups, Field(step, set_T, self._magnet.read()))
        done = (1 + step) / (1 + len(self._plan.fields_T))
        self._context.progress(done, f"{measured_T:.4g} T measured")

    def _note_accuracy(self) -> None:
        stated = self._magnet.accuracy()
        if stated is not None:
            self._context.fact("field_accuracy", {"relative": stated.relative, "source": stated.source})

    def _require_reach(self) -> None:
        """Before anything is mounted: can the magnet reach all of it?"""
        highest_T = self._plan.highest_T
        largest_T = self._context.instrument("magnet").largest_field_T()
        if highest_T > largest_T * (1 + 1e-9):
            raise MeasurementError(
                f"{highest_T:g} T is beyond the largest field of the magnet, {largest_T:.4g} T",
                step="field",
                state="nothing was switched on",
                remedy="ask for a smaller field, or correct the limit of the supply in the station file",
            )
