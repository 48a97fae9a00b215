"""What all furnace runs do: start a programme, watch it, judge it, and find it again after a crash."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from bench.core.errors import MeasurementError
from bench.core.programme import Dwell, Holdback, ProgrammeError, Ramp, Segment, TemperatureProgramme
from bench.core.roles import TemperatureProgrammer
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import QuantityParameter
from bench.runs.procedure import Procedure
from procedures.thermal.columns import COLUMNS
from procedures.thermal.cooling import COLD_degC
from procedures.thermal.exotherm import ExothermRules
from procedures.thermal.gas import Atmosphere
from procedures.thermal.gas_roles import GAS_CONTACTS, GAS_ROLES, GasInstruments
from procedures.thermal.gas_start import establish, look_again, refuse_unfit
from procedures.thermal.progress import Progress
from procedures.thermal.starting import found_again, start
from procedures.thermal.watching import Pace, Watch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.roles import Thermometer
    from bench.runs.record import Analysis, RunRecord
    from bench.samples import Sample

ROOM_degC = 23.0
COOLING_s = 4000.0
"""Time constant of a furnace that cools by itself, for estimates only: that of the simulated one."""


class FurnaceRun(Procedure):
    """The programme lives in the controller and ends there with a reset to a set-point that cannot heat.

    The PC only watches. When it is lost the controller goes on; the next start of a bench finds it, compares
    the fingerprint of what it holds with that of this run, and goes on recording. It never starts or resets
    anything by itself then. To stop a furnace is an act of its own: abort the run, or `bench safe`.
    """

    roles: ClassVar = {"furnace": TemperatureProgrammer}
    optional_roles: ClassVar = GAS_ROLES
    fixtures: ClassVar = {"tube": "furnace_tube"}
    contacts: ClassVar = {"furnace": "control", **GAS_CONTACTS}
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    resume = "attach"
    on_host_loss = "keep"
    analyse_when = "recorded"

    holdback = QuantityParameter(
        "Holdback band (the programme waits outside)", unit="K", default="10 K", minimum="1 K", maximum="50 K"
    )
    soak_band = QuantityParameter(
        "Band that counts as at temperature", unit="K", default="5 K", minimum="0.5 K", maximum="50 K"
    )
    soak_settle = QuantityParameter(
        "In band for so long before it counts", unit="s", default="60 s", minimum="0 s", maximum="1 h"
    )
    start_max = QuantityParameter(
        "Hottest that it may be at the start", unit="degC", default="60 degC", maximum="500 degC"
    )
    opening_temperature = QuantityParameter(
        "Record until it is as cold as this (empty for only until the programme ends)",
        unit="degC",
        default="60 degC",
        minimum="25 degC",
        maximum="200 degC",
        optional=True,
    )
    cooling_max = QuantityParameter(
        "Wait for that at most", unit="s", default="12 h", minimum="10 min", maximum="7 d"
    )
    interval_ramp = QuantityParameter(
        "From one look to the next in a ramp", unit="s", default="1 s", minimum="500 ms", maximum="60 s"
    )
    interval_dwell = QuantityParameter(
        "From one look to the next in a dwell", unit="s", default="5 s", minimum="500 ms", maximum="60 s"
    )
    interval_cooling = QuantityParameter(
        "From one look to the next after the end",
        unit="s",
        default="30 s",
        minimum="500 ms",
        maximum="10 min",
    )

    # -- what a recipe says ---------------------------------------------------------------------------------

    @abstractmethod
    def segments(self) -> tuple[Segment, ...]:
        """Ramps and dwells. May raise ProgrammeError."""

    def atmosphere(self) -> Atmosphere:
        """What the tube is under; none, unless the recipe says so."""
        return Atmosphere("none")

    def prepare(self) -> None:
        """What people do before the tube is put under its atmosphere and the furnace is started."""

    def conclude(self, progress: Progress) -> None:
        """What people do after it may be opened; not called when it may not."""

    @property
    def vessel_limit_degC(self) -> float | None:
        """What the vessel stands at most; None where there is none to be watched."""
        return None

    def acceptance(self) -> dict[str, float]:
        """Limits of the recipe by result, beside those that hold for all (procedures.thermal.acceptance)."""
        return {}

    # -- before the start -----------------------------------------------------------------------------------

    def programme(self) -> TemperatureProgramme:
        """The whole of it. Raises ProgrammeError."""
        return TemperatureProgramme(self.segments(), Holdback("band", float(self.holdback)), "reset")

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        try:
            programme = self.programme()
        except ProgrammeError as error:
            return [error.what]
        limit = self.vessel_limit_degC
        if limit is not None and programme.peak_degC > limit:
            return [f"the peak of {programme.peak_degC:g} degC is above the vessel's limit of {limit:g} degC"]
        return []

    def estimate(self, sample: Sample | None) -> Estimate:
        """See Procedure; without holdback, cooling as the simulated furnace does."""
        programme = self.programme()
        ramps_s = programme.duration_s(ROOM_degC) - _dwells_s(programme)
        rows = ramps_s / self.interval_ramp + _dwells_s(programme) / self.interval_dwell
        cooling_s = 0.0
        if self.opening_temperature is not None:
            ratio = (programme.peak_degC - ROOM_degC) / max(1.0, self.opening_temperature - ROOM_degC)
            cooling_s = 600.0 + COOLING_s * max(0.0, math.log(max(1.0, ratio)))
        rows += cooling_s / self.interval_cooling
        return Estimate(ramps_s + _dwells_s(programme) + cooling_s, round(rows))

    # -- the run --------------------------------------------------------------------------------------------

    def recognise(self) -> str | None:
        """See Procedure; only reads."""
        restored = self.context.restored
        if restored is None or "fingerprint" not in restored.state:
            return "this run had not loaded a programme yet"
        progress = Progress.of(restored.state)
        furnace: TemperatureProgrammer = self.context.instrument("furnace")
        status, held = furnace.programmer_status(), furnace.read_programme()
        if held.fingerprint != progress.fingerprint:
            return f"the controller holds another programme: {held.as_json()}"
        if status.state in ("run", "holdback"):
            return None
        if status.state == "reset" and progress.phase != "loaded":
            return None
        return f"its programmer is in {status.state}"

    def execute(self) -> None:
        """See Procedure."""
        context, restored = self.context, self.context.restored
        furnace: TemperatureProgrammer = context.instrument("furnace")
        vessel: Thermometer | None = context.instrument("vessel") if "vessel" in self.roles else None
        programme, atmosphere, gas = self.programme(), self.atmosphere(), GasInstruments.of(context)
        if restored is None:
            refuse_unfit(atmosphere, gas)
            self.prepare()
            establish(context, atmosphere, gas)
            progress = start(
                context,
                furnace,
                vessel,
                programme,
                recipe=self._recipe(programme),
                start_max_degC=float(self.start_max),
            )
        elif restored.attached:
            progress = found_again(context, restored, furnace.programmer_status(), programme)
            look_again(context, restored, atmosphere, gas)
        else:
            raise MeasurementError(
                "a furnace run goes on where its controller is, or not at all",
                state="the furnace was made safe",
                remedy="look at the charge; queue a new run if it may be heated again",
            )
        Watch(
            context,
            furnace,
            vessel,
            programme=programme,
            progress=progress,
            pace=Pace(float(self.interval_ramp), float(self.interval_dwell), float(self.interval_cooling)),
            rules=ExothermRules(self.vessel_limit_degC),
            atmosphere=atmosphere,
            gas=gas,
            cold_degC=None if self.opening_temperature is None else float(self.opening_temperature),
            cooling_max_s=float(self.cooling_max),
        ).run()
        context.fact("progress", progress.as_json())
        if progress.failure:
            raise MeasurementError(
                progress.failure,
                instrument=furnace.name,
                state="the programme is in reset; the record goes on to the end of the cooling",
                remedy="leave the vessel closed and the gas on; read the run's journal before you touch it",
            )
        if progress.permit and not progress.concluded:
            self.conclude(progress)
            progress.concluded = True
            context.checkpoint("concluded", **progress.as_json())

    def analyse(self, record: RunRecord) -> Analysis:
        """See Procedure."""
        from procedures.thermal.analysis import analyse

        return analyse(record)

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """See Procedure."""
        from procedures.thermal.figures import draw

        return draw(record)

    def _recipe(self, programme: TemperatureProgramme) -> dict[str, Any]:
        """What the analysis has to know; the longest dwell is the soak."""
        dwells = [
            (one.duration_s, number)
            for number, one in enumerate(programme.segments, 1)
            if isinstance(one, Dwell)
        ]
        longest_s, segment = max(dwells, default=(0.0, 0))
        return {
            "soak_segment": segment,
            "soak_s": longest_s,
            "soak_degC": _target_before(programme, segment),
            "soak_band_K": float(self.soak_band),
            "soak_settle_s": float(self.soak_settle),
            "gap_s": max(30.0, 3 * float(self.interval_dwell), 3 * float(self.interval_ramp)),
            "interval_s": max(float(self.interval_dwell), float(self.interval_ramp)),
            "cooling_gap_s": max(30.0, 3 * float(self.interval_cooling)),
            "cold_degC": COLD_degC if self.opening_temperature is None else float(self.opening_temperature),
            "vessel_limit_degC": self.vessel_limit_degC,
            "acceptance": self.acceptance(),
        }


def _dwells_s(programme: TemperatureProgramme) -> float:
    return sum(one.duration_s for one in programme.segments if isinstance(one, Dwell))


def _target_before(programme: TemperatureProgramme, segment: int) -> float | None:
    targets = [one.target_degC for one in programme.segments[: max(0, segment - 1)] if isinstance(one, Ramp)]
    return targets[-1] if targets else None
