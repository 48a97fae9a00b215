"""The settings of the Keithley 2400 that the driver uses (Series 2400 user's manual, section 18)."""

from __future__ import annotations

from drivers.keithley.keithley2400_ranges import CURRENT_RANGES_A, VOLTAGE_RANGES_V
from drivers.keithley.source_meter_settings import LINE_FREQUENCY, OUTPUT, TERMINALS, off_mode, side
from drivers.replies import ReplyShapeError
from drivers.round_trips import RoundTrip
from drivers.settings import Setting, choice, count, number, switch


def _function_list(reply: str) -> frozenset[str]:
    found = frozenset(item.strip().strip("\"'").upper().removesuffix(":DC") for item in reply.split(","))
    if not found <= {"VOLT", "CURR", "RES", "VOLTAGE", "CURRENT", "RESISTANCE"}:
        raise ReplyShapeError(f"{reply!r} is not a list of measuring functions")
    return frozenset(name[:4] if name[0] in "VC" else "RES" for name in found)


def _elements(reply: str) -> tuple[str, ...]:
    return tuple(item.strip().upper()[:4] for item in reply.split(","))


_TEST_EDGES = ("NSTest", "PSTest", "BSTest")
OUTPUT_OFF_MODE = off_mode("output_off_mode", ":OUTP:SMOD")
AUTO_OUTPUT_OFF = switch("auto_output_off", ":SOUR:CLE:AUTO")
FOUR_WIRE = switch("four_wire", ":SYST:RSEN")
AUTOZERO = switch("autozero", ":SYST:AZER")
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


MODE = {
    word: choice(f"source_{quantity}_mode", f":SOUR:{word}:MODE", "FIXed", "SWEep", "LIST")
    for word, quantity in (("CURR", "current"), ("VOLT", "voltage"))
}
RANGE_SYNC = {
    word: switch(f"{quantity}_range_sync", f":SENS:{word}:PROT:RSYN")
    for word, quantity in (("CURR", "current"), ("VOLT", "voltage"))
}
CURRENT = side("CURR", "current", "A", CURRENT_RANGES_A, everywhere=0.1, compliance=":SENS:CURR:PROT")
VOLTAGE = side("VOLT", "voltage", "V", VOLTAGE_RANGES_V, everywhere=20.0, compliance=":SENS:VOLT:PROT")

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

REVERSIBLE = (
    RoundTrip(FOUR_WIRE, (False, True)),
    RoundTrip(NPLC, (1.0, 2.0)),
    RoundTrip(AUTOZERO, (True, False)),
    RoundTrip(FILTER, (False, True)),
    RoundTrip(SOURCE_DELAY, (0.01, 0.02), disturbs=(AUTO_SOURCE_DELAY,)),
    RoundTrip(AUTO_SOURCE_DELAY, (True, False), disturbs=(SOURCE_DELAY, AUTO_SOURCE_DELAY)),
    RoundTrip(TRIGGER_DELAY, (0.0, 0.01)),
)
"""Not the off mode, levels, ranges and compliances: those reach the terminals, or each other."""
