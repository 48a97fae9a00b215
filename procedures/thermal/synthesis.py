"""QMS from SiO2, MgSO4, Al and AlCl3 in a sealed vessel: 250 degC for ten hours, and a batch at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.programme import Dwell, Segment
from bench.core.roles import TemperatureProgrammer, Thermometer
from bench.runs.parameters import ListParameter, Parameter, QuantityParameter
from bench.samples import Batch
from procedures.thermal.acceptance import LONGEST_GAP_S
from procedures.thermal.exotherm import VESSEL_ABOVE_CONTROL_K
from procedures.thermal.furnace_run import FurnaceRun
from procedures.thermal.gas import GASES, Atmosphere
from procedures.thermal.gas_parameters import flow_parameter, when_lost_parameter
from procedures.thermal.heat_balance import Mixture, adiabatic_rise_K, least_vessel_g
from procedures.thermal.notation import approach
from procedures.thermal.progress import Progress

if TYPE_CHECKING:
    from bench.samples import Sample

WASHES = ("water", "1.0 mol/L HCl", "5 % HF (calcium gluconate at hand)", "water, until neutral")
"""The paper names water, HCl and HF; the order and the last one are our choice."""


class Synthesis(FurnaceRun):
    """The paper states mass ratios, 250 degC, 10 h and argon; all else is the lab's choice.

    A thermometer on the vessel's wall is a role of its own: the controller's thermocouple hardly notices the
    reaction. What is refused, and why: docs/explanation/furnace-runs.md.
    """

    name = "synthesis"
    title = "Molten-salt synthesis"
    roles: ClassVar = {"furnace": TemperatureProgrammer, "vessel": Thermometer}
    contacts: ClassVar = {**FurnaceRun.contacts, "vessel": "vessel"}

    batch = Parameter("Name of the batch", default="")
    silica = QuantityParameter("Mass of SiO2", unit="g", default="0.5 g", minimum="10 mg", maximum="100 g")
    sulphate_ratio = QuantityParameter(
        "MgSO4 to SiO2, by mass", unit="", default=1.0, minimum=0.0, maximum=3.0
    )
    aluminium_ratio = QuantityParameter("Al to SiO2, by mass", unit="", default=2.0, minimum=0.1, maximum=5.0)
    chloride_ratio = QuantityParameter(
        "AlCl3 to SiO2, by mass", unit="", default=10.0, minimum=1.0, maximum=30.0
    )
    vessel_mass = QuantityParameter(
        "Mass of the steel vessel", unit="g", default="200 g", minimum="10 g", maximum="50 kg"
    )
    vessel_temperature_max = QuantityParameter(
        "Hottest that the sealed vessel may be (its pressure doubles in 50 K)",
        unit="degC",
        default="260 degC",
        minimum="100 degC",
        maximum="400 degC",
    )
    adiabatic_rise_max = QuantityParameter(
        "Rise that the charge could cause at most (lab choice)",
        unit="K",
        default="70 K",
        minimum="1 K",
        maximum="200 K",
    )
    temperature = QuantityParameter(
        "Temperature",
        unit="degC",
        default="250 degC",
        minimum="50 degC",
        maximum="400 degC",
        limited_by=("furnace", "temperature"),
    )
    dwell = QuantityParameter("For", unit="s", default="10 h", minimum="1 min", maximum="20 d")
    ramp = QuantityParameter(
        "Ramp below the melt (lab choice)",
        unit="K/min",
        default="5 K/min",
        minimum="0.1 K/min",
        maximum="20 K/min",
        limited_by=("furnace", "rate"),
    )
    slow_from = QuantityParameter(
        "Slower from", unit="degC", default="180 degC", minimum="30 degC", maximum="400 degC"
    )
    slow_ramp = QuantityParameter(
        "Ramp in the melt (lab choice)",
        unit="K/min",
        default="2 K/min",
        minimum="0.1 K/min",
        maximum="5 K/min",
    )
    gas = ListParameter("Gas around the vessel", choices=list(GASES), default="argon")
    gas_flow = flow_parameter(100.0)
    gas_loss = when_lost_parameter("argon")
    opening_temperature = QuantityParameter(
        "Cold enough to be opened", unit="degC", default="40 degC", minimum="25 degC", maximum="40 degC"
    )

    @property
    def mixture(self) -> Mixture:
        """What is weighed in."""
        return Mixture.of(
            float(self.silica),
            sulphate=float(self.sulphate_ratio),
            aluminium=float(self.aluminium_ratio),
            chloride=float(self.chloride_ratio),
        )

    @property
    def vessel_limit_degC(self) -> float | None:
        """See FurnaceRun."""
        return float(self.vessel_temperature_max)

    def segments(self) -> tuple[Segment, ...]:
        """See FurnaceRun."""
        ramps = approach(
            float(self.temperature),
            rate=float(self.ramp),
            slow_rate=float(self.slow_ramp),
            slow_from_degC=float(self.slow_from),
        )
        return *ramps, Dwell(float(self.dwell))

    def atmosphere(self) -> Atmosphere:
        """See FurnaceRun."""
        return Atmosphere(self.gas, float(self.gas_flow), when_lost=self.gas_loss)

    def acceptance(self) -> dict[str, float]:
        """See FurnaceRun."""
        return {
            "vessel_peak": float(self.vessel_temperature_max),
            "vessel_minus_control": VESSEL_ABOVE_CONTROL_K,
            "vessel_unseen": LONGEST_GAP_S,
        }

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        found = super().problems(sample)
        if not self.batch.strip():
            found.append('the batch has no name: add batch = "NAME", which its samples will name')
        mixture, vessel_g = self.mixture, float(self.vessel_mass)
        rise_K = adiabatic_rise_K(mixture, vessel_g)
        if rise_K > self.adiabatic_rise_max:
            enough_g = least_vessel_g(mixture, float(self.adiabatic_rise_max))
            found.append(
                f"the charge of {mixture.total_g:.3g} g is too large for a vessel of {vessel_g:g} g: it "
                f"could make itself {rise_K:.0f} K hotter, and {self.adiabatic_rise_max:g} K are allowed; "
                f"take a vessel of {enough_g:.0f} g, or less of it"
            )
        if self.gas != "argon":
            found.append(f"the gas is {self.gas}: a leak of this vessel has to meet argon, not air or water")
        elif not self.gas_flow > 0:
            found.append("argon with no flow: state what the meter shows")
        return found

    def prepare(self) -> None:
        """See FurnaceRun."""
        context, mixture = self.context, self.mixture
        tube = context.fixture("tube")
        weighed = ", ".join(f"{name} {mass:.3g} g" for name, mass in mixture.masses_g.items())
        context.operator(
            f"In the glove box weigh {weighed} for batch '{self.batch}', close the vessel, and put it into "
            f"the tube '{tube}' with the thermometer on its wall.",
            action="load",
            details={
                "fixture": tube,
                "charge_g": mixture.total_g,
                "sulphate_ratio": float(self.sulphate_ratio),
            },
            confirms=[
                f"the masses are {weighed}",
                f"the empty vessel weighs at least {self.vessel_mass:g} g and is rated for "
                f"{self.vessel_temperature_max:g} degC and 11 bar",
                "the thermometer touches the wall of the vessel",
                "the over-temperature cut-out is set and was tested",
            ],
        )
        context.fact(
            "batch", Batch(self.batch, mixture.masses_g).then("weighed and sealed", self._now()).as_json()
        )

    def conclude(self, progress: Progress) -> None:
        """See FurnaceRun."""
        context, tube, mixture = self.context, self.context.fixture("tube"), self.mixture
        batch = Batch(self.batch, mixture.masses_g).then("weighed and sealed", progress.loaded)
        context.operator(
            f"Take the vessel out of the tube '{tube}' and open it in the glove box or the hood.",
            action="open",
            details={"fixture": tube},
            confirms=[
                "the argon still flows",
                "it is cold to the hand",
                "it holds pressure, HCl and H2S: goggles, gloves, hood",
            ],
        )
        for what, action in [("opened", ""), *[(f"washed with {one}", "wash") for one in WASHES]]:
            if action:
                context.operator(
                    f"Batch '{self.batch}': {what}.", action=action, details={"fixture": tube, "with": what}
                )
            batch = batch.then(what, self._now())
            context.fact("batch", batch.as_json())

    def _now(self) -> str:
        return self.context.clock.utc().isoformat()
