"""The settings of one channel of a Series 2600B that the driver uses (2600BS-901-01 Rev. F, section 9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from drivers.keithley import tsp
from drivers.keithley.source_meter_settings import Side
from drivers.round_trips import RoundTrip
from drivers.settings import Setting

LINE_FREQUENCY = tsp.number("line_frequency_Hz", "localnode.linefreq")
DATA_FORMAT = tsp.words("data_format", "format.data", {"ASCII": 1, "SREAL": 2, "REAL": 3})
PRECISION = tsp.count("ascii_precision", "format.asciiprecision")
MOST_DIGITS = 16
INTERLOCK_BIT = 2048
MEASUREMENT = tsp.count("measurement_condition", "status.measurement.condition")  # read only
_OFF_MODES = {"NORM": 0, "ZERO": 1, "HIMP": 2}
"""OUTPUT_NORMAL, OUTPUT_ZERO and OUTPUT_HIGH_Z, by the names that the other source meters have for them."""


@dataclass(frozen=True, slots=True)
class Commands:
    """One channel's settings; `smu` is "smua" or "smub"."""

    smu: str
    output: Setting[bool]
    off_mode: Setting[str]
    off_function: Setting[str]
    function: Setting[str]
    four_wire: Setting[bool]
    nplc: Setting[float]
    autozero: Setting[str]
    count: Setting[int]
    filter: Setting[bool]
    relative: tuple[Setting[bool], Setting[bool]]
    high_capacitance: Setting[bool]
    source_delay: Setting[float]
    measure_delay: Setting[float]
    current: Side
    voltage: Side

    def with_ranges(
        self,
        current_A: tuple[float, ...],
        sourced_A: tuple[float, ...],
        voltage_V: tuple[float, ...],
        *,
        everywhere_A: float,
        everywhere_V: float,
    ) -> Commands:
        """The same for a model with these ranges."""
        return replace(
            self,
            current=replace(self.current, ranges=current_A, source_ranges=sourced_A, everywhere=everywhere_A),
            voltage=replace(self.voltage, ranges=voltage_V, everywhere=everywhere_V),
        )

    @property
    def readable(self) -> tuple[Setting[Any], ...]:
        """Every setting that belongs in a run's record."""
        sides = [
            setting
            for one in (self.current, self.voltage)
            for setting in (
                one.level,
                one.source_range,
                one.source_autorange,
                one.compliance,
                one.range,
                one.autorange,
            )
        ]
        return (
            self.output,
            self.off_mode,
            self.off_function,
            self.function,
            self.four_wire,
            *sides,
            self.nplc,
            self.autozero,
            self.count,
            self.filter,
            self.high_capacitance,
            self.source_delay,
            self.measure_delay,
            LINE_FREQUENCY,
        )

    @property
    def reversible(self) -> tuple[RoundTrip[Any], ...]:
        """Not the off modes, levels, ranges and limits: those reach the terminals, or each other."""
        return (
            RoundTrip(self.four_wire, (False, True)),
            RoundTrip(self.nplc, (1.0, 2.0)),
            RoundTrip(self.autozero, ("AUTO", "OFF")),
            RoundTrip(self.filter, (False, True)),
            RoundTrip(self.source_delay, (0.01, 0.02)),
            RoundTrip(self.measure_delay, (0.0, 0.01)),
        )


@cache
def commands(channel: str) -> Commands:
    """The settings of channel "a" or "b", without ranges yet."""
    smu = f"smu{channel}"
    return Commands(
        smu=smu,
        output=tsp.switch("output", f"{smu}.source.output"),
        off_mode=tsp.words("output_off_mode", f"{smu}.source.offmode", _OFF_MODES),
        off_function=tsp.words("output_off_function", f"{smu}.source.offfunc", {"CURR": 0, "VOLT": 1}),
        function=tsp.words("source_function", f"{smu}.source.func", {"CURR": 0, "VOLT": 1}),
        four_wire=tsp.switch("four_wire", f"{smu}.sense"),
        nplc=tsp.number("nplc", f"{smu}.measure.nplc", tolerance=0.0005),
        autozero=tsp.words("autozero", f"{smu}.measure.autozero", {"OFF": 0, "ONCE": 1, "AUTO": 2}),
        count=tsp.count("measure_count", f"{smu}.measure.count"),
        filter=tsp.switch("filter", f"{smu}.measure.filter.enable"),
        relative=(
            tsp.switch("current_relative", f"{smu}.measure.rel.enablei"),
            tsp.switch("voltage_relative", f"{smu}.measure.rel.enablev"),
        ),
        high_capacitance=tsp.switch("high_capacitance", f"{smu}.source.highc"),
        source_delay=tsp.number("source_delay_s", f"{smu}.source.delay", tolerance=1e-5),
        measure_delay=tsp.number("measure_delay_s", f"{smu}.measure.delay", tolerance=1e-5),
        current=_side(smu, "CURR", "current", "A", "i"),
        voltage=_side(smu, "VOLT", "voltage", "V", "v"),
    )


def _side(smu: str, word: str, quantity: str, unit: str, letter: str) -> Side:
    return Side(
        word,
        quantity,
        unit,
        (),
        0.0,
        level=tsp.number(f"source_{quantity}_{unit}", f"{smu}.source.level{letter}"),
        source_range=tsp.full_scale(f"source_{quantity}_range_{unit}", f"{smu}.source.range{letter}"),
        source_autorange=tsp.switch(f"source_{quantity}_autorange", f"{smu}.source.autorange{letter}"),
        compliance=tsp.number(f"{quantity}_compliance_{unit}", f"{smu}.source.limit{letter}"),
        range=tsp.full_scale(f"{quantity}_range_{unit}", f"{smu}.measure.range{letter}"),
        autorange=tsp.switch(f"{quantity}_autorange", f"{smu}.measure.autorange{letter}"),
    )
