"""The ranges of a Model 2400 with their published limits of error.

Source: SPEC-2400 Rev. H (1 year, 23 C +- 5 C), source and measure tables; over-range from Table 3-1 of the
user's manual (source to 105 %, measure to 105.5 % of the range). No measurement noise is published: one digit
of the default resolution, as a standard deviation at 1 PLC, is a choice of ours.
"""

from __future__ import annotations

from simulators.instruments.keithley.source_meter.ranges import Range

MEASURE_OVER_RANGE = 1.055

VOLTAGE = (
    Range(0.2, 0.00012, 300e-6, 1e-6, 0.0002, 600e-6, 5e-6),
    Range(2.0, 0.00012, 300e-6, 10e-6, 0.0002, 600e-6, 50e-6),
    Range(20.0, 0.00015, 1.5e-3, 100e-6, 0.0002, 2.4e-3, 500e-6),
    Range(200.0, 0.00015, 10e-3, 1e-3, 0.0002, 24e-3, 5e-3),
)
CURRENT = (
    Range(1e-6, 0.00029, 300e-12, 10e-12, 0.00035, 600e-12, 50e-12),
    Range(1e-5, 0.00027, 700e-12, 100e-12, 0.00033, 2e-9, 500e-12),
    Range(1e-4, 0.00025, 6e-9, 1e-9, 0.00031, 20e-9, 5e-9),
    Range(1e-3, 0.00027, 60e-9, 10e-9, 0.00034, 200e-9, 50e-9),
    Range(1e-2, 0.00035, 600e-9, 100e-9, 0.00045, 2e-6, 500e-9),
    Range(1e-1, 0.00055, 6e-6, 1e-6, 0.00066, 20e-6, 5e-6),
    Range(1.0, 0.0022, 570e-6, 10e-6, 0.0027, 900e-6, 50e-6),
)
TABLES = {"VOLT": VOLTAGE, "CURR": CURRENT}

AUTO_DELAY_s = {
    "VOLT": (3e-3, 2e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3),
    "CURR": (3e-3, 2e-3, 1e-3, 1e-3, 1e-3, 1e-3, 2e-3),
}
"""Automatic source delay by source function and current range, 1 uA first (manual Table 3-4, from memory;
the 2450 manual p. 2-111 prints the same figures)."""
