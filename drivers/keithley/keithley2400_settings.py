"""The settings of the Keithley 2400 that the driver uses (Series 2400 user's manual, section 18)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import replies
from drivers.keithley.keithley2400_ranges import CURRENT_RANGES_A, VOLTAGE_RANGES_V, same_range
from drivers.replies import ReplyShapeError
from drivers.settings import Setting, choice, count, exact, number, switch


def _range(name: str, command: str) -> Setting[float]:
    return Setting(name, command, replies.number, exact, same_range)


def _function_list(reply: str) -> frozenset[str]:
    found = frozenset(item.strip().strip("\"'").upper().removesuffix(":DC") for item in reply.split(","))
    if not found <= {"VOLT", "CURR", "RES", "VOLTAGE", "CURRENT", "RESISTANCE"}:
        raise ReplyShapeError(f"{reply!r} is not a list of measuring functions")
    return frozenset(name[:4] if name[0] in "VC" else "RES" for name in found)


def _elements(reply: str) -> tuple[str, ...]:
    return tuple(item.strip().upper()[:4] for item in reply.split(","))


_TEST_EDGES = ("NSTest", "PSTest", "BSTest")
OUTPUT = switch("output", ":OUTP")
OUTPUT_OFF_MODE = choice("output_off_mode", ":OUTP:SMOD", "HIMPedance", "NORMal", "ZERO", "GUARd")
AUTO_OUTPUT_OFF = switch("auto_output_off", ":SOUR:CLE:AUTO")
TERMINALS = choice("terminals", ":ROUT:TERM", "FRONt", "REAR")
FOUR_WIRE = switch("four_wire", ":SYST:RSEN")
AUTOZERO = switch("autozero", ":SYST:AZER")
LINE_FREQUENCY = number("line_frequency_Hz", ":SYST:LFR", tolerance=0.0)
NPLC = number("nplc", ":SENS:VOLT:NPLC", tolerance=0.005)  # one value for all functions
FILTER = switch("filter", ":SENS:AVER")
CONCURRENT = switch("concurrent", ":SENS:FUNC:CONC")
MEASURE_NOTHING = ":SENS:FUNC:OFF:ALL"
MEASURED: Setting[frozenset[str]] = Setting(
    "measured",
    ":SENS:FUNC",
    _function_list,
    lambda names: ",".join(f'"{name}"' for name in sorted(names, reverse=True)),
    lambda asked, held, _: asked == held,
)
ELEMENTS: Setting[tuple[str, ...]] = Setting(
    "elements", ":FORM:ELEM", _elements, ",".join, lambda asked, held, _: asked == held
)
VOLTAGE_AND_CURRENT = frozenset({"VOLT", "CURR"})
FIVE_ELEMENTS = ("VOLT", "CURR", "RES", "TIME", "STAT")
SOURCE_FUNCTION = choice("source_function", ":SOUR:FUNC", "VOLTage", "CURRent", "MEMory")
SOURCE_DELAY = number("source_delay_s", ":SOUR:DEL", tolerance=1e-4)
AUTO_SOURCE_DELAY = switch("auto_source_delay", ":SOUR:DEL:AUTO")
ARM_SOURCE = choice("arm_source", ":ARM:SOUR", "IMMediate", "TLINk", "TIMer", "MANual", "BUS", *_TEST_EDGES)
TRIGGER_SOURCE = choice("trigger_source", ":TRIG:SOUR", "IMMediate", "TLINk")
TRIGGER_DELAY = number("trigger_delay_s", ":TRIG:DEL", tolerance=1e-4)
TRIGGER_COUNT = count("trigger_count", ":TRIG:COUN")
ARM_COUNT = count("arm_count", ":ARM:COUN")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two quantities, as source and as measurement; `unit` is "A" or "V".

    `everywhere` is a compliance in this quantity that every source range of the other allows.
    """

    word: str
    quantity: str
    unit: str
    ranges: tuple[float, ...]
    everywhere: float
    mode: Setting[str]
    level: Setting[float]
    source_range: Setting[float]
    source_autorange: Setting[bool]
    compliance: Setting[float]
    range: Setting[float]
    autorange: Setting[bool]
    range_sync: Setting[bool]


def _side(word: str, quantity: str, unit: str, ranges: tuple[float, ...], everywhere: float) -> Side:
    return Side(
        word,
        quantity,
        unit,
        ranges,
        everywhere,
        mode=choice(f"source_{quantity}_mode", f":SOUR:{word}:MODE", "FIXed", "SWEep", "LIST"),
        level=number(f"source_{quantity}_{unit}", f":SOUR:{word}", tolerance=0.0),
        source_range=_range(f"source_{quantity}_range_{unit}", f":SOUR:{word}:RANG"),
        source_autorange=switch(f"source_{quantity}_autorange", f":SOUR:{word}:RANG:AUTO"),
        compliance=number(f"{quantity}_compliance_{unit}", f":SENS:{word}:PROT", tolerance=0.0),
        range=_range(f"{quantity}_range_{unit}", f":SENS:{word}:RANG"),
        autorange=switch(f"{quantity}_autorange", f":SENS:{word}:RANG:AUTO"),
        range_sync=switch(f"{quantity}_range_sync", f":SENS:{word}:PROT:RSYN"),
    )


CURRENT = _side("CURR", "current", "A", CURRENT_RANGES_A, everywhere=0.1)
VOLTAGE = _side("VOLT", "voltage", "V", VOLTAGE_RANGES_V, everywhere=20.0)

READABLE = (
    OUTPUT,
    OUTPUT_OFF_MODE,
    TERMINALS,
    FOUR_WIRE,
    SOURCE_FUNCTION,
    *(
        setting
        for side in (CURRENT, VOLTAGE)
        for setting in (side.level, side.source_range, side.compliance, side.range, side.autorange)
    ),
    NPLC,
    AUTOZERO,
    FILTER,
    SOURCE_DELAY,
    AUTO_SOURCE_DELAY,
    TRIGGER_DELAY,
    LINE_FREQUENCY,
)
