"""The tables of a station file, as pydantic models: which keys there are and what they hold."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from bench.core.files import FileModel, Name, QuantityField

_INSTRUMENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


def _checked_name(text: str) -> str:
    if _INSTRUMENT_NAME.fullmatch(text) is None:
        raise PydanticCustomError(
            "bench",
            "{what}",
            {
                "what": f"{text[:64]!r} cannot be the name of an instrument or a fixture",
                "remedy": "up to 32 letters, digits, '-' and '_', beginning with a letter",
            },
        )
    return text


StationName = Annotated[str, AfterValidator(_checked_name)]
"""A name without a dot, because `meter.force_high` is a terminal of `meter`."""


class AmbientTable(FileModel):
    """`[ambient]`. That exactly one of instrument and temperature stands there is checked apart."""

    instrument: str | None = None
    temperature: Annotated[float, QuantityField("K", above=0.0)] | None = None
    u: Annotated[float, QuantityField("K", at_least=0.0, difference=True)] = Field(examples=['"0.2 K"'])


class InstrumentTable(FileModel):
    """`[instruments.NAME]`. What limits and options there are is up to the driver, and checked apart."""

    driver: str = Field(examples=['"keithley2400"'])
    resource: str = Field(examples=['"GPIB0::24::INSTR"'])
    load: Literal["passive", "cell"] | None = None
    limits: dict[str, Any] = Field(default_factory=dict)
    options: dict[str, Any] = Field(default_factory=dict)
    notes: str = ""


class FixtureTable(FileModel):
    """`[fixtures.NAME]`."""

    kind: Name = Field(examples=['"pellet_press"'])
    wiring: dict[Name, str] = Field(default_factory=dict)
    notes: str = ""


class InterlockTable(FileModel):
    """`[interlocks.NAME]`. Its quantity, limit and instruments are checked apart."""

    quantity: str = Field(examples=['"ambient", or "COLUMN of INSTRUMENT"'])
    above: Any = None
    below: Any = None
    for_s: Annotated[float, QuantityField("s", at_least=0.0)] = Field(default=0.0, alias="for")
    stale: Annotated[float, QuantityField("s", above=0.0)] = 1800.0
    then: Literal["warn", "pause", "abort", "make_safe"] = Field(examples=['"abort"'])
    instruments: list[str] = Field(default_factory=list)
    notes: str = ""


class StationFile(FileModel):
    """The whole file. `simulation` is the simulator's: the bench does not look into it."""

    name: str = Field(min_length=1, examples=['"QMS bench"'])
    ambient: AmbientTable = Field(
        examples=['a table [ambient] with instrument = "NAME", or with temperature']
    )
    instruments: dict[StationName, InstrumentTable] = Field(examples=["a table [instruments.NAME] for each"])
    fixtures: dict[StationName, FixtureTable] = Field(default_factory=dict)
    procedures: dict[Name, str] = Field(default_factory=dict)
    interlocks: dict[Name, InterlockTable] = Field(default_factory=dict)
    simulation: dict[str, Any] | None = None
    notes: str = ""
