"""Which range a value needs and what a 20 W Keithley source meter can do: shared by the 2400 and the 2450.

Both reach 105 % of every range and have the same two boxes, 21 V at 1.05 A and 210 V at 105 mA (SPEC-2400,
SPEC-2450), and refuse a compliance below 0.1 % of the measuring range (2400S-900-01 p. 18-68, 2450-901-01
p. 6-71).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.core.errors import LimitError
from bench.core.limits import Limit

OVERRANGE = 1.05
"""Every range works up to 105 % of its name, as a source and as a meter."""
SOURCE_COUNTS = 20_000
"""Steps of the source in one range, at the least: 50 pA on 1 uA, 5 uV on 200 mV (SPEC-2400, SPEC-2450)."""
COMPLIANCE_COUNTS = 2_000
"""Steps of the compliance in one range; from memory, no coarser than the 0.1 % the manuals allow."""
LOWEST_COMPLIANCE = 1e-3
"""Compliance may not be less than this part of the measuring range."""


@dataclass(frozen=True, slots=True)
class Capability:
    """What an output stage can do: by default that of the 2400 and the 2450.

    `boxes`: up to this voltage this current, the smaller voltage first. `least_compliance`, by unit; without
    one it is LOWEST_COMPLIANCE of the lowest measuring range.
    """

    overrange: float = OVERRANGE
    boxes: tuple[tuple[float, float], ...] = ((21.0, 1.05), (210.0, 0.105))
    least_compliance: Mapping[str, float] = field(default_factory=dict)

    def least(self, unit: str, lowest_range: float) -> float:
        """The least compliance in this unit."""
        return self.least_compliance.get(unit, LOWEST_COMPLIANCE * lowest_range)


TWENTY_WATTS = Capability()


def model_limits(model: str, *, longest_delay_s: float) -> Mapping[str, Limit]:
    """The model's own layer of limits."""
    return {
        "current": Limit(-1.05, 1.05, "A", model),
        "voltage": Limit(-210.0, 210.0, "V", model),
        "power": Limit(-22.05, 22.05, "W", model),
        "nplc": Limit(0.01, 10.0, "power-line cycles", model),
        "source delay": Limit(0.0, longest_delay_s, "s", model),
    }


def range_for(
    value: float, ranges: tuple[float, ...], what: str, *, instrument: str, overrange: float = OVERRANGE
) -> float:
    """The smallest range that reaches `value`. Raises LimitError where none does, or for zero and NaN."""
    if value > 0:
        for full_scale in ranges:
            if value <= overrange * full_scale * (1 + 1e-9):
                return full_scale
    raise LimitError(
        f"{what} {value!r} has no range; there are {', '.join(f'{r:g}' for r in ranges)}",
        instrument=instrument,
        state="nothing was sent, the instrument is as it was",
        remedy=f"ask for more than 0 and at most {overrange * ranges[-1]:g}",
    )


def same_range(asked: float, held: float, _tolerance: float = 0.0) -> bool:
    """Whether a range reads back as asked: a meter may answer with the name or with 105 % of it.

    Seen on real 2400s: 0.000105 for the 100 uA range, 21 for the 20 V range.
    """
    return asked * 0.999 <= held <= asked * (OVERRANGE + 0.01)


def check_compliance(compliance: float, unit: str, *, least: float, instrument: str) -> None:
    """Raise LimitError below the least compliance there is; a 2400 would keep the old, larger one."""
    if not compliance >= least:
        raise LimitError(
            f"compliance {compliance!r} {unit} is below {least:g} {unit}, the least this instrument has",
            instrument=instrument,
            state="nothing was sent, the instrument is as it was",
            remedy=f"ask for {least:g} {unit} or more; it is a magnitude and works in both directions",
        )


def check_measuring_range(measuring: float, compliance_range: float, *, instrument: str) -> None:
    """Raise LimitError for a measuring range above the compliance's (2400: error +824, 18-62 note 3)."""
    if measuring > compliance_range:
        raise LimitError(
            f"the measuring range {measuring:g} is above the range {compliance_range:g} of the compliance",
            instrument=instrument,
            state="nothing was sent, the instrument is as it was",
            remedy="leave the measuring range out, or raise the compliance",
        )


def check_envelope(
    voltage_V: float, current_A: float, *, can: Capability, model: str, instrument: str
) -> None:
    """Raise LimitError outside the boxes the output stage can do (2400: error +826, 18-62 note 4)."""
    slack = 1 + 1e-9
    if not any(voltage_V <= most_V * slack and current_A <= most_A * slack for most_V, most_A in can.boxes):
        boxes = " or ".join(f"{most_V:g} V at {most_A:g} A" for most_V, most_A in can.boxes)
        raise LimitError(
            f"{voltage_V:g} V together with {current_A:g} A is beyond the {model}, which does {boxes}",
            instrument=instrument,
            state="nothing was sent, the instrument is as it was",
            remedy="choose a smaller range or a smaller compliance",
        )
