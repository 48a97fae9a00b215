"""The parameters by which recipes ask for a gas or a vacuum; each call makes a fresh one."""

from __future__ import annotations

from bench.runs.parameters import ListParameter, QuantityParameter
from procedures.thermal.gas import WHEN_LOST


def flow_parameter(default_sccm: float) -> QuantityParameter:
    """Limited by the station's limit of the flow controller, where the run has one."""
    return QuantityParameter(
        "Flow, set where a controller is there, else as a person reads it from the meter (lab choice)",
        unit="cm^3/min",
        default=default_sccm,
        minimum=0.0,
        maximum=5000.0,
        limited_by=("flow", "flow"),
    )


def pressure_parameter() -> QuantityParameter:
    """The limit of a vacuum."""
    return QuantityParameter(
        "Pressure that a vacuum has to have before anything is heated and in the dwell (lab choice)",
        unit="Pa",
        default="10 Pa",
        minimum="1e-4 Pa",
        maximum="1000 Pa",
    )


def pressure_lost_parameter() -> QuantityParameter:
    """What dries raises the pressure for a while, and that is no loss."""
    return QuantityParameter(
        "Pressure above which, for a minute, the vacuum is lost (lab choice)",
        unit="Pa",
        default="100 Pa",
        minimum="1e-4 Pa",
        maximum="10 kPa",
    )


def when_lost_parameter(what: str) -> ListParameter:
    """What the host does then."""
    return ListParameter(
        f"When the measured {what} is lost, end the programme or only say so",
        choices=list(WHEN_LOST),
        default="end",
    )
