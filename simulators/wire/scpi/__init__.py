"""A strict SCPI and IEEE 488.2 engine for simulated instruments."""

from simulators.wire.scpi.errors import ScpiError
from simulators.wire.scpi.instrument import ScpiInstrument
from simulators.wire.scpi.numbers import Integer, Number
from simulators.wire.scpi.parameters import Boolean, Choice, NameList, Parameter, Repeated, Text
from simulators.wire.scpi.settings import Setting, restore_settings
from simulators.wire.scpi.status import EventRegister, StatusModel
from simulators.wire.scpi.tree import command

__all__ = [
    "Boolean",
    "Choice",
    "EventRegister",
    "Integer",
    "NameList",
    "Number",
    "Parameter",
    "Repeated",
    "ScpiError",
    "ScpiInstrument",
    "Setting",
    "StatusModel",
    "Text",
    "command",
    "restore_settings",
]
