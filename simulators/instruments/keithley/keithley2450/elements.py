"""What is sent of a reading: its buffer elements, as READ?, FETCh?, MEASure? and TRACe:DATA? write them.

Reference manual 2450-901-01 Rev. B, p. 6-6 and 6-109. Formats are those of the manual's examples: relative
time `0.266978`, date `09/26/2014`, value as displayed `+04.963 V`. Of status words, seconds and fractions no
example is printed: they are plain decimals here (from memory).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from simulators.instruments.keithley.keithley2450.conversion import Reading
from simulators.wire.scpi import NameList

ELEMENTS = NameList(
    "DATE",
    "FORMatted",
    "FRACtional",
    "READing",
    "RELative",
    "SEConds",
    "SOURce",
    "SOURFORMatted",
    "SOURSTATus",
    "SOURUNIT",
    "STATus",
    "TIME",
    "TSTamp",
    "UNIT",
    optional=True,
)
MOST = 14
_SYMBOLS = {"Volt DC": "V", "Amp DC": "A", "Ohm": "Ohm", "Watt DC": "W"}
_PREFIXES = (
    (1e9, "G"),
    (1e6, "M"),
    (1e3, "k"),
    (1.0, ""),
    (1e-3, "m"),
    (1e-6, "u"),
    (1e-9, "n"),
    (1e-12, "p"),
)


class ElementWriter:
    """Writes elements; `epoch` is the date at clock second 0, `precision` 0 or a number of digits."""

    def __init__(self, epoch: datetime, precision: Callable[[], int]) -> None:
        self._epoch = epoch
        self._precision = precision
        self._writers: Mapping[str, Callable[[Reading, float], str]] = {
            "DATE": lambda reading, start: f"{self._when(reading):%m/%d/%Y}",
            "FORM": lambda reading, start: shown(reading.value, reading.scale, reading.digits, reading.unit),
            "FRAC": lambda reading, start: f"{self._when(reading).microsecond / 1e6:.6f}",
            "READ": lambda reading, start: self.number(reading.value),
            "REL": lambda reading, start: f"{reading.time - start:.6f}",
            "SEC": lambda reading, start: str(int(self._when(reading).timestamp())),
            "SOUR": lambda reading, start: self.number(reading.source),
            "SOURFORM": lambda reading, start: shown(
                reading.source, reading.source_scale, reading.digits, reading.source_unit
            ),
            "SOURSTAT": lambda reading, start: str(reading.source_status),
            "SOURUNIT": lambda reading, start: reading.source_unit,
            "STAT": lambda reading, start: str(reading.status),
            "TIME": lambda reading, start: f"{self._when(reading):%H:%M:%S}",
            "TST": lambda reading, start: f"{self._when(reading):%m/%d/%Y %H:%M:%S.%f}000",
            "UNIT": lambda reading, start: reading.unit,
        }

    def number(self, value: float) -> str:
        """A measured or sourced value with the digits of FORMat:ASCii:PRECision (automatic: 7)."""
        return f"{value:.{(self._precision() or 7) - 1}E}"

    def write(self, readings: Iterable[Reading], start: float, elements: tuple[str, ...]) -> str:
        """The elements of all readings; `start` is the time of the first reading of their buffer."""
        writers = [self._writers[name] for name in elements or ("READ",)]
        return ",".join(write(reading, start) for reading in readings for write in writers)

    def _when(self, reading: Reading) -> datetime:
        return self._epoch + timedelta(seconds=reading.time)


def shown(value: float, scale: float, digits: int, unit: str) -> str:
    """A value as displayed on the range `scale`: sign, so many digits and a half, prefix and unit."""
    if abs(value) >= 9e37:
        return "Overflow"
    factor, prefix = next((one for one in _PREFIXES if scale >= one[0] * 0.999), _PREFIXES[-1])
    before = len(str(round(scale / factor)))
    after = max(digits + 1 - before, 0)
    return f"{value / factor:+0{before + after + 2}.{after}f} {prefix}{_SYMBOLS[unit]}"
