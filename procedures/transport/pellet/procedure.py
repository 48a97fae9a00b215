"""Conductivity of pressed pellets between the pistons of a press, with the contacts separated by height."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from procedures.transport.pellet.columns import COLUMNS
from procedures.transport.pellet.plan import Bounds
from procedures.transport.pellet.specimens import CORRECTION_GROUPS, Specimens

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Pellet, Sample


class PelletConductivity(Procedure):
    """DC conductivity by current reversal, with open and short compensation and a series of heights.

    The operator empties the press (leakage), puts a copper disc in (series resistance), and mounts each
    pellet. Each is probed, the settling is verified by doubling the delay, and swept at several levels of
    both polarities on fixed ranges. The output is off whenever somebody is at the press. With three or more
    heights R = R_contact + L/(sigma A) separates bulk and contacts; with fewer the result says that it
    cannot. Method and formulas: docs/explanation/pellet-conductivity.md.
    """

    name = "pellet-conductivity"
    title = "Conductivity of pressed pellets"
    roles: ClassVar = {"meter": SourceMeter}
    fixtures: ClassVar = {"press": "pellet_press"}
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "restart"
    on_host_loss = "make_safe"

    sample = SampleParameter("Sample", optional=True)
    pellets = Parameter("Pellets (ids with commas, empty for all)", default="")
    four_wire = BooleanParameter("Sense at the pistons (four-wire)", default=True)
    current_max = QuantityParameter(
        "Highest current", unit="A", default="10 mA", minimum="1 nA", maximum="1 A"
    )
    voltage_max = QuantityParameter(
        "Highest voltage (compliance)", unit="V", default="10 V", minimum="10 mV", maximum="200 V"
    )
    power_density_max = QuantityParameter(
        "Highest power density in the pellet",
        unit="W/m^3",
        default="10 mW/cm^3",
        minimum="1 uW/cm^3",
        maximum="10 W/cm^3",
    )
    levels = IntegerParameter("Levels of current", default=4, minimum=2, maximum=100)
    repeats = IntegerParameter("Sweeps of each pellet", default=2, minimum=1, maximum=1000)
    nplc = IntegerParameter("Integration time", units="power-line cycles", default=1, minimum=1, maximum=10)
    source_delay = QuantityParameter(
        "Source delay", unit="s", default="10 ms", minimum="1 ms", maximum="10 s"
    )
    linearity_tolerance = QuantityParameter(
        "Accepted departure from Ohm's law", unit="", default=0.01, minimum=1e-5, maximum=0.5
    )
    contact_resistance_max = QuantityParameter(
        "Bound of the contact resistance, for one height only", unit="ohm", minimum=0.0, optional=True
    )
    contact_spread = QuantityParameter(
        "Contact resistance from one mounting to the next, standard deviation",
        unit="ohm",
        default=0.0,
        minimum=0.0,
    )
    reference_temperature = QuantityParameter(
        "Temperature the conductivity is stated at", unit="K", default="23 degC", minimum=0.0, optional=True
    )
    u_temperature = QuantityParameter(
        "Standard uncertainty of the pellet's temperature (empty for that of the room)",
        unit="K",
        minimum=0.0,
        optional=True,
    )

    def chosen(self, sample: Sample) -> tuple[Pellet, ...]:
        """The pellets to measure, in the order of the sample file. Unknown ids are left to `problems`."""
        wanted = set(_ids(self.pellets))
        return tuple(pellet for pellet in sample.pellets if not wanted or pellet.id in wanted)

    def wires(self) -> Mapping[str, tuple[str, ...]]:
        """See Procedure."""
        return {"press": SENSE} if self.four_wire else {}

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        if sample is None:
            return ["no sample is named: pellets come from the sample file"]
        if not sample.pellets:
            return [
                f"sample '{sample.name}' has no pellets: "
                f"declare [[samples.{sample.name}.pellets]] with height and area"
            ]
        found = []
        known = [pellet.id for pellet in sample.pellets]
        unknown = [name for name in _ids(self.pellets) if name not in known]
        if unknown:
            found.append(
                f"sample '{sample.name}' has no pellet {', '.join(unknown)}, only {', '.join(known)}"
            )
        for pellet in self.chosen(sample):
            if pellet.height.value <= 0 or pellet.area.value <= 0:
                found.append(
                    f"pellet '{pellet.id}' of sample '{sample.name}' needs a height and an area above zero"
                )
        if self.levels * self.repeats < 3:
            found.append("levels times repeats is below 3: a scatter needs at least three reversal groups")
        return found

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; counted with a line frequency of 50 Hz, two probing steps and settling at once."""
        pellets = len(self.chosen(sample)) if sample is not None else 1
        corrections = 2 * 4 * CORRECTION_GROUPS + 9
        each = 6 + 11 + 4 * self.levels * self.repeats
        rows = corrections + pellets * each
        # voltage, current, reference and zero phase of each autozeroed reading, and what the link takes
        reading_s = 4 * self.nplc / 50.0 + self.source_delay + 0.01
        return Estimate(rows * reading_s + (2 + pellets) * 1.0, rows)

    def execute(self) -> None:
        """See Procedure."""
        context = self.context
        sample = context.sample
        assert sample is not None  # `problems` refuses a run without one
        meter: SourceMeter = context.instrument("meter")
        press = context.fixture("press")
        meter.set_output(False)
        meter.set_four_wire(self.four_wire)
        meter.set_nplc(float(self.nplc))
        bounds = self._bounds(getattr(meter, "limits", None))
        specimens = Specimens(ReadingTaker(context, meter), meter, bounds, self.source_delay)
        pellets = self.chosen(sample)
        steps = len(pellets) + 2

        context.operator(
            f"Open the press '{press}': nothing between the pistons, pistons apart.",
            action="open",
            details={"fixture": press},
        )
        specimens.measure_open()
        context.progress(1 / steps, "open measured")
        context.operator(
            f"Put the copper shorting disc into the press '{press}' and close it.",
            action="short",
            details={"fixture": press},
        )
        specimens.measure_short()
        context.progress(2 / steps, "short measured")

        settling: dict[str, dict[str, float | bool] | None] = {}
        for number, pellet in enumerate(pellets, 3):
            context.operator(
                f"Mount pellet '{pellet.id}' of sample '{sample.name}' in the press '{press}' and close it.",
                action="mount",
                details={"fixture": press, "specimen": f"{sample.name}/{pellet.id}"},
            )
            found = specimens.measure_pellet(
                pellet.id, pellet.area.value * pellet.height.value, levels=self.levels, passes=self.repeats
            )
            if found is None:
                context.note("the source hits its limit at the smallest current: no sweep", pellet=pellet.id)
                settling[pellet.id] = None
            else:
                settling[pellet.id] = {"delay_s": found.delay_s, "settled": found.settled}
            context.fact("settling", settling)
            context.progress(number / steps, f"pellet {pellet.id} measured")

    def shutdown(self) -> None:
        """Level zero and output off, verified."""
        self.context.instrument("meter").make_safe()

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.pellet.analysis import (
            analyse,
        )  # scipy: only where there is something to analyse

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.pellet.figures import draw

        return draw(record, analysis)

    def _bounds(self, limits: object) -> Bounds:
        """What was asked for, within what the station allows this meter (where it says)."""
        current_A, voltage_V = float(self.current_max), float(self.voltage_max)
        if isinstance(limits, Limits):
            current_A = min(current_A, _magnitude(limits, "current", current_A))
            voltage_V = min(voltage_V, _magnitude(limits, "voltage", voltage_V))
        return Bounds(current_A, voltage_V, float(self.power_density_max))


def _ids(text: str | Iterable[str]) -> list[str]:
    names = text.split(",") if isinstance(text, str) else text
    return [name.strip() for name in names if name.strip()]


def _magnitude(limits: Limits, quantity: str, otherwise: float) -> float:
    tightest = limits.tightest(quantity)
    return min(-tightest[0], tightest[1]) if tightest is not None else otherwise
