"""smuX.measure: ranges, integration, autozero, count, filter, relative offset (2600BS-901-01, section 9).

The measurements themselves are in smu.lua. Not simulated: the median filter, overlapped measurements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2600.settings import AUTOZERO_AUTO, AUTOZERO_ONCE, DELAY_AUTO
from simulators.instruments.keithley.source_meter.ranges import index_for
from simulators.wire.tsp import Node
from simulators.wire.tsp.errors import TspError
from simulators.wire.tsp.printing import number, whole, within

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2600.channel import Channel

LETTERS = {"v": "VOLT", "i": "CURR"}
MOST_READINGS = 60_000
LONGEST_DELAY_s = 999.0


def measure_node(channel: Channel) -> Node:
    """The commands of one channel."""
    node = Node()

    def put_nplc(value: object) -> None:
        channel.settings.nplc = within(value, 0.001, 25.0)

    def put_autozero(value: object) -> None:
        mode = whole(value, 0, AUTOZERO_AUTO)
        if mode == AUTOZERO_ONCE:
            end = channel.converter.zero(channel.settings, channel.unit.time)
            channel.unit.spend(end - channel.unit.time)
        channel.settings.autozero = mode

    def put_count(value: object) -> None:
        channel.settings.count = whole(value, 1, MOST_READINGS)

    def put_interval(value: object) -> None:
        channel.settings.interval_s = within(value, 0.0, 1.0)

    def put_delay(value: object) -> None:
        channel.settings.measure_delay_s = within(value, DELAY_AUTO, LONGEST_DELAY_s)

    def put_factor(value: object) -> None:
        channel.settings.delay_factor = within(value, 0.0, 1e6)

    node.attribute("nplc", lambda: channel.settings.nplc, put_nplc)
    node.attribute("autozero", lambda: float(channel.settings.autozero), put_autozero)
    node.attribute("count", lambda: float(channel.settings.count), put_count)
    node.attribute("interval", lambda: channel.settings.interval_s, put_interval)
    node.attribute("delay", lambda: channel.settings.measure_delay_s, put_delay)
    node.attribute("delayfactor", lambda: channel.settings.delay_factor, put_factor)
    node.objects = {"filter": _filter_node(channel), "rel": Node()}
    for letter, name in LETTERS.items():
        _of_quantity(node, channel, letter, name)
    return node


def _filter_node(channel: Channel) -> Node:
    node = Node()

    def put_on(value: object) -> None:
        channel.settings.filter.on = bool(whole(value, 0, 1))

    def put_count(value: object) -> None:
        channel.settings.filter.count = whole(value, 1, 100)

    node.attribute("enable", lambda: float(channel.settings.filter.on), put_on)
    node.attribute("count", lambda: float(channel.settings.filter.count), put_count)
    return node


def _of_quantity(node: Node, channel: Channel, letter: str, name: str) -> None:
    def put_range(value: object) -> None:
        side = channel.settings.sense[name]
        found = index_for(channel.settings.tables[name], abs(number(value)))
        if found is None:
            raise TspError(1101)
        side.range_index = max(found, side.low_index if channel.settings.highc else 0)
        side.range_auto = False

    def put_auto(value: object) -> None:
        channel.settings.sense[name].range_auto = bool(whole(value, 0, 1))

    def put_low(value: object) -> None:
        side = channel.settings.sense[name]
        found = index_for(channel.settings.tables[name], abs(number(value)))
        if found is None:
            raise TspError(1101)
        side.low_index = found
        if side.range_auto:
            side.range_index = max(side.range_index, found)

    def put_relative(value: object) -> None:
        channel.settings.sense[name].relative = number(value)

    def put_relative_on(value: object) -> None:
        channel.settings.sense[name].relative_on = bool(whole(value, 0, 1))

    def full_scale() -> float:
        return channel.settings.range_of(name).full_scale

    def lowest() -> float:
        return channel.settings.tables[name][channel.settings.sense[name].low_index].full_scale

    node.attribute(f"range{letter}", full_scale, put_range)
    node.attribute(f"autorange{letter}", lambda: float(channel.settings.sense[name].range_auto), put_auto)
    node.attribute(f"lowrange{letter}", lowest, put_low)
    relative = node.objects["rel"]
    relative.attribute(f"level{letter}", lambda: channel.settings.sense[name].relative, put_relative)
    relative.attribute(
        f"enable{letter}", lambda: float(channel.settings.sense[name].relative_on), put_relative_on
    )
