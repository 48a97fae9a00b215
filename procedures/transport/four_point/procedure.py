"""Four probes on a film: current through the outer two, voltage between the inner two, no switch."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from bench.core.roles import SourceMeter
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter, QuantityParameter, SampleParameter
from bench.runs.procedure import Procedure
from procedures.common.source_taker import ReadingTaker
from procedures.transport.pellet.columns import COLUMNS as PELLET_COLUMNS
from procedures.transport.pellet.plan import Bounds
from procedures.transport.pellet.specimens import Specimens

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample

SPECIMEN = "Specimen"
FILM = "film"
COLLINEAR = math.pi / math.log(2)
"""R_s over R for equidistant probes in a line, far from the edges of a sheet much thinner than their distance
(F. M. Smits, Bell Syst. Tech. J. 37 (1958) 711), and for contacts on the corners of a square specimen."""
COLUMNS = tuple(replace(one, name=SPECIMEN) if one.name == "Pellet" else one for one in PELLET_COLUMNS)


class FourPoint(Procedure):
    """Four-terminal resistance by current reversals at several levels; times a declared factor, R_s.

    The sense terminals of the meter go to the inner probes. The factor is geometry that this run cannot see:
    its uncertainty has to be declared. Where a switch is to be had, `van-der-pauw` needs no factor.
    """

    name = "four-point"
    title = "Sheet resistance with four probes"
    roles: ClassVar = {"meter": SourceMeter}
    fixtures: ClassVar = {"holder": "hall_holder"}
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "restart"
    on_host_loss = "make_safe"

    sample = SampleParameter("Sample", optional=True)
    current_max = QuantityParameter(
        "Highest current", unit="A", default="1 uA", minimum="1 nA", maximum="1 A",
        limited_by=("meter", "current"),
    )  # fmt: skip
    voltage_max = QuantityParameter(
        "Highest voltage (compliance)", unit="V", default="10 V", minimum="10 mV", maximum="200 V",
        limited_by=("meter", "voltage"),
    )  # fmt: skip
    power_max = QuantityParameter(
        "Highest power between the inner probes", unit="W", default="1 mW", minimum="1 pW", maximum="1 W"
    )
    levels = IntegerParameter("Levels of current", default=4, minimum=1, maximum=100)
    repeats = IntegerParameter("Sweeps", default=2, minimum=1, maximum=1000)
    nplc = IntegerParameter("Integration time", units="power-line cycles", default=1, minimum=1, maximum=10)
    source_delay = QuantityParameter(
        "Source delay", unit="s", default="10 ms", minimum="1 ms", maximum="10 s"
    )
    geometry_factor = QuantityParameter(
        "Sheet resistance over resistance", unit="", default=COLLINEAR, minimum=1e-3, maximum=1e3
    )
    u_geometry_factor = QuantityParameter(
        "Standard uncertainty of that, relative (empty for no sheet resistance)",
        unit="", minimum=0.0, maximum=0.5, optional=True,
    )  # fmt: skip
    linearity_tolerance = QuantityParameter(
        "Accepted departure from Ohm's law", unit="", default=0.01, minimum=1e-5, maximum=0.5
    )

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        found = [] if sample is not None else ["no sample is named"]
        if self.levels * self.repeats < 3:
            found.append("levels times repeats is below 3: a scatter needs at least three reversal groups")
        return found

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; counted with a line frequency of 50 Hz, two probing steps and settling at once."""
        rows = 6 + 11 + 4 * self.levels * self.repeats
        return Estimate(rows * (4 * self.nplc / 50.0 + self.source_delay + 0.01) + 2.0, rows)

    def execute(self) -> None:
        """See Procedure."""
        context = self.context
        sample, holder = context.sample, context.fixture("holder")
        assert sample is not None  # `problems` refuses a run without one
        meter: SourceMeter = context.instrument("meter")
        meter.set_output(False)
        meter.set_four_wire(True)
        meter.set_nplc(float(self.nplc))
        context.operator(
            f"Put the four probes of '{holder}' on the film of sample '{sample.name}'.",
            action="mount",
            details={"fixture": holder, "specimen": f"{sample.name}/{FILM}"},
        )
        # a volume of 1 m3 makes the bound of the power density one of the power
        bounds = Bounds(float(self.current_max), float(self.voltage_max), float(self.power_max))
        specimens = Specimens(ReadingTaker(context, meter, SPECIMEN), meter, bounds, float(self.source_delay))
        found = specimens.measure_pellet(FILM, 1.0, levels=self.levels, passes=self.repeats)
        context.fact("settled", found is not None and found.settled)
        if found is None:
            context.note("the source hits its limit at the smallest current: no sweep")
        context.progress(1.0, "measured")

    def shutdown(self) -> None:
        """Level zero and output off, verified."""
        self.context.instrument("meter").make_safe()

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.four_point.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.common.budget_figure import budget_figure
        from procedures.common.figures import stamp_simulated

        if not any(result.budget for result in analysis.results.values()):
            return {}
        figure = budget_figure(analysis.results, record.sample.material if record.sample else "")
        if record.simulated:
            stamp_simulated([figure])
        return {"budget": figure}
