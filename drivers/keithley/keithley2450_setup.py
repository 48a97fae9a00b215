"""How a Keithley 2450 becomes a current or a voltage source: in which order."""

from __future__ import annotations

from drivers.keithley import keithley2450_settings as commands
from drivers.keithley.source_meter_settings import ABORT
from drivers.keithley.source_meter_setup import Setup
from drivers.link import Link
from drivers.settings import do, put


def configure(link: Link, setup: Setup) -> None:
    """Send a setup, reading every setting back; the output has to be off.

    The 2450 measures one function at a time: the limited quantity is measured, the sourced one is the
    source's read-back. Whatever a front panel could have left that would change a reading is set as well:
    trigger model, filter, relative offset, math, and a unit that turns volts into ohms or watts.
    """
    source, measured = setup.source, setup.measured
    do(link, ABORT)
    put(link, commands.SOURCE_FUNCTION, source.word)
    put(link, commands.MEASURED, measured.word)
    put(link, source.level, 0.0)
    _set_ranges(link, setup)
    put(link, commands.READ_BACK[source.word], True)
    put(link, commands.COUNT, 1)
    put(link, commands.UNIT[measured.word], commands.OWN_UNIT[measured.word])
    put(link, commands.FILTER[measured.word], False)
    put(link, commands.RELATIVE[measured.word], False)
    put(link, commands.MATH[measured.word], False)
    put(link, commands.AUTOZERO[measured.word], True)


def _set_ranges(link: Link, setup: Setup) -> None:
    """Ranges and limit constrain one another, and the 2450 moves a limit that does not fit (6-71).

    With the measuring range automatic it does not constrain the limit, and `everywhere` is a limit that any
    source range allows, so the order works from whatever the meter held before. The limit is set once more
    at the end, in case the measuring range moved it.
    """
    source, measured = setup.source, setup.measured
    step = setup.compliance_step
    put(link, measured.autorange, True)
    put(link, measured.compliance, min(setup.compliance, measured.everywhere), tolerance=step)
    put(link, source.source_range, setup.source_range)
    put(link, source.source_autorange, False)
    if setup.compliance > measured.everywhere:
        put(link, measured.compliance, setup.compliance, tolerance=step)
    put(link, measured.range, setup.measured_range)
    put(link, measured.autorange, False)
    put(link, measured.compliance, setup.compliance, tolerance=step)
