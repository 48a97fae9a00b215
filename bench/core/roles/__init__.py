"""What a procedure may ask of an instrument, as small protocols in the field's words.

A procedure names roles, never models. Units are in the names where a bare float travels. Every role is an
`Instrument`: it has a name, an identity, and a safe state that it verifies.
"""

from __future__ import annotations

from bench.core.roles.gas import DeclaredFlow, DeclaredFlowMeter, FlowController, FlowStatus, PressureGauge
from bench.core.roles.instrument import Accuracy, GuardReport, Identity, Instrument, Load, SafeReport
from bench.core.roles.meters import Ammeter, RangedAmmeter, RangedVoltmeter, Voltmeter
from bench.core.roles.rack import Crosspoint, FieldMeter, FieldSource, SwitchMatrix
from bench.core.roles.sources import CurrentSource, DeltaMeter, SourceMeter
from bench.core.roles.thermal import ProgrammerState, ProgrammerStatus, TemperatureProgrammer, Thermometer

__all__ = [
    "Accuracy",
    "Ammeter",
    "Crosspoint",
    "CurrentSource",
    "DeclaredFlow",
    "DeclaredFlowMeter",
    "DeltaMeter",
    "FieldMeter",
    "FieldSource",
    "FlowController",
    "FlowStatus",
    "GuardReport",
    "Identity",
    "Instrument",
    "Load",
    "PressureGauge",
    "ProgrammerState",
    "ProgrammerStatus",
    "RangedAmmeter",
    "RangedVoltmeter",
    "SafeReport",
    "SourceMeter",
    "SwitchMatrix",
    "TemperatureProgrammer",
    "Thermometer",
    "Voltmeter",
]
