"""Is it drifting, and how long is it worth averaging? A log of one resistance over hours to days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.roles import SourceMeter
from bench.runs.columns import Column
from bench.runs.estimate import Estimate, format_duration
from bench.runs.parameters import (
    BooleanParameter,
    IntegerParameter,
    ListParameter,
    Parameter,
    QuantityParameter,
    SampleParameter,
)
from bench.runs.procedure import Procedure
from procedures.common.accuracy import AccuracyNotes
from procedures.common.sense import SENSE
from procedures.transport.stability.columns import COLUMNS
from procedures.transport.stability.grid import Grid, points_in
from procedures.transport.stability.log import Log
from procedures.transport.stability.taking import PointTaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Pellet, Sample

DOUBLINGS = 8
"""How often the source delay may be doubled before the log is flagged as not settled."""
FEWEST_POINTS = 10
ON_BELOW_S = 60.0
"""With `between = "auto"` the output stays on where points come closer than this."""


class ResistanceLog(Procedure):
    """Resistance by current reversal at even intervals, with drift rate and Allan deviation.

    The grid of points begins with the first and is never shifted: what a pause, a crash or a lost link took
    is missing and named. A run that was cut off goes on from its last checkpoint with the specimen as it is;
    nobody is asked to mount it again. Method and limits: docs/explanation/resistance-log.md.
    """

    name = "resistance-log"
    title = "Stability of a resistance"
    roles: ClassVar = {"meter": SourceMeter}
    fixtures: ClassVar = {"press": "pellet_press"}
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "resume"
    on_host_loss = "make_safe"
    ambient_interval_s: ClassVar[float] = 500 * 86_400.0  # it reads the room itself, with its points

    sample = SampleParameter("Sample (empty to leave in the press what is there)", optional=True)
    pellet = Parameter("Pellet (empty for the first of the sample)", default="")
    current = QuantityParameter(
        "Current",
        unit="A",
        default="100 uA",
        minimum="1 nA",
        maximum="1 A",
        limited_by=("meter", "current"),
    )
    voltage_max = QuantityParameter(
        "Highest voltage (compliance)",
        unit="V",
        default="10 V",
        minimum="10 mV",
        maximum="200 V",
        limited_by=("meter", "voltage"),
    )
    interval = QuantityParameter(
        "From one point to the next", unit="s", default="10 s", minimum="100 ms", maximum="1 d"
    )
    duration = QuantityParameter(
        "From the first point to the last", unit="s", default="1 d", minimum="1 s", maximum="400 d"
    )
    between = ListParameter("Output between points", choices=["auto", "off", "on"], default="auto")
    four_wire = BooleanParameter("Sense at the pistons (four-wire)", default=True)
    nplc = IntegerParameter("Integration time", units="power-line cycles", default=1, minimum=1, maximum=10)
    source_delay = QuantityParameter(
        "Source delay", unit="s", default="10 ms", minimum="1 ms", maximum="10 s"
    )
    checkpoint_every = QuantityParameter(
        "Checkpoint every", unit="s", default="10 min", minimum="1 s", maximum="1 d"
    )
    reference_temperature = QuantityParameter(
        "Temperature the resistance is stated at (empty for the mean of the log)",
        unit="K",
        minimum=0.0,
        optional=True,
    )

    @property
    def points(self) -> int:
        """How many the grid has."""
        return points_in(float(self.duration), float(self.interval))

    @property
    def keep_on(self) -> bool:
        """Whether the output stays at the measuring current between points."""
        if self.between == "auto":
            return bool(self.interval < ON_BELOW_S)
        return bool(self.between == "on")

    def chosen(self, sample: Sample) -> Pellet | None:
        """The pellet to mount; None where the sample has no such one."""
        wanted = self.pellet.strip()
        return next((one for one in sample.pellets if not wanted or one.id == wanted), None)

    def wires(self) -> Mapping[str, tuple[str, ...]]:
        """See Procedure."""
        return {"press": SENSE} if self.four_wire else {}

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        found = []
        if sample is None:
            if self.pellet.strip():
                found.append("a pellet is named but no sample")
        elif self.chosen(sample) is None:
            known = ", ".join(one.id for one in sample.pellets) or "none"
            found.append(f"sample '{sample.name}' has no pellet '{self.pellet.strip()}' (it has: {known})")
        if self.interval < self._point_s():
            found.append(
                f"an interval of {self.interval:g} s is shorter than a point takes ({self._point_s():.2g} s)"
            )
        if self.points < FEWEST_POINTS:
            found.append(
                f"{self.points} points in {format_duration(self.duration)} at {self.interval:g} s: "
                f"at least {FEWEST_POINTS} are needed"
            )
        return found

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; counted with a line frequency of 50 Hz, settling at once."""
        settling_s = 13 * self._reading_s()
        mounting_s = 1.0 if sample is not None else 0.0
        grid_s = (self.points - 1) * self.interval
        return Estimate(mounting_s + settling_s + grid_s + self._point_s(), self.points)

    def execute(self) -> None:
        """See Procedure."""
        context = self.context
        restored = context.restored
        kept: Mapping[str, Any] = restored.state if restored is not None else {}
        meter: SourceMeter = context.instrument("meter")
        meter.set_output(False)
        if "start" not in kept:
            kept = {}
            self._mount()
        meter.set_four_wire(self.four_wire)
        meter.set_nplc(float(self.nplc))
        accuracy = AccuracyNotes(context, meter, kept.get("accuracy", ()))
        taker = PointTaker(
            meter,
            accuracy,
            level_A=float(self.current),
            compliance_V=float(self.voltage_max),
            keep_on=self.keep_on,
            voltage_range_V=kept.get("voltage_range_V"),
        )
        taker.configure()
        settling = kept.get("settling")
        if settling is None:
            delays_s = [self.source_delay * 2**number for number in range(DOUBLINGS + 1)]
            settling = taker.settle(delays_s).as_json()
            grid = Grid.beginning_now(context.clock, float(self.interval), self.points)
        else:
            meter.set_source_delay(settling["delay_s"])
            grid = Grid.going_on(context.clock, kept["start"], float(self.interval), self.points)
        context.fact("settling", settling)
        if accuracy.entries:  # of the attempt before: its ranges are this one's
            context.fact("accuracy", accuracy.entries)
        context.fact("grid", {"start": grid.start.isoformat(), "interval_s": grid.interval_s})
        log = Log(
            context,
            taker,
            accuracy,
            grid,
            settling=settling,
            kept=kept,
            checkpoint_every_s=float(self.checkpoint_every),
        )
        log.run(int(kept.get("next", 0)), taken_up=bool(kept))
        taker.off()

    def shutdown(self) -> None:
        """Level zero and output off, verified."""
        self.context.instrument("meter").make_safe()

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.stability.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.stability.figures import draw

        return draw(record, analysis)

    def _mount(self) -> None:
        context, press = self.context, self.context.fixture("press")
        if context.sample is None:
            return
        pellet = self.chosen(context.sample)
        assert pellet is not None  # `problems` refuses a run without one
        context.operator(
            f"Mount pellet '{pellet.id}' of sample '{context.sample.name}' in the press '{press}', close it, "
            "and leave it alone until the log is over.",
            action="mount",
            details={"fixture": press, "specimen": f"{context.sample.name}/{pellet.id}"},
        )

    def _reading_s(self) -> float:
        # voltage, current, reference and zero phase of each autozeroed reading, and what the link takes
        return float(4 * self.nplc / 50.0 + self.source_delay + 0.01)

    def _point_s(self) -> float:
        return 4 * self._reading_s()
