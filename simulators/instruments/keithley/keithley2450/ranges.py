"""The ranges of a Model 2450 with their published limits of error, its ohms ranges and automatic delays.

Source: SPEC-2450 Rev. A / July 2013, p. 2 and 3 (1 year, 23 C +- 5 C, 1 PLC), over-range 105 % throughout;
automatic source delays from the reference manual 2450-901-01 Rev. B, p. 2-111. No measurement noise is
published: ten counts of the finest resolution, as a standard deviation at 1 PLC, is a choice of ours.
"""

from __future__ import annotations

from typing import NamedTuple

from simulators.instruments.keithley.source_meter.ranges import Range

OVER_RANGE = 1.05


def _range(
    full_scale: float,
    source_step: float,
    source: tuple[float, float],
    resolution: float,
    measure: tuple[float, float],
) -> Range:
    return Range(
        full_scale,
        *measure,
        resolution,
        *source,
        source_step,
        measure_over_range=OVER_RANGE,
        noise=10 * resolution,
    )


VOLTAGE = (
    _range(0.02, 500e-9, (0.001, 200e-6), 10e-9, (0.001, 150e-6)),
    _range(0.2, 5e-6, (0.00015, 200e-6), 100e-9, (0.00012, 200e-6)),
    _range(2.0, 50e-6, (0.0002, 300e-6), 1e-6, (0.00012, 300e-6)),
    _range(20.0, 500e-6, (0.00015, 2.4e-3), 10e-6, (0.00015, 1e-3)),
    _range(200.0, 5e-3, (0.00015, 24e-3), 100e-6, (0.00015, 10e-3)),
)
CURRENT = (
    _range(1e-8, 500e-15, (0.001, 100e-12), 10e-15, (0.001, 50e-12)),
    _range(1e-7, 5e-12, (0.0006, 150e-12), 100e-15, (0.0006, 100e-12)),
    _range(1e-6, 50e-12, (0.00025, 400e-12), 1e-12, (0.00025, 300e-12)),
    _range(1e-5, 500e-12, (0.00025, 1.5e-9), 10e-12, (0.00025, 700e-12)),
    _range(1e-4, 5e-9, (0.0002, 15e-9), 100e-12, (0.0002, 6e-9)),
    _range(1e-3, 50e-9, (0.0002, 150e-9), 1e-9, (0.0002, 60e-9)),
    _range(1e-2, 500e-9, (0.0002, 1.5e-6), 10e-9, (0.0002, 600e-9)),
    _range(1e-1, 5e-6, (0.00025, 15e-6), 100e-9, (0.00025, 6e-6)),
    _range(1.0, 50e-6, (0.00067, 900e-6), 1e-6, (0.0003, 500e-6)),
)
TABLES = {"VOLT": VOLTAGE, "CURR": CURRENT}


class OhmsRange(NamedTuple):
    """Full scale, test current, and the ranges of source and voltmeter it uses."""

    full_scale_ohm: float
    current_A: float
    current_index: int
    voltage_index: int


OHMS = (
    OhmsRange(20.0, 1e-1, 7, 2),
    OhmsRange(200.0, 1e-2, 6, 2),
    OhmsRange(2e3, 1e-3, 5, 2),
    OhmsRange(2e4, 1e-4, 4, 2),
    OhmsRange(2e5, 1e-5, 3, 2),
    OhmsRange(2e6, 1e-6, 2, 2),
    OhmsRange(2e7, 1e-6, 2, 3),
    OhmsRange(2e8, 1e-7, 1, 3),
)
"""Test currents from the specification; the voltmeter range follows from full scale times current."""

_DELAYS_ms = {
    ("VOLT", False): (50, 50, 3, 2, 1, 1, 1, 1, 1),
    ("VOLT", True): (100, 100, 20, 10, 10, 10, 5, 5, 5),
    ("CURR", False): (50, 50, 3, 2, 1, 1, 1, 1, 2),
    ("CURR", True): (100, 100, 20, 10, 10, 10, 5, 5, 5),
}


def automatic_delay_s(function: str, current_index: int, high_capacitance: bool) -> float:
    """Source delay by source function, current range and high-capacitance mode."""
    return _DELAYS_ms[function, high_capacitance][current_index] / 1000


def ohms_index_for(expected_ohm: float) -> int:
    """The lowest ohms range that takes this value; the highest if none does."""
    for index, one in enumerate(OHMS):
        if expected_ohm <= one.full_scale_ohm * OVER_RANGE * (1 + 1e-9):
            return index
    return len(OHMS) - 1
