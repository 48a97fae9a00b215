"""How a Keithley 2400 becomes a current or a voltage source: in which order."""

from __future__ import annotations

from drivers.keithley import keithley2400_settings as commands
from drivers.keithley.source_meter_setup import Setup
from drivers.link import Link
from drivers.settings import do, put


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
    put(link, commands.MODE[source.word], "FIX")
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
    step = setup.compliance_step
    put(link, commands.RANGE_SYNC[measured.word], False)
    put(link, measured.autorange, False)
    put(link, measured.range, measured.ranges[0])
    put(link, measured.compliance, min(setup.compliance, measured.everywhere), tolerance=step)
    put(link, source.source_autorange, False)
    put(link, source.source_range, setup.source_range)
    if setup.compliance > measured.everywhere:
        put(link, measured.compliance, setup.compliance, tolerance=step)
    put(link, measured.range, setup.measured_range)
