"""Published measuring accuracy of the Keithley 2400, one year, as data.

SPEC-2400 Rev. H: 1 power-line cycle, 23 degC +-5 degC. Outside 18 to 28 degC add 0.15 (volts) or 0.10 (amps)
times these figures per kelvin: not covered here, because the meter does not tell its temperature.
"""

from __future__ import annotations

from bench.core.roles import Accuracy

SOURCE = "SPEC-2400 Rev. H, 1 year, 18 to 28 degC"

# full scale: (part of reading, offset in the unit)
_VOLTAGE = {0.2: (1.2e-4, 300e-6), 2.0: (1.2e-4, 300e-6), 20.0: (1.5e-4, 1.5e-3), 200.0: (1.5e-4, 10e-3)}
_CURRENT = {
    1e-6: (2.9e-4, 300e-12),
    1e-5: (2.7e-4, 700e-12),
    1e-4: (2.5e-4, 6e-9),
    1e-3: (2.7e-4, 60e-9),
    1e-2: (3.5e-4, 600e-9),
    1e-1: (5.5e-4, 6e-6),
    1.0: (2.2e-3, 570e-6),
}
_TABLES = {"V": _VOLTAGE, "A": _CURRENT}
# Below 1 cycle a part of full scale is added to the offset, ten times as much on the 200 mV and 1 A ranges
# (note 1 of the same table, from memory).
_FAST = ((1.0, 0.0), (0.1, 5e-5), (0.01, 5e-4))
_COARSE = {("V", 0.2), ("A", 1.0)}


def accuracy(unit: str, full_scale: float, nplc: float) -> Accuracy | None:
    """Limits of error on a range, None where the table has no such range."""
    line = _TABLES.get(unit, {}).get(full_scale)
    if line is None:
        return None
    relative, offset = line
    extra = next((part for least, part in _FAST if nplc >= least * (1 - 1e-9)), _FAST[-1][1])
    if (unit, full_scale) in _COARSE:
        extra *= 10
    source = SOURCE if extra == 0 else f"{SOURCE}, with the addition for {nplc:g} power-line cycles"
    return Accuracy(relative=relative, offset=offset + extra * full_scale, source=source)
