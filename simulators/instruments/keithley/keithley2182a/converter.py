"""The A/D converter of one 2182A: gain and offset errors, noise, drift of what is not zeroed, mains pickup.

Integration over whole mains periods rejects the mains; anything else lets a part of it through, which
changes from reading to reading unless LSYNc starts every integration at the same phase (user's manual,
sections 2 and 3).
"""

from __future__ import annotations

import math

from simulators.instruments.keithley.keithley2182a.ranges import CHANNELS
from simulators.noise import between, gaussian
from simulators.physics.terminals import TemperatureSeen, VoltageSeen

SELF_HEATING_K = 5.0
"""The inside is so much warmer than the room: our choice."""
AMPLIFIER_DRIFT_V_PER_H = 200e-9
"""Limit of what the input stage drifts in an hour while nobody takes its zero (FAZero off): our choice."""
CONVERTER_DRIFT = 2e-6
"""Limit of what the A/D converter drifts in an hour, in units of the range, with AZERo off: our choice."""


class Converter:
    """One unit; `name` and `seed` decide its errors, `mains_Hz` is what really comes out of the wall."""

    def __init__(
        self,
        seed: int,
        name: str,
        inputs: dict[int, VoltageSeen],
        room: TemperatureSeen,
        *,
        mains_Hz: float,
        pickup_V: float,
        mean_room_K: float,
    ) -> None:
        self._seed = seed
        self._inputs = inputs
        self._room = room
        self._mains_Hz = mains_Hz
        self._pickup_V = pickup_V
        self._noise = f"{name}/noise"
        self.acal_K = mean_room_K + SELF_HEATING_K
        """Temperature inside at the last low-level calibration."""
        self.zeroed_at = 0.0
        self.front_zeroed_at = 0.0
        self.gain: dict[int, tuple[float, ...]] = {}
        self.offset_V: dict[int, tuple[float, ...]] = {}
        for channel, table in CHANNELS.items():
            place = f"{name}/channel {channel}"
            self.gain[channel] = tuple(
                between(seed, f"{place}/{one.full_scale:g}/gain", -one.relative, one.relative)
                for one in table
            )
            self.offset_V[channel] = tuple(
                between(seed, f"{place}/{one.full_scale:g}/offset", -one.offset, one.offset) for one in table
            )
        self._amplifier_V_per_h = AMPLIFIER_DRIFT_V_PER_H * between(seed, f"{name}/amplifier drift", -1, 1)
        self._converter_per_h = CONVERTER_DRIFT * between(seed, f"{name}/converter drift", -1, 1)

    def internal_K(self, time: float) -> float:
        """Temperature inside."""
        return self._room.temperature_K(time) + SELF_HEATING_K

    def integration_start(self, time: float, synchronised: bool) -> float:
        """When an integration asked for at `time` begins: with LSYNc at the next zero of the mains."""
        if not synchronised:
            return time
        return math.ceil(time * self._mains_Hz - 1e-6) / self._mains_Hz

    def shown(
        self,
        channel: int,
        index: int,
        start: float,
        integration_s: float,
        nplc: float,
        *,
        zero: bool,
        front: bool,
    ) -> float:
        """The reading on a range of what was there in the middle of the integration that begins at `start`.

        `zero`, `front`: whether autozero and front autozero are on; without, the drift since the last zero
        is in the reading.
        """
        middle = start + integration_s / 2
        one = CHANNELS[channel][index]
        true = self._inputs[channel].voltage_V(middle) if channel in self._inputs else 0.0
        true += self._pickup(start, integration_s)
        warmer_K = self.internal_K(middle) - self.acal_K
        gain = self.gain[channel][index] + one.per_kelvin * warmer_K
        noise = gaussian(self._seed, self._noise, middle) * one.noise_V / math.sqrt(nplc)
        value = true * (1 + gain) + self.offset_V[channel][index] + noise
        if not front:
            value += self._amplifier_V_per_h * (middle - self.front_zeroed_at) / 3600
        if not zero:
            value += self._converter_per_h * one.full_scale * (middle - self.zeroed_at) / 3600
        return value

    def _pickup(self, start: float, integration_s: float) -> float:
        """Mean of a sine at mains frequency over the integration: nothing over whole periods."""
        turn = math.tau * self._mains_Hz
        return (
            self._pickup_V
            * (math.cos(turn * start) - math.cos(turn * (start + integration_s)))
            / (turn * integration_s)
        )
