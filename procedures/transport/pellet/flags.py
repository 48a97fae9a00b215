"""The flags a pellet result can carry, word for word, so that programs can look for them."""

from __future__ import annotations

from typing import Final

NO_SERIES: Final = "contact resistance not separated"
"""One height, or heights too alike: bulk and contacts cannot be told apart."""
CONTACT_NEAR_ZERO: Final = "contact resistance not resolved from zero"
"""The value with its U is a result, and consistent with no contact resistance at all."""
CONTACT_BOUND: Final = "contact resistance taken from the declared bound"
BOUND_TOO_WIDE: Final = "declared bound of the contact resistance is not small against the resistance"
NOT_OHMIC: Final = "not ohmic"
TOO_FEW_POINTS: Final = "too few usable points"
NOT_POSITIVE: Final = "resistance not positive"
NO_LINE: Final = "heights do not fit a line"
NOT_SETTLED: Final = "not settled"
POWER_DEPENDENT: Final = "resistance depends on the power"
TYPE_A_ONLY: Final = "type A only"
NO_COEFFICIENT: Final = "temperature coefficient not declared"
NO_TEMPERATURE: Final = "temperature not known"
NO_TEMPERATURE_U: Final = "uncertainty of the temperature assumed"
NO_HEIGHT_U: Final = "height uncertainty not declared"
NO_AREA_U: Final = "area uncertainty not declared"
NO_OPEN: Final = "leakage not corrected"
NO_SHORT: Final = "series resistance not corrected"
NO_DENSITY: Final = "mass or true density not declared"
NOT_MEASURED: Final = "not measured"


def of_pellets(flag: str, pellets: tuple[str, ...]) -> str:
    """The flag with the pellets it is about: "not ohmic: pellets a, c"."""
    if not pellets:
        return flag
    return f"{flag}: pellet{'s' if len(pellets) > 1 else ''} {', '.join(pellets)}"
