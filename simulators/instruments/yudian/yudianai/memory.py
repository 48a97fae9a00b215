"""The parameters of the current generation as the unit keeps them: counts, each within its range.

Codes and units after Yudian's protocol description V9.3, chapter 4. Ranges and the values as delivered are
our choice where the description is silent; temperatures are counts of the measured value.
"""

from __future__ import annotations

from dataclasses import dataclass

NO_SUCH = 32767
LARGEST = 32000
SEGMENTS = range(0x50, 0xB4)
"""SP1, t1, SP2, t2 and so on, fifty of them."""

SV, HIAL, LOAL, HDAL, LDAL, AHYS, CTRL = range(0x00, 0x07)
BAND, INTEGRAL, DERIVATIVE, CYCLE, INPUT, POINT = range(0x07, 0x0D)
SHIFT, OPL, OPH, MODEL, ADDR, FILT, AMAN = 0x10, 0x12, 0x13, 0x15, 0x16, 0x17, 0x18
MV, SRUN, AT, SPL, SPH, FRU, ACT = 0x1A, 0x1B, 0x1D, 0x1E, 0x1F, 0x20, 0x22
SPR, PNO, PONP, PAF, STEP, ELAPSED, ERO, SPRL = 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x35, 0x38
PV, WORKING_SV, MV_AND_ALARMS, WORKING_STATE, COLD_JUNCTION = 0x4A, 0x4B, 0x4C, 0x4D, 0x4E


@dataclass(frozen=True, slots=True)
class Entry:
    """As delivered, and the range that an interface or the panel can set."""

    delivered: int
    low: int = -LARGEST
    high: int = LARGEST


_TABLE = {
    SV: Entry(0),
    HIAL: Entry(LARGEST),
    LOAL: Entry(-9990),
    HDAL: Entry(LARGEST),
    LDAL: Entry(LARGEST),
    AHYS: Entry(10, 0, 9999),
    CTRL: Entry(1, 0, 4),
    BAND: Entry(600, 1),
    INTEGRAL: Entry(300, 0, 9999),
    DERIVATIVE: Entry(600, 0, 9999),
    CYCLE: Entry(10, 1, 3000),
    INPUT: Entry(0, 0, 38),
    POINT: Entry(1, 0, 3),
    SHIFT: Entry(0, -9990, 9990),
    OPL: Entry(0, 0, 110),
    OPH: Entry(100, 0, 110),
    ADDR: Entry(1, 0, 80),
    FILT: Entry(0, 0, 99),
    AMAN: Entry(1, 0, 3),
    AT: Entry(0, 0, 3),
    SPL: Entry(0),
    SPH: Entry(12000),
    FRU: Entry(0, 0, 3),
    ACT: Entry(0, 0, 3),
    SPR: Entry(0, 0),
    PNO: Entry(50, 0, 50),
    PONP: Entry(1, 0, 4),
    PAF: Entry(0, 0, 255),
    STEP: Entry(1, 1, 50),
    ERO: Entry(0, -110, 110),
    SPRL: Entry(0, 0),
}


class Memory:
    """`writes` counts changes of what is kept; `loc` limits what an interface may write (note 6)."""

    def __init__(self, decimals: int, *, hidden_tenth: bool) -> None:
        self._counts = {code: entry.delivered for code, entry in _TABLE.items()}
        self._counts |= dict.fromkeys(SEGMENTS, 0)
        self._counts[POINT] = decimals
        self._hidden_tenth = hidden_tenth
        self.loc = 0
        self.writes = 0

    def __contains__(self, code: int) -> bool:
        return code in self._counts

    def __getitem__(self, code: int) -> int:
        return self._counts[code]

    @property
    def scale(self) -> float:
        """Counts in a kelvin: one decimal more than the display may show (0CH)."""
        return 10.0 ** (self._counts[POINT] + self._hidden_tenth)

    def told(self, code: int) -> int:
        """As an interface reads it."""
        if code not in self._counts:
            return NO_SUCH
        return self._counts[code] + (128 if code == POINT and self._hidden_tenth else 0)

    def put(self, code: int, value: int) -> None:
        """Take a value, clamped to its range (note 4)."""
        entry = _TABLE.get(code, Entry(0))
        self._counts[code] = max(entry.low, min(entry.high, value))
        self.writes += 1

    def may_write(self, code: int) -> bool:
        """Whether an interface may (note 6)."""
        if self.loc >= 192:
            return False
        return self.loc < 128 or code in {SV, HIAL, LOAL, HDAL, LDAL, SRUN} or code in SEGMENTS
