"""Hall resistance against the measured field, up and down: whether it is a line through zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.runs.parameters import IntegerParameter, QuantityParameter
from procedures.transport.hall.procedure import Hall

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord


class HallFieldSweep(Hall):
    """As `hall`, in equal steps from -B to +B and back.

    The slope is fitted to the measured fields with errors in both; intercept, curvature, even part and
    hysteresis are tested. More than one kind of carrier, or magnetism, shows here and nowhere else.
    """

    name = "hall-field-sweep"
    title = "Hall resistance against the field"

    points = IntegerParameter("Fields from -B to +B", default=11, minimum=5, maximum=1001)
    linearity_tolerance = QuantityParameter(
        "Departure from a line that still counts as one", unit="", default=0.01, minimum=1e-5, maximum=0.5
    )

    def fields(self) -> list[float]:
        """Up, then down."""
        up = [float(self.field) * (2 * k / (self.points - 1) - 1) for k in range(self.points)]
        return [*up, *reversed(up)]

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.hall.analysis import analyse_sweep

        return analyse_sweep(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.hall.figures import draw_sweep

        return draw_sweep(record, analysis)
