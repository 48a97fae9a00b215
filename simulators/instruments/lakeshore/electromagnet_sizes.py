"""What the output stages of the Models 643 and 648 can do, as data.

Currents from their manuals; voltages and amperes per volt of external program from memory.
"""

from __future__ import annotations

from typing import NamedTuple


class Size(NamedTuple):
    """What the output stage can do."""

    largest_A: float
    largest_V: float
    A_per_V: float


SIZES = {"643": Size(70.1, 35.0, 7.0), "648": Size(135.1, 75.0, 13.5)}
