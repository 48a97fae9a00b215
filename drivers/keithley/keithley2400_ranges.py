"""Ranges and limits of the Keithley 2400, and which range a value needs.

Source: SPEC-2400 (ranges, 105 % over-range, 22 W), Series 2400 user's manual p. 18-62 (which ranges go
together), 18-68 (limits of compliance), 18-82 (delay).
"""

from __future__ import annotations

from bench.core.errors import LimitError
from bench.core.limits import Limit

CURRENT_RANGES_A = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
VOLTAGE_RANGES_V = (0.2, 2.0, 20.0, 200.0)
OVERRANGE = 1.05
"""Every range works up to 105 % of its name, as a source and as a meter."""
SOURCE_COUNTS = 20_000
"""Steps of the source in one range: 50 pA on 1 uA, 5 uV on 200 mV (SPEC-2400)."""
COMPLIANCE_COUNTS = 2_000
"""Steps of the compliance in one range; from memory, no coarser than the 0.1 % the manual allows (18-68)."""
LOWEST_COMPLIANCE = 1e-3
"""Compliance may not be less than this part of the measuring range (18-68)."""
ENVELOPE_V, ENVELOPE_A = 21.0, 0.105
"""Above this voltage no more than this current, and the reverse: 21 V at 1.05 A, or 210 V at 105 mA."""

_SOURCE = "model 2400"
MODEL_LIMITS = {
    "current": Limit(-1.05, 1.05, "A", _SOURCE),
    "voltage": Limit(-210.0, 210.0, "V", _SOURCE),
    "power": Limit(-22.05, 22.05, "W", _SOURCE),
    "nplc": Limit(0.01, 10.0, "power-line cycles", _SOURCE),
    "source delay": Limit(0.0, 999.9999, "s", _SOURCE),
}


def range_for(value: float, ranges: tuple[float, ...], what: str, *, instrument: str) -> float:
    """The smallest range that reaches `value`. Raises LimitError where none does, or for zero and NaN."""
    if value > 0:
        for full_scale in ranges:
            if value <= OVERRANGE * full_scale * (1 + 1e-9):
                return full_scale
    raise LimitError(
        f"{what} {value!r} has no range; there are {', '.join(f'{r:g}' for r in ranges)}",
        instrument=instrument,
        state="nothing was sent, the instrument is as it was",
        remedy=f"ask for more than 0 and at most {OVERRANGE * ranges[-1]:g}",
    )


def same_range(asked: float, held: float, _tolerance: float = 0.0) -> bool:
    """Whether a range reads back as asked: the 2400 answers with the name or with 105 % of it.

    Seen on real units: 0.000105 for the 100 uA range, 21 for the 20 V range.
    """
    return asked * 0.999 <= held <= asked * (OVERRANGE + 0.01)


def check_compliance(compliance: float, unit: str, *, lowest_range: float, instrument: str) -> None:
    """Raise LimitError below the least compliance there is; the 2400 would keep the old, larger one."""
    least = LOWEST_COMPLIANCE * lowest_range
    if not compliance >= least:
        raise LimitError(
            f"compliance {compliance!r} {unit} is below {least:g} {unit}, the least this instrument has",
            instrument=instrument,
            state="nothing was sent, the instrument is as it was",
            remedy=f"ask for {least:g} {unit} or more; it is a magnitude and works in both directions",
        )


def check_measuring_range(measuring: float, compliance_range: float, *, instrument: str) -> None:
    """Raise LimitError for a measuring range above that of the compliance (error +824, 18-62 note 3)."""
    if measuring > compliance_range:
        raise LimitError(
            f"the measuring range {measuring:g} is above the range {compliance_range:g} of the compliance",
            instrument=instrument,
            state="nothing was sent, the instrument is as it was",
            remedy="leave the measuring range out, or raise the compliance",
        )


def check_envelope(voltage_V: float, current_A: float, *, instrument: str) -> None:
    """Raise LimitError outside the two boxes the output stage can do (error +826, 18-62 note 4)."""
    if voltage_V > ENVELOPE_V * (1 + 1e-9) and current_A > ENVELOPE_A * (1 + 1e-9):
        raise LimitError(
            f"{voltage_V:g} V together with {current_A:g} A is beyond the model 2400, which does "
            f"{ENVELOPE_V:g} V at 1.05 A or 210 V at {ENVELOPE_A:g} A",
            instrument=instrument,
            state="nothing was sent, the instrument is as it was",
            remedy="choose a smaller range or a smaller compliance",
        )
