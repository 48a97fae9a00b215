"""What `hall` and `hall-field-sweep` declare alike, beyond what every procedure around a film does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from bench.core.roles import FieldMeter, FieldSource
from bench.runs.parameters import IntegerParameter, QuantityParameter
from procedures.transport.van_der_pauw.declared import ROLES as OF_THE_FILM

if TYPE_CHECKING:
    from bench.samples import Sample

ROLES: Final[Mapping[str, type]] = {**OF_THE_FILM, "magnet": FieldSource, "gaussmeter": FieldMeter}
OFF_IN_TURN: Final = ("source", "switch", "magnet")
"""The source before the relays: they never open hot."""

FIELD: Final = QuantityParameter("Field, +-", unit="T", default="0.5 T", minimum="1 mT", maximum="10 T")
GROUPS: Final = IntegerParameter(
    "Reversals at each setting in each field", default=2, minimum=1, maximum=1000
)
FIELD_TOLERANCE: Final = QuantityParameter(
    "A settled field moves by less than", unit="T", default="0.2 mT", minimum="1 uT", maximum="100 mT"
)
U_FIELD_RATIO: Final = QuantityParameter(
    "Standard uncertainty of field at the film over field at the probe, relative",
    unit="", default=0.003, minimum=0.0, maximum=0.5,
)  # fmt: skip
ANGLE_MAX: Final = QuantityParameter(
    "Largest angle between the film's normal and the field", unit="rad", default="3 deg", minimum=0.0,
    maximum="45 deg",
)  # fmt: skip
ETTINGSHAUSEN_MAX: Final = QuantityParameter(
    "Largest Ettingshausen voltage, part of the Hall voltage", unit="", default=0.005, minimum=0.0,
    maximum=0.5,
)  # fmt: skip


class FieldParameters(Protocol):
    """A procedure whose class names the parameters above `groups` and `field_tolerance`."""

    groups: Any
    field_tolerance: Any


def problems_of(sample: Sample | None) -> list[str]:
    """What keeps a Hall coefficient from being stated for this sample."""
    if sample is None:
        return ["no sample is named"]
    if sample.film is None:
        return [
            f"sample '{sample.name}' has no film: declare [samples.{sample.name}.film] with its thickness"
        ]
    return []
