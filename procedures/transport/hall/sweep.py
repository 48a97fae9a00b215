"""Hall resistance against the measured field, up and down: whether it is a line through zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter, QuantityParameter
from bench.runs.procedure import Procedure
from procedures.transport.hall import declared
from procedures.transport.hall.plan import FieldPlan
from procedures.transport.hall.sweeping import Sweep
from procedures.transport.van_der_pauw import declared as film
from procedures.transport.van_der_pauw.columns import COLUMNS
from procedures.transport.van_der_pauw.ending import make_safe_in_turn
from procedures.transport.van_der_pauw.plan import FilmPlan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample


class HallFieldSweep(Procedure):
    """As `hall`, in equal steps from -B to +B and back.

    The slope is fitted to the measured fields with errors in both; intercept, curvature, even part and
    hysteresis are tested. More than one kind of carrier, or magnetism, shows here and nowhere else.

    Cut off, it goes on with the first field that is not complete, with the film as it is: instruments and
    film are checked, and the branch is entered anew from its beginning (docs/explanation/hall-data.md).
    """

    name = "hall-field-sweep"
    title = "Hall resistance against the field"
    roles: ClassVar = declared.ROLES
    optional_roles: ClassVar = film.OPTIONAL_ROLES
    fixtures: ClassVar = film.FIXTURES
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "resume"
    on_host_loss = "make_safe"

    sample = film.SAMPLE
    current = film.CURRENT
    voltage_max = film.VOLTAGE_MAX
    rim_groups = film.RIM_GROUPS
    contact_points = film.CONTACT_POINTS
    contact_r2 = film.CONTACT_R2
    nplc = film.NPLC
    source_delay = film.SOURCE_DELAY
    reference_temperature = film.REFERENCE_TEMPERATURE
    u_temperature = film.U_TEMPERATURE
    field = declared.FIELD
    points = IntegerParameter("Fields from -B to +B", default=11, minimum=5, maximum=1001)
    groups = declared.GROUPS
    field_tolerance = declared.FIELD_TOLERANCE
    u_field_ratio = declared.U_FIELD_RATIO
    angle_max = declared.ANGLE_MAX
    ettingshausen_max = declared.ETTINGSHAUSEN_MAX
    linearity_tolerance = QuantityParameter(
        "Departure from a line that still counts as one", unit="", default=0.01, minimum=1e-5, maximum=0.5
    )

    @property
    def plan(self) -> FieldPlan:
        """The fields to go to, and how: up, then down."""
        up = [float(self.field) * (2 * k / (self.points - 1) - 1) for k in range(self.points)]
        return FieldPlan.of(self, [*up, *reversed(up)])

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        return declared.problems_of(sample)

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure."""
        readings = FilmPlan.of(self)
        return readings.estimate() + self.plan.estimate(readings.reading_s)

    def execute(self) -> None:
        """See Procedure."""
        Sweep(self.context, FilmPlan.of(self), self.plan).run()

    def shutdown(self) -> None:
        """Source off, relays open, field at zero: each verified, and none stops the others."""
        make_safe_in_turn(self.context, declared.OFF_IN_TURN)

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.hall.analysis import analyse_sweep

        return analyse_sweep(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.hall.figures import draw_sweep

        return draw_sweep(record, analysis)
