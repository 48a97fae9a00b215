"""Published measuring accuracy of the Keithley 2000 in DC volts, one year, as data.

The table is that of the Model 2016 (Rev. D, 11/13/03), whose volts the 2000 shares: from memory, because the
page of its own data sheet with this table was not at hand (conditions and notes were, and agree). It holds at
10 power-line cycles, or at 1 with a filter of 10. At 1 cycle alone note 1 of its own sheet adds to the
part of range. What note 9 adds above 500 V is left out: no specimen here sees 500 V.
"""

from __future__ import annotations

from bench.core.roles import Accuracy

SOURCE = "SPEC-2016 Rev. D (shared by the 2000), 1 year, 18 to 28 degC"
VOLTAGE_RANGES_V = (0.1, 1.0, 10.0, 100.0, 1000.0)
# full scale: ppm of reading, ppm of range, ppm of range more at 1 cycle without filter
_PPM = {
    0.1: (50, 35, 15),
    1.0: (30, 7, 2),
    10.0: (30, 5, 0),
    100.0: (45, 6, 2),
    1000.0: (45, 6, 0),
}


def accuracy(full_scale: float, nplc: float, filter_count: int) -> Accuracy | None:
    """Limits of error on a range; None below 1 power-line cycle or where the table has no such range."""
    line = _PPM.get(full_scale)
    if line is None or nplc < 1 - 1e-9:
        return None
    reading, part, more = line
    slow = nplc >= 10 - 1e-9 or filter_count >= 10
    return Accuracy(reading * 1e-6, (part + (0 if slow else more)) * 1e-6 * full_scale, SOURCE)
