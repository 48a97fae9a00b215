"""How a channel of a Series 2600B becomes a current or a voltage source: in which order."""

from __future__ import annotations

from drivers.keithley.keithley2600_settings import Commands
from drivers.keithley.source_meter_setup import Setup
from drivers.link import Link
from drivers.settings import put


def configure(link: Link, setup: Setup, commands: Commands) -> None:
    """Send a setup, reading every setting back; the output has to be off.

    Whatever a front panel could have left that would change a reading is set as well: filter, relative
    offset, reading count, autozero, high-capacitance mode.
    """
    source = setup.source
    put(link, commands.function, source.word)
    put(link, commands.high_capacitance, False)
    put(link, source.level, 0.0)
    _set_ranges(link, setup)
    put(link, commands.count, 1)
    put(link, commands.filter, False)
    for relative in commands.relative:
        put(link, relative, False)
    put(link, commands.autozero, "AUTO")


def _set_ranges(link: Link, setup: Setup) -> None:
    """Range and limit constrain one another: first a limit that every range allows, then the range, then all.

    Setting a range switches its autorange off, which is read back.
    """
    source, measured = setup.source, setup.measured
    put(link, measured.compliance, min(setup.compliance, measured.everywhere))
    put(link, source.source_range, setup.source_range)
    put(link, source.source_autorange, False)
    if setup.compliance > measured.everywhere:
        put(link, measured.compliance, setup.compliance)
    put(link, measured.range, setup.measured_range)
    put(link, measured.autorange, False)
