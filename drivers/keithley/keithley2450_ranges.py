"""Ranges and limits of the Keithley 2450 (SPEC-2450; delay as in the 2461 reference manual p. 6-89)."""

from __future__ import annotations

from drivers.keithley.source_meter_ranges import model_limits

MODEL = "model 2450"
CURRENT_RANGES_A = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
VOLTAGE_RANGES_V = (0.02, 0.2, 2.0, 20.0, 200.0)
MODEL_LIMITS = model_limits(MODEL, longest_delay_s=10_000.0)
WITHOUT_INTERLOCK_V = 21.0
"""Above this the interlock has to be closed; the 200 V range is disabled without (2450-901-01 p. 6-33)."""
