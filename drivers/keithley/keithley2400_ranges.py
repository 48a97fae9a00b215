"""Ranges and limits of the Keithley 2400 (SPEC-2400; delay: Series 2400 user's manual p. 18-82)."""

from __future__ import annotations

from drivers.keithley.source_meter_ranges import model_limits

MODEL = "model 2400"
CURRENT_RANGES_A = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
VOLTAGE_RANGES_V = (0.2, 2.0, 20.0, 200.0)
MODEL_LIMITS = model_limits(MODEL, longest_delay_s=999.9999)
