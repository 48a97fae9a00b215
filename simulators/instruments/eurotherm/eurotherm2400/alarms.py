"""Four process alarms (HA026230, 5.7 alarm configuration; types full-scale and deviation)."""

from __future__ import annotations

from simulators.instruments.eurotherm.eurotherm2400.settings import Settings

OFF, LOW, HIGH, BAND, DEVIATION_HIGH, DEVIATION_LOW = 0, 1, 2, 16, 17, 18
TYPES = frozenset({OFF, LOW, HIGH, BAND, DEVIATION_HIGH, DEVIATION_LOW})


class Alarms:
    """`active` is what the status words show. A latched one stays until it is acknowledged and has gone."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._true = [False] * 4
        self.active = [False] * 4

    def tick(self, pv: float, setpoint: float) -> None:
        """Look at the present values."""
        settings = self._settings
        for number in range(4):
            kind = settings.alarm_types[number]
            if kind == OFF and not self.active[number]:
                continue
            excess = _excess(kind, pv, setpoint, settings.alarm_setpoints[number])
            hysteresis = settings.alarm_hysteresis[number] if self._true[number] else 0.0
            self._true[number] = excess > -hysteresis
            latched = self.active[number] and settings.alarm_latching[number] != 0
            self.active[number] = self._true[number] or latched

    def acknowledge(self) -> None:
        """Unlatch what is over."""
        self.active = list(self._true)

    @property
    def bits(self) -> int:
        """Bits 0 to 3."""
        return sum(1 << number for number, on in enumerate(self.active) if on)


def _excess(kind: int, pv: float, setpoint: float, threshold: float) -> float:
    """How far beyond the threshold it is."""
    if kind == LOW:
        return threshold - pv
    if kind == HIGH:
        return pv - threshold
    if kind == BAND:
        return abs(pv - setpoint) - threshold
    if kind == DEVIATION_HIGH:
        return pv - setpoint - threshold
    if kind == DEVIATION_LOW:
        return setpoint - pv - threshold
    return -float("inf")
