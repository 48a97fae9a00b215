"""What a 2600B has beside its channels: localnode, status, timer, display, beeper (2600BS-901-01, section 9).

The display and the beeper take what they are told; nobody looks at them here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2600.channel import Channel
from simulators.wire.tsp import Node
from simulators.wire.tsp.printing import whole, within

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2600.instrument import Keithley2600B

VOLTAGE_LIMIT, CURRENT_LIMIT, READING_OVERFLOW, INTERLOCK, INSTRUMENT = 1, 2, 128, 2048, 8192


def localnode(unit: Keithley2600B) -> Node:
    """localnode.*"""
    node = Node(functions={"reset": unit.reset})
    node.attribute("model", lambda: unit.model)
    node.attribute("serialno", lambda: unit.serial)
    node.attribute("revision", lambda: unit.firmware)
    node.attribute("description", lambda: f"Keithley Instruments Model {unit.model}")
    node.attribute("linefreq", lambda: unit.mains_Hz, unit.set_mains)
    node.attribute("prompts", lambda: float(unit.prompts), unit.set_prompts)
    return node


def status(unit: Keithley2600B, channels: Mapping[str, Channel]) -> Node:
    """status.*: the byte, the standard events, and the measurement conditions a driver looks at."""
    node = Node(functions={"reset": unit.reports.clear})

    def put_request(value: object) -> None:
        unit.status.service_enable = whole(value, 0, 255)

    def put_standard(value: object) -> None:
        unit.status.standard_enable = whole(value, 0, 255)

    node.attribute("condition", lambda: float(unit.reports.byte(message_available=False)))
    node.attribute("request_enable", lambda: float(unit.status.service_enable), put_request)
    standard = Node()
    standard.attribute("enable", lambda: float(unit.status.standard_enable), put_standard)
    standard.attribute("event", lambda: float(unit.status.take_standard_event()))
    measurement = Node(
        constants={
            "VOLTAGE_LIMIT": VOLTAGE_LIMIT,
            "VLMT": VOLTAGE_LIMIT,
            "CURRENT_LIMIT": CURRENT_LIMIT,
            "ILMT": CURRENT_LIMIT,
            "READING_OVERFLOW": READING_OVERFLOW,
            "ROF": READING_OVERFLOW,
            "INTERLOCK": INTERLOCK,
            "INSTRUMENT_SUMMARY": INSTRUMENT,
        }
    )
    measurement.attribute("condition", lambda: _measurement(unit, channels))
    instrument = Node()
    for letter, channel in channels.items():
        one = Node(constants={"VLMT": VOLTAGE_LIMIT, "ILMT": CURRENT_LIMIT, "ROF": READING_OVERFLOW})
        one.attribute("condition", _condition(channel))
        instrument.objects[f"smu{letter}"] = one
    measurement.objects["instrument"] = instrument
    node.objects = {"standard": standard, "measurement": measurement}
    return node


def _condition(channel: Channel) -> Callable[[], float]:
    return lambda: float(channel.condition)


def _measurement(unit: Keithley2600B, channels: Mapping[str, Channel]) -> float:
    bits = 0
    for channel in channels.values():
        bits |= channel.condition
    if bits:
        bits |= INSTRUMENT
    if unit.has_interlock and unit.interlock_closed:
        bits |= INTERLOCK
    return float(bits)


def timer(unit: Keithley2600B) -> Node:
    """timer.reset() and timer.measure.t()."""
    started = [unit.time]

    def reset() -> None:
        started[0] = unit.time

    return Node(
        functions={"reset": reset},
        objects={"measure": Node(functions={"t": lambda: unit.time - started[0]})},
    )


def display(channels: Mapping[str, Channel]) -> Node:
    """display.*, as far as programs write to it."""
    names = ("clear", "settext", "setcursor", "sendkey", "trigger", "clearanalog")
    node = Node(
        functions=dict.fromkeys(names, _ignore),
        constants={"SMUA": 0, "SMUB": 1, "SMUA_SMUB": 2, "USER": 3, "UNLOCK": 0, "LOCK": 1},
    )
    node.functions["gettext"] = lambda *_: ""
    node.held("screen", 0.0, lambda value: within(value, 0, 3))
    node.held("locallockout", 0.0, lambda value: within(value, 0, 1))
    for letter in channels:
        shown = Node(objects={"measure": Node()})
        shown.held("digits", 5.0, lambda value: within(value, 4, 6))
        shown.objects["measure"].held("func", 1.0, lambda value: within(value, 0, 3))
        node.objects[f"smu{letter}"] = shown
    return node


def beeper() -> Node:
    """beeper.*"""
    node = Node(functions={"beep": _ignore}, constants={"ON": 1, "OFF": 0})
    node.held("enable", 1.0, lambda value: within(value, 0, 1))
    return node


def _ignore(*_: object) -> None:
    return None
