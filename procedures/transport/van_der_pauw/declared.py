"""What every procedure around a film declares alike: roles, fixture and the parameters of the readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from bench.core.roles import CurrentSource, RangedAmmeter, RangedVoltmeter, SwitchMatrix
from bench.runs.parameters import IntegerParameter, QuantityParameter, SampleParameter

ROLES: Final[Mapping[str, type]] = {
    "source": CurrentSource,
    "voltmeter": RangedVoltmeter,
    "switch": SwitchMatrix,
}
OPTIONAL_ROLES: Final[Mapping[str, type]] = {"ammeter": RangedAmmeter}
"""In the return of the current. Without it the current is the one that was set, and a leak goes unseen."""
FIXTURES: Final[Mapping[str, str]] = {"holder": "hall_holder"}

SAMPLE: Final = SampleParameter("Sample", optional=True)
CURRENT: Final = QuantityParameter(
    "Current, +-", unit="A", default="100 nA", minimum="100 pA", maximum="100 mA",
    limited_by=("source", "current"),
)  # fmt: skip
VOLTAGE_MAX: Final = QuantityParameter(
    "Compliance", unit="V", default="10 V", minimum="100 mV", maximum="100 V",
    limited_by=("source", "voltage"),
)  # fmt: skip
RIM_GROUPS: Final = IntegerParameter(
    "Reversals at each setting around the rim", default=4, minimum=2, maximum=1000
)
CONTACT_POINTS: Final = IntegerParameter(
    "Currents from -I to +I in the curve of each contact", default=11, minimum=7, maximum=101
)
CONTACT_R2: Final = QuantityParameter(
    "Smallest R2 of an ohmic contact's curve", unit="", default=0.9999, minimum=0.9, maximum=0.9999999
)
NPLC: Final = IntegerParameter(
    "Integration time", units="power-line cycles", default=2, minimum=1, maximum=50
)
SOURCE_DELAY: Final = QuantityParameter(
    "Delay after each change of the current", unit="s", default="100 ms", minimum="1 ms", maximum="100 s"
)
REFERENCE_TEMPERATURE: Final = QuantityParameter(
    "Temperature the resistance is stated at", unit="K", default="23 degC", minimum=0.0, optional=True
)
U_TEMPERATURE: Final = QuantityParameter(
    "Standard uncertainty of the film's temperature (empty for that of the room)",
    unit="K", minimum=0.0, optional=True,
)  # fmt: skip


class FilmParameters(Protocol):
    """A procedure whose class names the parameters above `current`, `voltage_max` and so on."""

    current: Any
    voltage_max: Any
    rim_groups: Any
    contact_points: Any
    contact_r2: Any
    nplc: Any
    source_delay: Any
