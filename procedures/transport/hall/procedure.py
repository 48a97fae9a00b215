"""Hall coefficient of a film in an electromagnet, with its resistivity: carrier density, mobility, type."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.errors import BenchError, MeasurementError
from bench.core.roles import FieldMeter, FieldSource
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter, QuantityParameter
from procedures.common.sourcing import ORDER
from procedures.transport.hall.field import MagnetField
from procedures.transport.van_der_pauw.columns import HALL
from procedures.transport.van_der_pauw.permutations import HALL as ACROSS
from procedures.transport.van_der_pauw.procedure import VanDerPauw
from procedures.transport.van_der_pauw.rack import Field

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample
    from procedures.transport.van_der_pauw.rack import FilmRack

SETTINGS = (ACROSS[0], ACROSS[2], ACROSS[2], ACROSS[0])
"""31,42 and 42,13 in an order that cancels a linear drift between them; the source reverses the current."""
CHANGE_s = 90.0
"""What a change of the field takes, for the estimate."""


class Hall(VanDerPauw):
    """The eight settings without field, then both settings across in fields + - - +, several times.

    Misalignment, thermal EMFs, Nernst and Righi-Leduc voltages cancel in the reversals of current and field
    (and, by reciprocity, already in one field between 31,42 and 42,13); the Ettingshausen voltage does not,
    and goes into the uncertainty. The field is measured before every group of readings, never assumed.
    """

    name = "hall"
    title = "Hall coefficient, carrier density, mobility"
    roles: ClassVar = {**VanDerPauw.roles, "magnet": FieldSource, "gaussmeter": FieldMeter}

    field = QuantityParameter("Field, +-", unit="T", default="0.5 T", minimum="1 mT", maximum="10 T")
    cycles = IntegerParameter("Cycles of the field + - - +", default=4, minimum=3, maximum=1000)
    groups = IntegerParameter("Reversals at each setting in each field", default=2, minimum=1, maximum=1000)
    field_tolerance = QuantityParameter(
        "A settled field moves by less than", unit="T", default="0.2 mT", minimum="1 uT", maximum="100 mT"
    )
    u_field_ratio = QuantityParameter(
        "Standard uncertainty of field at the film over field at the probe, relative",
        unit="", default=0.003, minimum=0.0, maximum=0.5,
    )  # fmt: skip
    angle_max = QuantityParameter(
        "Largest angle between the film's normal and the field", unit="rad", default="3 deg", minimum=0.0,
        maximum="45 deg",
    )  # fmt: skip
    ettingshausen_max = QuantityParameter(
        "Largest Ettingshausen voltage, part of the Hall voltage", unit="", default=0.005, minimum=0.0,
        maximum=0.5,
    )  # fmt: skip

    def fields(self) -> list[float]:
        """The fields to go to, in order, in T."""
        return [sign * float(self.field) for _ in range(self.cycles) for sign in ORDER]

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        found = super().problems(sample)
        if sample is not None and sample.film is None:
            found.append(
                f"sample '{sample.name}' has no film: declare [samples.{sample.name}.film] with its thickness"
            )
        return found

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure."""
        fields = len(self.fields())
        rows = 8 + fields * 4 * len(SETTINGS) * self.groups
        own = Estimate(rows * self._reading_s() + fields * CHANGE_s, rows)
        return super().estimate(sample) + own

    def execute(self) -> None:
        """See Procedure."""
        context = self.context
        magnet = MagnetField(
            context,
            context.instrument("magnet"),
            context.instrument("gaussmeter"),
            float(self.field_tolerance),
        )
        self._require_reach()
        rack = self._begin()
        remanent_T = magnet.go_to(0.0)
        self._measure_rim(rack, Field(-1, 0.0, remanent_T))
        fields = self.fields()
        for step, set_T in enumerate(fields):
            measured_T = magnet.go_to(set_T)
            if step == 0:
                rack.find_range(ACROSS, Field(step, set_T, measured_T))
                self._note_accuracy(magnet)
            rack.read_ambient()
            self._measure_across(rack, magnet, step, set_T)
            context.progress((1 + step) / (1 + len(fields)), f"{measured_T:.4g} T measured")
        context.fact("field_settled", magnet.settled)
        magnet.go_to(0.0)

    def shutdown(self) -> None:
        """Source off, relays open, field at zero: each verified, and none stops the others."""
        problems: list[BenchError] = []
        try:
            super().shutdown()
        except BenchError as error:
            problems.append(error)
        try:
            self.context.instrument("magnet").make_safe()
        except BenchError as error:
            problems.append(error)
        if problems:
            raise problems[0]

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.transport.hall.analysis import analyse  # scipy: only where there is something

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.transport.hall.figures import draw

        return draw(record, analysis)

    def _measure_across(self, rack: FilmRack, magnet: MagnetField, step: int, set_T: float) -> None:
        for setting in SETTINGS:
            rack.measure(setting, HALL, self.groups, Field(step, set_T, magnet.read()))

    def _note_accuracy(self, magnet: MagnetField) -> None:
        stated = magnet.accuracy()
        if stated is not None:
            self.context.fact("field_accuracy", {"relative": stated.relative, "source": stated.source})

    def _require_reach(self) -> None:
        """Before anything is mounted: can the magnet reach all of it?"""
        highest_T = max(map(abs, self.fields()))
        largest_T = self.context.instrument("magnet").largest_field_T()
        if highest_T > largest_T * (1 + 1e-9):
            raise MeasurementError(
                f"{highest_T:g} T is beyond the largest field of the magnet, {largest_T:.4g} T",
                step="field",
                state="nothing was switched on",
                remedy="ask for a smaller field, or correct the limit of the supply in the station file",
            )
