"""Which simulated instrument stands for which driver name: every maker's rows, joined."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.instruments.alicat.models import ALICAT
from simulators.instruments.eurotherm.models import EUROTHERM
from simulators.instruments.keithley.models import KEITHLEY
from simulators.instruments.lakeshore.models import LAKESHORE
from simulators.instruments.model import Model, OnBus, SimulatedInstrument, Site
from simulators.instruments.proterial.models import PROTERIAL
from simulators.instruments.thyracont.models import THYRACONT
from simulators.instruments.yudian.models import YUDIAN

__all__ = ["MODELS", "Model", "OnBus", "SimulatedInstrument", "Site"]

MODELS: Mapping[str, Model] = {
    **ALICAT,
    **EUROTHERM,
    **KEITHLEY,
    **LAKESHORE,
    **PROTERIAL,
    **THYRACONT,
    **YUDIAN,
}
"""By the driver name of the station file. Latencies, from the end of processing to the reply: our choice."""
