"""Ranges, limits and published accuracy of the Keithley 6220 and 6221, as data.

SPEC-6220/6221 of 1/17/05 Rev. B: one year, 23 degC +-5 degC. The compliance is accurate to 0.1 % + 20 mV up
to 20 V and 0.1 % + 100 mV above (same sheet).
"""

from __future__ import annotations

from collections.abc import Mapping

from bench.core.limits import Limit
from bench.core.roles import Accuracy

SOURCE = "SPEC-6220/6221 Rev. B, 1 year, 18 to 28 degC"
OVERSHOOT_V = 2.0
"""On a step of the level the output may pass the compliance by so much (p. 3-3): a specimen may see it."""
SOURCE_COUNTS = 10_000
"""Steps of the level in one range, at the least: 100 fA on 2 nA, 10 uA on 100 mA."""

# full scale: (part of level, offset in A)
_CURRENT = {
    2e-9: (4e-3, 2e-12),
    2e-8: (3e-3, 10e-12),
    2e-7: (3e-3, 100e-12),
    2e-6: (1e-3, 1e-9),
    2e-5: (5e-4, 10e-9),
    2e-4: (5e-4, 100e-9),
    2e-3: (5e-4, 1e-6),
    2e-2: (5e-4, 10e-6),
    0.1: (1e-3, 50e-6),
}
CURRENT_RANGES_A = tuple(_CURRENT)


def accuracy(full_scale: float) -> Accuracy | None:
    """Limits of error of the level on a range, None where the table has no such range."""
    line = _CURRENT.get(full_scale)
    return None if line is None else Accuracy(line[0], line[1], SOURCE)


def model_limits(model: str) -> Mapping[str, Limit]:
    """The model's own layer of limits; "voltage" is what a specimen can see, overshoot included."""
    return {
        "current": Limit(-0.105, 0.105, "A", model),
        "compliance": Limit(0.1, 105.0, "V", model),
        "voltage": Limit(-105.0 - OVERSHOOT_V, 105.0 + OVERSHOOT_V, "V", model),
        "delta current": Limit(0.0, 0.105, "A", model),
        "delta delay": Limit(1e-3, 9999.999, "s", model),
        "delta count": Limit(1, 65536, "readings", model),
    }
