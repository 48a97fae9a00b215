"""Gases that may be in a line, by formula, with what a laminar flow element notices of them."""

from __future__ import annotations

from collections.abc import Mapping

VISCOSITY_uPa_s: Mapping[str, float] = {
    **{"Air": 18.5, "Ar": 22.6, "CH4": 11.1, "CO": 17.8, "CO2": 14.9, "C2H6": 9.4},
    **{"H2": 8.9, "He": 19.9, "N2": 17.8, "N2O": 15.0, "Ne": 31.7, "O2": 20.6},
}
"""At 25 degC, CRC Handbook, rounded. What a laminar element shows goes with the inverse."""
