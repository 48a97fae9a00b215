"""The simulated instruments of Keithley by driver name, from the rows of each kind."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.instruments.keithley.hall_models import PICOAMMETERS, SWITCHES
from simulators.instruments.keithley.series_2600_models import SERIES_2600
from simulators.instruments.keithley.source_meter_models import SOURCE_METERS
from simulators.instruments.keithley.voltmeter_models import CURRENT_SOURCES, VOLTMETERS
from simulators.instruments.model import Model

KEITHLEY: Mapping[str, Model] = {
    **VOLTMETERS,
    **SOURCE_METERS,
    **SERIES_2600,
    **CURRENT_SOURCES,
    **PICOAMMETERS,
    **SWITCHES,
}
