"""Hall coefficient of a film in an electromagnet, with its resistivity: carrier density, mobility, type."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter
from bench.runs.procedure import Procedure
from procedures.common.sourcing import ORDER
from procedures.transport.hall import declared
from procedures.transport.hall.plan import FieldPlan
from procedures.transport.hall.taking import FilmInMagnet
from procedures.transport.van_der_pauw import declared as film
from procedures.transport.van_der_pauw.columns import COLUMNS
from procedures.transport.van_der_pauw.ending import make_safe_in_turn
from procedures.transport.van_der_pauw.plan import FilmPlan
from procedures.transport.van_der_pauw.rim import rack_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample


class Hall(Procedure):
    """The eight settings without field, then both settings across in fields + - - +, several times.

    Misalignment, thermal EMFs, Nernst and Righi-Leduc voltages cancel in the reversals of current and field
    (and, by reciprocity, already in one field between 31,42 and 42,13); the Ettingshausen voltage does not,
    and goes into the uncertainty. The field is measured before every group of readings, never assumed.
    """

    name = "hall"
    title = "Hall coefficient, carrier density, mobility"
    roles: ClassVar = declared.ROLES
    optional_roles: ClassVar = film.OPTIONAL_ROLES
    fixtures: ClassVar = film.FIXTURES
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "restart"
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
    cycles = IntegerParameter("Cycles of the field + - - +", default=4, minimum=3, maximum=1000)
    groups = declared.GROUPS
    field_tolerance = declared.FIELD_TOLERANCE
    u_field_ratio = declared.U_FIELD_RATIO
    angle_max = declared.ANGLE_MAX
    ettingshausen_max = declared.ETTINGSHAUSEN_MAX

    @property
    def plan(self) -> FieldPlan:
        """The fields to go to, and how."""
        fields = [sign * float(self.field) for _ in range(self.cycles) for sign in ORDER]
        return FieldPlan.of(self, fields)

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        return declared.problems_of(sample)

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure."""
        readings = FilmPlan.of(self)
        return readings.estimate() + self.plan.estimate(readings.reading_s)

    def execute(self) -> None:
        """See Procedure."""
        film = FilmPlan.of(self)
        FilmInMagnet(self.context, rack_of(self.context, film), self.plan).measure(film.rim_groups)

    def shutdown(self) -> None:
        """Source off, relays open, field at zero: each verified, and none stops the others."""
        make_safe_in_turn(self.context, declared.OFF_IN_TURN)

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.hall.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.hall.figures import draw

        return draw(record, analysis)
