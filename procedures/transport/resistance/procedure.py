"""A small resistance in delta mode: the source reverses by itself, faster than thermal EMFs drift."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import BenchError, MeasurementError
from bench.core.roles import DeltaMeter
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter, Parameter, QuantityParameter, SampleParameter
from bench.runs.procedure import Procedure
from procedures.transport.resistance.blocks import BLOCK, FEWEST_BLOCKS
from procedures.transport.resistance.columns import COLUMNS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.roles import Accuracy
    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Pellet, Sample

PROBES = 4
RANGE_MARGIN = 1.5
EMF_V = 1e-3
"""Room for thermal EMFs on the voltage range: the readings before the differences hold them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One test: its number, current, delay and how many readings."""

    number: int
    current_A: float
    delay_s: float
    readings: int


class DeltaResistance(Procedure):
    """Resistance between the sense points of the press, by (-1)^n (V1 - 2 V2 + V3)/4 over +-I.

    A constant EMF, the meter's offset and drift linear in time cancel. Four tests: full current, half of it,
    full current with twice the delay, full current again: so a resistance that depends on the current, a
    voltage that has not settled, and a drift are seen. Everything between the sense points is in the result,
    contacts included; they are separated by `pellet-conductivity` with several heights.
    """

    name = "delta-resistance"
    title = "Resistance in delta mode"
    roles: ClassVar = {"meter": DeltaMeter}
    fixtures: ClassVar = {"press": "pellet_press"}
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "restart"
    on_host_loss = "make_safe"

    sample = SampleParameter("Sample", optional=True)
    pellet = Parameter("Pellet (id, empty for the first)", default="")
    current = QuantityParameter(
        "Current, +-", unit="A", default="10 uA", minimum="1 nA", maximum="100 mA",
        limited_by=("meter", "current"),
    )  # fmt: skip
    voltage_max = QuantityParameter(
        "Compliance, 2 V above what the specimen needs",
        unit="V", default="5 V", minimum="100 mV", maximum="100 V",
        limited_by=("meter", "voltage"),
    )  # fmt: skip
    readings = IntegerParameter("Readings of each test", default=100, minimum=20, maximum=60_000)
    delay = QuantityParameter(
        "Delay from a reversal to its conversion", unit="s", default="10 ms", minimum="1 ms", maximum="100 s"
    )
    nplc = IntegerParameter("Integration time", units="power-line cycles", default=1, minimum=1, maximum=50)
    linearity_tolerance = QuantityParameter(
        "Accepted dependence on the current", unit="", default=0.001, minimum=1e-6, maximum=0.5
    )

    def chosen(self, sample: Sample) -> Pellet | None:
        """The pellet to mount; None where the sample has no such one."""
        wanted = self.pellet.strip()
        return next((one for one in sample.pellets if not wanted or one.id == wanted), None)

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        if sample is None:
            return ["a pellet is named but no sample"] if self.pellet.strip() else []
        if self.chosen(sample) is None:
            known = ", ".join(one.id for one in sample.pellets) or "none"
            return [f"sample '{sample.name}' has no pellet '{self.pellet.strip()}' (it has: {known})"]
        if self.readings < BLOCK * FEWEST_BLOCKS:
            return [f"{self.readings} readings are too few: {FEWEST_BLOCKS} blocks of {BLOCK} are needed"]
        return []

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; counted with a line frequency of 50 Hz."""
        each_s = self.nplc / 50.0 + self.delay + 0.005
        tests = self.plan()
        fetched = sum(test.readings for test in tests)
        duration_s = sum((test.readings + 3) * (each_s + test.delay_s - self.delay) + 4.0 for test in tests)
        return Estimate(1.0 + 6.0 + duration_s, PROBES + fetched)

    def plan(self) -> list[Planned]:
        """The tests after the probe, in order."""
        full, delay_s, count = float(self.current), float(self.delay), int(self.readings)
        return [
            Planned(1, full, delay_s, count),
            Planned(2, full / 2, delay_s, count),
            Planned(3, full, 2 * delay_s, count),
            Planned(4, full, delay_s, count),
        ]

    def execute(self) -> None:
        """See Procedure."""
        context = self.context
        meter: DeltaMeter = context.instrument("meter")
        meter.stop_delta()
        self._mount()
        highest_V = self._probe(meter)
        range_V = RANGE_MARGIN * highest_V + EMF_V
        tests = self.plan()
        facts: list[dict[str, Any]] = []
        for test in tests:
            self._take(meter, test, range_V, facts)
            context.progress(test.number / len(tests), f"test {test.number} of {len(tests)}")

    def shutdown(self) -> None:
        """Test ended, output off, verified."""
        self.context.instrument("meter").make_safe()

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.resistance.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.resistance.figures import draw

        return draw(record, analysis)

    def _mount(self) -> None:
        context, press = self.context, self.context.fixture("press")
        if context.sample is None:
            return
        pellet = self.chosen(context.sample)
        assert pellet is not None  # `problems` refuses a run without one
        context.operator(
            f"Mount pellet '{pellet.id}' of sample '{context.sample.name}' in the press '{press}', close it.",
            action="mount",
            details={"fixture": press, "specimen": f"{context.sample.name}/{pellet.id}"},
        )

    def _probe(self, meter: DeltaMeter) -> float:
        """The highest voltage at full current, on a range that holds the compliance."""
        test = Planned(0, float(self.current), float(self.delay), PROBES)
        values = self._take(meter, test, float(self.voltage_max))
        if not values:
            raise MeasurementError(
                f"the source hits its compliance at {self.current:g} A",
                instrument=meter.name,
                step="probe",
                state="the output is off",
                remedy="lower the current, or raise the compliance and the station's limit of the voltage",
            )
        return max(map(abs, values))

    def _take(
        self,
        meter: DeltaMeter,
        test: Planned,
        range_V: float,
        facts: list[dict[str, Any]] | None = None,
    ) -> list[float]:
        """One test, row by row; the usable voltages. It ends early where the source comes into compliance."""
        context = self.context
        ambient = context.ambient()
        values: list[float] = []
        with _stopped_afterwards(meter):
            meter.arm_delta(
                current_A=test.current_A,
                compliance_V=float(self.voltage_max),
                voltage_range_V=range_V,
                nplc=float(self.nplc),
                delay_s=test.delay_s,
            )
            gains = {"gain_V": _gain(meter.delta_accuracy()), "gain_A": _gain(meter.current_accuracy())}
            meter.start_delta()
            for _ in range(test.readings):
                reading = meter.next_delta()
                voltage = reading.voltage
                context.measure(
                    {
                        "Test": test.number,
                        "Number": reading.number,
                        "Instrument time": reading.seconds,
                        "Current": reading.current_A,
                        "Delay": test.delay_s,
                        "Voltage": voltage.value,
                        "Voltage range": voltage.range,
                        "Compliance": voltage.in_compliance,
                        "Overload": voltage.overload,
                        "Temperature": None if ambient.overload else ambient.value,
                    }
                )
                if voltage.in_compliance:
                    context.note("the source came into compliance: the test has ended", test=test.number)
                    break
                if reading.usable and voltage.value is not None:
                    values.append(voltage.value)
            if facts is not None:
                facts.append(
                    {
                        "test": test.number,
                        "current_A": test.current_A,
                        "delay_s": test.delay_s,
                        "range_V": voltage.range,
                        **gains,
                    }
                )
                context.fact("tests", facts)
        return values


@contextmanager
def _stopped_afterwards(meter: DeltaMeter) -> Iterator[None]:
    """The test ended and the output off, also after an error, which is not hidden by another one."""
    try:
        yield
    except BaseException:
        with suppress(BenchError):  # an unreachable source is made safe, and reported, by the bench
            meter.stop_delta()
        raise
    meter.stop_delta()


def _gain(accuracy: Accuracy | None) -> dict[str, Any] | None:
    return None if accuracy is None else {"relative": accuracy.relative, "source": accuracy.source}
