"""I-V curves of single particles between two tungsten tips: conductance around zero, and what limits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from bench.core.limits import Limits
from bench.core.roles import SourceMeter
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import (
    BooleanParameter,
    IntegerParameter,
    Parameter,
    QuantityParameter,
    SampleParameter,
)
from bench.runs.procedure import Procedure
from procedures.common.sense import SENSE
from procedures.common.source_taker import ReadingTaker
from procedures.transport.particle.columns import COLUMNS, PARTICLE
from procedures.transport.particle.tips import CORRECTION_GROUPS, BetweenTips, Bounds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample


class ParticleIV(Procedure):
    """Conductance of particles in a small window of voltage, and the shape of their curves beyond it.

    The operator takes the tips apart (leakage), presses them on each other (series resistance), and catches
    one particle after the other. In the window |V| <= `window` the current is measured by reversals + - - +
    on fixed ranges, with the settling verified by doubling the delay; the sweep goes up and down without a
    jump. Readings in compliance are stored and never fitted. With two tips, particle and contacts are not
    separated: docs/explanation/hall-data.md.
    """

    name = "particle-iv"
    title = "I-V of single particles"
    roles: ClassVar = {"meter": SourceMeter}
    fixtures: ClassVar = {"tips": "particle_tips"}
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "restart"
    on_host_loss = "make_safe"

    sample = SampleParameter("Sample", optional=True)
    particles = Parameter("Particles to catch (names with commas)", default="p1, p2, p3, p4, p5")
    four_wire = BooleanParameter("Sense at the tips (four-wire)", default=True)
    window = QuantityParameter(
        "Window of the conductance, +-", unit="V", default="10 mV", minimum="1 mV", maximum="10 V"
    )
    voltage_max = QuantityParameter(
        "Highest voltage of the sweep", unit="V", default="100 mV", minimum="1 mV", maximum="20 V",
        limited_by=("meter", "voltage"),
    )  # fmt: skip
    current_max = QuantityParameter(
        "Highest current (compliance)", unit="A", default="1 uA", minimum="1 nA", maximum="10 mA",
        limited_by=("meter", "current"),
    )  # fmt: skip
    power_max = QuantityParameter("Highest power", unit="W", default="100 nW", minimum="1 pW", maximum="1 mW")
    levels = IntegerParameter("Levels of voltage in the window", default=2, minimum=1, maximum=100)
    repeats = IntegerParameter("Passes through the window", default=6, minimum=1, maximum=1000)
    points = IntegerParameter("Points of the sweep, each way", default=40, minimum=8, maximum=1000)
    nplc = IntegerParameter("Integration time", units="power-line cycles", default=1, minimum=1, maximum=10)
    source_delay = QuantityParameter(
        "Source delay", unit="s", default="10 ms", minimum="1 ms", maximum="10 s"
    )
    linearity_tolerance = QuantityParameter(
        "Departure from a straight line that still counts as one", unit="", default=0.03, minimum=1e-4,
        maximum=0.5,
    )  # fmt: skip
    beam = BooleanParameter("Electron beam on the particle", default=False)

    def chosen(self) -> tuple[str, ...]:
        """The particles to catch, in order."""
        return tuple(name.strip() for name in self.particles.split(",") if name.strip())

    def wires(self) -> Mapping[str, tuple[str, ...]]:
        """See Procedure."""
        return {"tips": SENSE} if self.four_wire else {}

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        found = []
        if sample is None:
            found.append("no sample is named")
        names = self.chosen()
        if not names:
            found.append("no particle is named")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            found.append(f"{', '.join(twice)} named twice: a particle caught again is no further particle")
        if self.window > self.voltage_max:
            found.append("the window is wider than the sweep")
        if self.levels * self.repeats < 3:
            found.append("levels times repeats is below 3: a scatter needs at least three reversal groups")
        return found

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; counted with a line frequency of 50 Hz and settling at once."""
        particles = len(self.chosen())
        each = 12 + 11 + 4 * self.levels * self.repeats + 4 * (self.points // 2) + 2 * (self.points // 2)
        rows = 2 * 4 * CORRECTION_GROUPS + particles * each
        reading_s = 4 * self.nplc / 50.0 + self.source_delay + 0.01
        return Estimate(rows * reading_s + (2 + particles) * 1.0, rows)

    def execute(self) -> None:
        """See Procedure."""
        context = self.context
        sample = context.sample
        assert sample is not None  # `problems` refuses a run without one
        meter: SourceMeter = context.instrument("meter")
        tips = context.fixture("tips")
        meter.set_output(False)
        meter.set_four_wire(self.four_wire)
        meter.set_nplc(float(self.nplc))
        taker = ReadingTaker(context, meter, PARTICLE)
        between = BetweenTips(taker, meter, self._bounds(getattr(meter, "limits", None)), self.source_delay)
        names = self.chosen()
        steps = len(names) + 2

        context.operator(f"Take the tips '{tips}' apart.", action="open", details={"fixture": tips})
        between.measure_open()
        context.progress(1 / steps, "open measured")
        context.operator(
            f"Press the tips '{tips}' onto each other.", action="short", details={"fixture": tips}
        )
        between.measure_short()
        context.progress(2 / steps, "short measured")
        settling: dict[str, dict[str, float | bool]] = {}
        for number, particle in enumerate(names, 3):
            context.operator(
                f"Catch particle '{particle}' of sample '{sample.name}' between the tips '{tips}'; "
                f"the electron beam is {'on' if self.beam else 'off'} while it is measured.",
                action="mount",
                details={"fixture": tips, "specimen": f"{sample.name}/{particle}"},
            )
            found = between.measure_particle(
                particle, levels=self.levels, passes=self.repeats, points=self.points
            )
            settling[particle] = found.as_json()
            context.fact("settling", settling)
            context.progress(number / steps, f"particle {particle} measured")

    def shutdown(self) -> None:
        """Level zero and output off, verified."""
        self.context.instrument("meter").make_safe()

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.particle.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.particle.figures import draw

        return draw(record, analysis)

    def _bounds(self, limits: object) -> Bounds:
        """What was asked for, within what the station allows this meter (where it says)."""
        current_A, sweep_V = float(self.current_max), float(self.voltage_max)
        if isinstance(limits, Limits):
            current_A = min(current_A, _magnitude(limits, "current", current_A))
            sweep_V = min(sweep_V, _magnitude(limits, "voltage", sweep_V))
        return Bounds(sweep_V, min(float(self.window), sweep_V), current_A, float(self.power_max))


def _magnitude(limits: Limits, quantity: str, otherwise: float) -> float:
    tightest = limits.tightest(quantity)
    return min(-tightest[0], tightest[1]) if tightest is not None else otherwise
