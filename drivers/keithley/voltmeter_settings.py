"""The settings that the Keithley 2000 and 2182A have alike, under the header that each gives to its volts.

Strings are in single quotes, so that a message can travel inside another one (see serial_relay).
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers import replies
from drivers.keithley.source_meter_ranges import same_range
from drivers.replies import ReplyShapeError
from drivers.settings import Setting, choice, count, exact, number, switch


def _function(reply: str) -> str:
    word = reply.strip().strip("\"'").upper().removesuffix(":DC").removesuffix("AGE")
    if not word.replace(":", "").isalpha():
        raise ReplyShapeError(f"{reply!r} is not a measuring function")
    return word


CONTINUOUS = switch("continuous", ":INIT:CONT")
TRIGGER_SOURCE = choice("trigger_source", ":TRIG:SOUR", "IMMediate", "EXTernal", "TIMer", "MANual", "BUS")
TRIGGER_COUNT = count("trigger_count", ":TRIG:COUN")
TRIGGER_DELAY = number("trigger_delay_s", ":TRIG:DEL", tolerance=1e-3)
SAMPLES = count("samples", ":SAMP:COUN")
FUNCTION: Setting[str] = Setting(
    "function", ":SENS:FUNC", _function, lambda word: f"'{word}'", lambda asked, held, _: asked == held
)
AUTOZERO = switch("autozero", ":SYST:AZER:STAT")


@dataclass(frozen=True, slots=True)
class VoltageCommands:
    """One function of one channel. `filter_` is the header of its digital filter."""

    range: Setting[float]
    autorange: Setting[bool]
    nplc: Setting[float]
    filter: Setting[bool]
    filter_control: Setting[str]
    filter_count: Setting[int]
    reference: Setting[float]
    relative: Setting[bool]
    acquire_reference: str

    @property
    def read(self) -> str:
        """A reading with the range it was taken on, and whether it is a fresh one."""
        return f":READ?;{self.range.query};{CONTINUOUS.query}"


def voltage_commands(header: str, *, nplc: str, filter_: str, filter_switch: str) -> VoltageCommands:
    """The commands below `header`; integration and filter have headers of their own."""
    return VoltageCommands(
        range=Setting("voltage_range_V", f"{header}:RANG", replies.number, exact, same_range),
        autorange=switch("autorange", f"{header}:RANG:AUTO"),
        nplc=number("nplc", nplc, tolerance=0.005),
        filter=switch("filter", filter_switch),
        filter_control=choice("filter_control", f"{filter_}:TCON", "MOVing", "REPeat"),
        filter_count=count("filter_count", f"{filter_}:COUN"),
        reference=number("reference_V", f"{header}:REF", tolerance=1e-9),
        relative=switch("relative", f"{header}:REF:STAT"),
        acquire_reference=f"{header}:REF:ACQ",
    )
