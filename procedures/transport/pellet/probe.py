"""Finds out roughly how large a resistance is, from a small current upwards, before the sweep is planned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from procedures.common.sourcing import smallest_range, volt_ampere
from procedures.transport.pellet.columns import PROBE
from procedures.transport.pellet.plan import Bounds, Probed

if TYPE_CHECKING:
    from bench.core.roles import SourceMeter
    from procedures.common.source_taker import ReadingTaker

FIRST_A = 1e-6
"""First current: 1 uA through 10 Mohm is still 10 V, and through a pellet of 1 mm it is nanowatts."""
_NOISE_OF_RANGE = 1e-4
"""What noise, drift and linearity may make up on the voltage range while probing, as part of full scale."""
_GOOD_ENOUGH = 10.0
"""A reading this many times the above fixes the resistance well enough to plan with."""
_LARGEST_STEP = 1000.0
_STEADY = 0.02
"""Part of the voltage that it may still move by from one reading to the next."""


def probe(
    taker: ReadingTaker,
    meter: SourceMeter,
    bounds: Bounds,
    volume_m3: float,
    *,
    delays_s: Sequence[float],
    pellet: str = "",
) -> Probed | None:
    """Raise the current until the voltage is well above the noise; None where the source hits its limit.

    Each next current is chosen with the highest resistance the last readings allow, so that no bound is
    passed on the way. A voltage that still moves would look like a small resistance: where the second
    reading at one current differs from the first, the next of `delays_s` is taken. Leaves the output on.
    """
    level_A, group = min(FIRST_A, bounds.current_A), 0
    left = list(delays_s)
    taker.set_delay(left.pop(0))
    _source(meter, level_A, bounds)
    while True:
        plus, minus, again = (
            taker.current(sign * level_A, PROBE, specimen=pellet, group=group) for sign in (1, -1, -1)
        )
        values = [volt_ampere(reading) for reading in (plus, minus, again)]
        range_V = plus.voltage.range if plus.voltage.range is not None else bounds.voltage_V
        seen = _judge(values, _NOISE_OF_RANGE * range_V)
        if seen is None:
            return None
        if not seen.steady and left:
            taker.set_delay(left.pop(0))
        else:
            next_A = min(
                bounds.largest_current_A(seen.highest_ohm, volume_m3),
                _LARGEST_STEP * level_A,
                0.05 * bounds.voltage_V / seen.highest_ohm,
            )
            if not seen.steady or seen.clear or next_A <= 1.5 * level_A:
                return Probed(seen.highest_ohm, seen.emf_V, range_V, taker.delay_s, seen.steady)
            level_A = next_A
            _source(meter, level_A, bounds)
        group += 1


class _Seen(NamedTuple):
    """One reversal: `steady` and `clear` of noise, or not."""

    highest_ohm: float
    emf_V: float
    steady: bool
    clear: bool


def _judge(values: Sequence[tuple[float, float] | None], error_V: float) -> _Seen | None:
    """None where a reading is not usable or the current did not follow."""
    plus, minus, again = values
    if plus is None or minus is None or again is None:
        return None
    half_V, half_A = (plus[0] - minus[0]) / 2, (plus[1] - minus[1]) / 2
    if half_A <= 0:
        return None
    return _Seen(
        highest_ohm=(abs(half_V) + error_V) / half_A,
        emf_V=(plus[0] + minus[0]) / 2,
        steady=abs(again[0] - minus[0]) <= _STEADY * abs(half_V) + error_V,
        clear=abs(half_V) >= _GOOD_ENOUGH * error_V,
    )


def _source(meter: SourceMeter, level_A: float, bounds: Bounds) -> None:
    range_A = smallest_range(meter.current_ranges_A(), level_A, "A", instrument=meter.name)
    meter.source_current(range_A=range_A, compliance_V=bounds.voltage_V)
    meter.set_output(True)
