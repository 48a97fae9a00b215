"""Sheet resistance of a film with four contacts on its rim, by van der Pauw's eight settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.errors import BenchError
from bench.core.roles import CurrentSource, RangedAmmeter, RangedVoltmeter, SwitchMatrix
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter, QuantityParameter, SampleParameter
from bench.runs.procedure import Procedure
from procedures.transport.van_der_pauw.columns import COLUMNS, RIM
from procedures.transport.van_der_pauw.permutations import RESISTIVITY
from procedures.transport.van_der_pauw.rack import Field, FilmRack, Instruments

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample


class VanDerPauw(Procedure):
    """Eight settings around the rim, each by current reversals + - - + on fixed ranges, settling verified.

    The current is measured in the return, not taken from the source. Relays move only with the source off.
    Checks: reversal, reciprocity, homogeneity (ASTM F76). Method: docs/explanation/hall-data.md.
    """

    name = "van-der-pauw"
    title = "Sheet resistance by van der Pauw"
    roles: ClassVar = {
        "source": CurrentSource,
        "ammeter": RangedAmmeter,
        "voltmeter": RangedVoltmeter,
        "switch": SwitchMatrix,
    }
    fixtures: ClassVar = {"holder": "hall_holder"}
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "restart"
    on_host_loss = "make_safe"

    sample = SampleParameter("Sample", optional=True)
    current = QuantityParameter(
        "Current, +-", unit="A", default="100 nA", minimum="100 pA", maximum="100 mA",
        limited_by=("source", "current"),
    )  # fmt: skip
    voltage_max = QuantityParameter(
        "Compliance", unit="V", default="10 V", minimum="100 mV", maximum="100 V",
        limited_by=("source", "voltage"),
    )  # fmt: skip
    rim_groups = IntegerParameter(
        "Reversals at each setting around the rim", default=4, minimum=2, maximum=1000
    )
    nplc = IntegerParameter("Integration time", units="power-line cycles", default=2, minimum=1, maximum=50)
    source_delay = QuantityParameter(
        "Delay after each change of the current", unit="s", default="100 ms", minimum="1 ms", maximum="100 s"
    )
    reference_temperature = QuantityParameter(
        "Temperature the resistance is stated at", unit="K", default="23 degC", minimum=0.0, optional=True
    )
    u_temperature = QuantityParameter(
        "Standard uncertainty of the film's temperature (empty for that of the room)",
        unit="K", minimum=0.0, optional=True,
    )  # fmt: skip

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        return [] if sample is not None else ["no sample is named"]

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; counted with a line frequency of 50 Hz and settling at once."""
        rows = 16 + 11 + 8 * 4 * self.rim_groups
        return Estimate(rows * self._reading_s() + 17 * 0.3 + 2.0, rows)

    def execute(self) -> None:
        """See Procedure."""
        rack = self._begin()
        self._measure_rim(rack, Field())
        self.context.progress(1.0, "eight settings measured")

    def shutdown(self) -> None:
        """Source off before the relays open; each is verified, and none stops the other."""
        problems: list[BenchError] = []
        for role in ("source", "switch"):
            try:
                self.context.instrument(role).make_safe()
            except BenchError as error:
                problems.append(error)
        if problems:
            raise problems[0]

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.van_der_pauw.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.van_der_pauw.figures import draw

        return draw(record, analysis)

    def _begin(self) -> FilmRack:
        """Everything off and open, the film mounted, source and meters configured."""
        context = self.context
        holder, sample = context.fixture("holder"), context.sample
        assert sample is not None  # `problems` refuses a run without one
        rack = FilmRack(
            context,
            Instruments(*(context.instrument(role) for role in ("source", "ammeter", "voltmeter", "switch"))),
            level_A=float(self.current),
            compliance_V=float(self.voltage_max),
            nplc=float(self.nplc),
            delay_s=float(self.source_delay),
        )
        context.instrument("source").set_output(False)
        context.operator(
            f"Mount the film of sample '{sample.name}' in '{holder}', contacts 1 to 4 around the rim: "
            "counter-clockwise as seen from where a positive field points to.",
            action="mount",
            details={"fixture": holder, "specimen": f"{sample.name}/film"},
        )
        rack.configure()
        return rack

    def _measure_rim(self, rack: FilmRack, field: Field) -> None:
        rack.read_ambient()
        rack.find_range(RESISTIVITY, field)
        settled = rack.settle(RESISTIVITY[0], field)
        self.context.fact("settled", settled)
        self.context.fact("delay_s", rack.delay_s)
        for setting in RESISTIVITY:
            rack.measure(setting, RIM, self.rim_groups, field)

    def _reading_s(self) -> float:
        # two meters with autozero one after the other, and what the links take
        return float(self.source_delay + 4 * self.nplc / 50.0 + 0.1)
