"""A film in the magnet: its rim without field, then both settings across in one field after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError
from procedures.transport.hall.field import MagnetField
from procedures.transport.hall.plan import SETTINGS
from procedures.transport.van_der_pauw.columns import HALL
from procedures.transport.van_der_pauw.permutations import HALL as ACROSS
from procedures.transport.van_der_pauw.rack import Field, FilmRack
from procedures.transport.van_der_pauw.rim import Rim, measure_rim, mount

if TYPE_CHECKING:
    from bench.runs.context import RunContext
    from procedures.transport.hall.plan import FieldPlan


class FilmInMagnet:
    """One film from mounting it to the last field; the field is measured before every group of readings.

    `range_V` is the voltage range of the settings across, None until the first field has shown it.
    """

    def __init__(
        self, context: RunContext, rack: FilmRack, plan: FieldPlan, range_V: float | None = None
    ) -> None:
        self._context = context
        self._plan = plan
        self.rack = rack
        self.range_V = range_V
        self.magnet = MagnetField(
            context, context.instrument("magnet"), context.instrument("gaussmeter"), plan.tolerance_T
        )

    def measure(self, rim_groups: int) -> None:
        """All of it, in one go."""
        self.begin(rim_groups)
        for step in range(len(self._plan.fields_T)):
            self.take(step)
        self.end()

    def begin(self, rim_groups: int) -> Rim:
        """The film mounted, and its rim without field."""
        self._require_reach()
        mount(self._context, self.rack)
        remanent_T = self.magnet.go_to(0.0)
        return measure_rim(self._context, self.rack, rim_groups, Field(-1, 0.0, remanent_T))

    def take(self, step: int) -> None:
        """Go to the field number `step`, and read both settings across."""
        set_T = self._plan.fields_T[step]
        measured_T = self.magnet.go_to(set_T)
        if self.range_V is None:
            self.range_V = self.rack.find_range(ACROSS, Field(step, set_T, measured_T))
            self._note_accuracy()
        self.read_across(HALL, step)
        done = (1 + step) / (1 + len(self._plan.fields_T))
        self._context.progress(done, f"{measured_T:.4g} T measured")

    def read_across(self, phase: str, step: int) -> None:
        """Both settings across in the field that there is, as rows of this phase and step."""
        self.rack.read_ambient()
        for setting in SETTINGS:
            field = Field(step, self._plan.fields_T[step], self.magnet.read())
            self.rack.measure(setting, phase, self._plan.groups, field)

    def end(self) -> None:
        """The field at zero."""
        self._context.fact("field_settled", self.magnet.settled)
        self.magnet.go_to(0.0)

    def _note_accuracy(self) -> None:
        stated = self.magnet.accuracy()
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
