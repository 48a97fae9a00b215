"""How a Keithley 2400 becomes a current or a voltage source: what is allowed, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

from bench.core.limits import Limits
from drivers.keithley import keithley2400_ranges as ranges
from drivers.keithley import keithley2400_settings as commands
from drivers.keithley.keithley2400_settings import CURRENT, Side
from drivers.link import Link
from drivers.settings import do, put


@dataclass(frozen=True, slots=True)
class Setup:
    """One configuration, every number of it possible."""

    source: Side
    measured: Side
    source_range: float
    compliance: float
    compliance_range: float
    measured_range: float

    def range_of(self, side: Side) -> float:
        """Full scale of a measured quantity; the sourced one is measured on its source range (18-62)."""
        return self.source_range if side is self.source else self.measured_range


def checked(
    source: Side,
    measured: Side,
    *,
    wanted: float,
    compliance: float,
    measuring: float | None,
    limits: Limits,
    instrument: str,
) -> Setup:
    """The setup for a source range that reaches `wanted`, or LimitError; sends nothing.

    Without `measuring` the measuring range is that of the compliance. A range is no level: a station's
    limit on the sourced quantity is checked with each level, on the limited one here.
    """
    source_range = ranges.range_for(wanted, source.ranges, "source range", instrument=instrument)
    limits.check(measured.quantity, compliance, instrument=instrument)
    ranges.check_compliance(compliance, measured.unit, lowest_range=measured.ranges[0], instrument=instrument)
    compliance_range = ranges.range_for(compliance, measured.ranges, "compliance", instrument=instrument)
    measured_range = compliance_range
    if measuring is not None:
        measured_range = ranges.range_for(
            measuring, measured.ranges, "measuring range", instrument=instrument
        )
        ranges.check_measuring_range(measured_range, compliance_range, instrument=instrument)
    volts, amps = (compliance, source_range) if source is CURRENT else (source_range, compliance)
    ranges.check_envelope(volts, amps, instrument=instrument)
    return Setup(source, measured, source_range, compliance, compliance_range, measured_range)


def configure(link: Link, setup: Setup) -> None:
    """Send a setup, reading every setting back; the output has to be off.

    Whatever a front panel could have left that would change a reading is set as well: filter, trigger
    sources and counts, delays before the trigger, automatic output-off, range synchronisation.
    """
    source = setup.source
    put(link, commands.AUTO_OUTPUT_OFF, False)
    put(link, commands.CONCURRENT, True)
    do(link, commands.MEASURE_NOTHING)  # with CONCurrent on, a list is added to what is on already
    put(link, commands.MEASURED, commands.VOLTAGE_AND_CURRENT)
    put(link, commands.SOURCE_FUNCTION, source.word)
    put(link, source.mode, "FIX")
    put(link, source.level, 0.0)
    _set_ranges(link, setup)
    put(link, commands.FILTER, False)
    put(link, commands.AUTOZERO, True)
    put(link, commands.ARM_SOURCE, "IMM")
    put(link, commands.ARM_COUNT, 1)
    put(link, commands.TRIGGER_SOURCE, "IMM")
    put(link, commands.TRIGGER_COUNT, 1)
    put(link, commands.TRIGGER_DELAY, 0.0)


def _set_ranges(link: Link, setup: Setup) -> None:
    """Ranges and compliance constrain one another (+822, +824, +826): first everything small, then up.

    On the lowest measuring range any compliance is accepted, and `everywhere` is one that any source range
    accepts, so the order works from whatever the meter held before.
    """
    source, measured = setup.source, setup.measured
    step = setup.compliance_range / ranges.COMPLIANCE_COUNTS
    put(link, measured.range_sync, False)
    put(link, measured.autorange, False)
    put(link, measured.range, measured.ranges[0])
    put(link, measured.compliance, min(setup.compliance, measured.everywhere), tolerance=step)
    put(link, source.source_autorange, False)
    put(link, source.source_range, setup.source_range)
    if setup.compliance > measured.everywhere:
        put(link, measured.compliance, setup.compliance, tolerance=step)
    put(link, measured.range, setup.measured_range)
