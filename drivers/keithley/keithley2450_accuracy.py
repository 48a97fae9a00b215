"""Published measuring accuracy of the Keithley 2450, one year, as data.

SPEC-2450 Rev. A: 1 power-line cycle or more, 23 degC +-5 degC, output on, properly zeroed. Source read-back
is taken to have the measuring accuracy of the source's range (from memory). What is to be added below one
power-line cycle was not found, so nothing is claimed there.
"""

from __future__ import annotations

from bench.core.roles import Accuracy

SOURCE = "SPEC-2450 Rev. A, 1 year, 18 to 28 degC"

# full scale: (part of reading, offset in the unit)
_VOLTAGE = {
    0.02: (1.0e-3, 150e-6),
    0.2: (1.2e-4, 200e-6),
    2.0: (1.2e-4, 300e-6),
    20.0: (1.5e-4, 1e-3),
    200.0: (1.5e-4, 10e-3),
}
_CURRENT = {
    1e-8: (1.0e-3, 50e-12),
    1e-7: (6.0e-4, 100e-12),
    1e-6: (2.5e-4, 300e-12),
    1e-5: (2.5e-4, 700e-12),
    1e-4: (2.0e-4, 6e-9),
    1e-3: (2.0e-4, 60e-9),
    1e-2: (2.0e-4, 600e-9),
    1e-1: (2.5e-4, 6e-6),
    1.0: (3.0e-4, 500e-6),
}
_TABLES = {"V": _VOLTAGE, "A": _CURRENT}


def accuracy(unit: str, full_scale: float, nplc: float) -> Accuracy | None:
    """Limits of error on a range; None where the table has no such range, and below 1 power-line cycle."""
    line = _TABLES.get(unit, {}).get(full_scale)
    if line is None or nplc < 1.0 - 1e-9:
        return None
    relative, offset = line
    return Accuracy(relative=relative, offset=offset, source=SOURCE)
