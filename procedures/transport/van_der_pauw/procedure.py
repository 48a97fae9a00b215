"""Sheet resistance of a film with four contacts on its rim, by van der Pauw's eight settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.procedure import Procedure
from procedures.transport.van_der_pauw import declared
from procedures.transport.van_der_pauw.columns import COLUMNS
from procedures.transport.van_der_pauw.ending import make_safe_in_turn
from procedures.transport.van_der_pauw.plan import FilmPlan
from procedures.transport.van_der_pauw.rack import Field
from procedures.transport.van_der_pauw.rim import measure_rim, mount, rack_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample


class VanDerPauw(Procedure):
    """Eight settings around the rim, each by current reversals + - - + on fixed ranges, settling verified.

    The current is measured in the return where there is an ammeter. Relays move only with the source off.
    The contacts come first: where one is not ohmic the current is lowered.
    Checks: reversal, reciprocity, homogeneity (ASTM F76). Method: docs/explanation/hall-data.md.
    """

    name = "van-der-pauw"
    title = "Sheet resistance by van der Pauw"
    roles: ClassVar = declared.ROLES
    optional_roles: ClassVar = declared.OPTIONAL_ROLES
    fixtures: ClassVar = declared.FIXTURES
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "restart"
    on_host_loss = "make_safe"

    sample = declared.SAMPLE
    current = declared.CURRENT
    voltage_max = declared.VOLTAGE_MAX
    rim_groups = declared.RIM_GROUPS
    contact_points = declared.CONTACT_POINTS
    contact_r2 = declared.CONTACT_R2
    nplc = declared.NPLC
    source_delay = declared.SOURCE_DELAY
    reference_temperature = declared.REFERENCE_TEMPERATURE
    u_temperature = declared.U_TEMPERATURE

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        return [] if sample is not None else ["no sample is named"]

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; counted with a line frequency of 50 Hz and settling at once."""
        return FilmPlan.of(self).estimate()

    def execute(self) -> None:
        """See Procedure."""
        context, plan = self.context, FilmPlan.of(self)
        rack = rack_of(context, plan)
        mount(context, rack)
        measure_rim(context, rack, plan.rim_groups, Field())
        context.progress(1.0, "eight settings measured")

    def shutdown(self) -> None:
        """Source off before the relays open; each is verified, and none stops the other."""
        make_safe_in_turn(self.context, ("source", "switch"))

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.van_der_pauw.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.van_der_pauw.figures import draw

        return draw(record, analysis)
