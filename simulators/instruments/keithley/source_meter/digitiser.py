"""The A/D converter of one unit: calibration error, noise that falls with integration, drift of the zero."""

from __future__ import annotations

import math

from simulators.instruments.keithley.source_meter.calibration import Calibration
from simulators.noise import gaussian


class Digitiser:
    """Turns a true voltage or current into what is shown. `zeroed_at`: when reference and zero were taken."""

    def __init__(self, seed: int, unit: str, calibration: Calibration) -> None:
        self._seed = seed
        self._calibration = calibration
        self._channels = {name: f"{unit}/noise/{name}" for name in calibration.tables}
        self.zeroed_at = 0.0

    def shown(self, name: str, index: int, true: float, at: float, nplc: float, *, autozero: bool) -> float:
        """The reading of `true` on range `index` of "VOLT" or "CURR", integrated around clock second `at`."""
        calibration = self._calibration
        gain, offset = calibration.measure[name][index]
        noise = gaussian(self._seed, self._channels[name], at)
        scale = calibration.tables[name][index].noise_rms * math.pow(nplc, -0.5)
        value = true * (1 + gain) + offset + scale * noise
        if not autozero:
            value += calibration.zero_drift_per_h[name][index] * (at - self.zeroed_at) / 3600
        return value
