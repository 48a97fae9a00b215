"""Which simulated instrument stands for which driver name: every maker's rows, joined."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.instruments.keithley.models import KEITHLEY
from simulators.instruments.lakeshore.models import LAKESHORE
from simulators.instruments.model import Model, SimulatedInstrument, Site

__all__ = ["MODELS", "Model", "SimulatedInstrument", "Site"]

MODELS: Mapping[str, Model] = {**KEITHLEY, **LAKESHORE}
"""By the driver name of the station file. Latencies, from the end of processing to the reply: our choice."""
