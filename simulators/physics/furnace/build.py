"""How a furnace is made: the constants of its lumps."""

from __future__ import annotations

from dataclasses import dataclass

ZERO_CELSIUS_K = 273.15


@dataclass(frozen=True, slots=True)
class FurnaceBuild:
    """True values of a small tube furnace (1.2 kW) with a steel vessel of 200 g; all greater than zero.

    Heat flows from the element into the tube and through the insulation into the room; from the tube into
    the vessel and, by radiation from its ends, into the room. `vessel_radiation_W_per_K4` is emissivity times
    area times the Stefan-Boltzmann constant, `tube_loss_m2` emissivity times area. The cut-out has a
    thermocouple of its own on the tube and opens the contactor for good at `cut_out_K`. Published step
    responses of such a furnace were not found: these are our assumptions, and give 31 K per percent of power
    and a time constant of an hour at 340 degC.
    """

    power_W: float = 1200.0
    element_J_per_K: float = 900.0
    tube_J_per_K: float = 300.0
    vessel_J_per_K: float = 100.0
    element_to_tube_W_per_K: float = 1.5
    insulation_W_per_K: float = 0.35
    tube_loss_m2: float = 1e-3
    tube_to_vessel_W_per_K: float = 0.25
    vessel_radiation_W_per_K4: float = 4e-10
    thermocouple_lag_s: float = 8.0
    cut_out_K: float = 600.0 + ZERO_CELSIUS_K

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} has to be more than zero, not {getattr(self, name)!r}")
