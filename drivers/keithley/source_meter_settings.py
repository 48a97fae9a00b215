"""Settings that the Keithley 2400 and 2450 have under one name, and the shape of those they have twice."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import replies
from drivers.keithley.source_meter_ranges import same_range
from drivers.settings import Setting, choice, exact, number, switch

OUTPUT = switch("output", ":OUTP")
TERMINALS = choice("terminals", ":ROUT:TERM", "FRONt", "REAR")
LINE_FREQUENCY = number("line_frequency_Hz", ":SYST:LFR", tolerance=0.0)
ABORT = ":ABOR"


def full_scale(name: str, command: str) -> Setting[float]:
    """A range."""
    return Setting(name, command, replies.number, exact, same_range)


def off_mode(name: str, command: str) -> Setting[str]:
    """What is at the terminals while the output is off."""
    return choice(name, command, "HIMPedance", "NORMal", "ZERO", "GUARd")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two quantities, as source and as measurement; `unit` is "A" or "V".

    `everywhere` is a compliance in this quantity that every source range of the other allows;
    `source_ranges` are given where not all ranges can be sourced on.
    """

    word: str
    quantity: str
    unit: str
    ranges: tuple[float, ...]
    everywhere: float
    level: Setting[float]
    source_range: Setting[float]
    source_autorange: Setting[bool]
    compliance: Setting[float]
    range: Setting[float]
    autorange: Setting[bool]
    source_ranges: tuple[float, ...] = ()


def side(
    word: str, quantity: str, unit: str, ranges: tuple[float, ...], *, everywhere: float, compliance: str
) -> Side:
    """A side under the commands common to both models; `compliance` is the command that limits it."""
    return Side(
        word,
        quantity,
        unit,
        ranges,
        everywhere,
        level=number(f"source_{quantity}_{unit}", f":SOUR:{word}", tolerance=0.0),
        source_range=full_scale(f"source_{quantity}_range_{unit}", f":SOUR:{word}:RANG"),
        source_autorange=switch(f"source_{quantity}_autorange", f":SOUR:{word}:RANG:AUTO"),
        compliance=number(f"{quantity}_compliance_{unit}", compliance, tolerance=0.0),
        range=full_scale(f"{quantity}_range_{unit}", f":SENS:{word}:RANG"),
        autorange=switch(f"{quantity}_autorange", f":SENS:{word}:RANG:AUTO"),
    )
