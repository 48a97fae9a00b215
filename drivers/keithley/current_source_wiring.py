"""What the cables of a 622x decide (inner shield, output low, response): options of the station, verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.core.errors import Problem
from drivers.keithley.current_source_settings import INNER_SHIELD, LOW_TO_EARTH, RESPONSE
from drivers.link import Link
from drivers.settings import Setting, get, put

WIRING: dict[str, tuple[Setting[Any], dict[str, Any]]] = {
    "inner_shield": (INNER_SHIELD, {"guard": "GUAR", "output_low": "OLOW"}),
    "output_low": (LOW_TO_EARTH, {"earth": True, "floating": False}),
    "response": (RESPONSE, {"fast": "FAST", "slow": "SLOW"}),
}
"""By option: its setting, and what the station's words mean (reference manual, section 2)."""


def problems(options: Mapping[str, Any], instrument: str) -> list[Problem]:
    """What is wrong with these options."""
    return [
        Problem(
            f"instruments.{instrument}.options.{key}",
            f"{options[key]!r} cannot be used",
            " or ".join(f'"{word}"' for word in words),
        )
        for key, (_, words) in WIRING.items()
        if key in options and options[key] not in words
    ]


def wire(link: Link, options: Mapping[str, Any]) -> None:
    """Bring the instrument to what the options say; what they leave out stays. The output has to be off.

    Raises CommandRejectedError, ReadBackError, CommunicationError.
    """
    for key, (setting, words) in WIRING.items():
        if key in options and get(link, setting) != words[options[key]]:
            put(link, setting, words[options[key]])
