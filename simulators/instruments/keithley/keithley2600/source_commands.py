"""smuX.source: levels, ranges, limits, output and its off modes (2600BS-901-01 Rev. F, section 9).

Which error refuses what is from memory where the manual's page was not at hand; that it is refused is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2600.ranges import lowest_sourced
from simulators.instruments.keithley.keithley2600.settings import HIGH_Z, LEAST_HIGHC_A, NORMAL, OPPOSITE
from simulators.instruments.keithley.source_meter.ranges import index_for
from simulators.wire.tsp import Node
from simulators.wire.tsp.errors import TspError
from simulators.wire.tsp.printing import number, whole, within

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2600.channel import Channel

LETTERS = {"v": "VOLT", "i": "CURR"}
BLOCKED, UNSAFE = 802, 5007
LONGEST_DELAY_s = 999.0


def source_node(channel: Channel) -> Node:
    """The commands of one channel."""
    node = Node()
    _plain(node, channel)
    for letter, name in LETTERS.items():
        _of_quantity(node, channel, letter, name)
    return node


def _plain(node: Node, channel: Channel) -> None:
    def set_function(value: object) -> None:
        channel.settings.function = "VOLT" if whole(value, 0, 1) else "CURR"
        channel.changed()

    def set_output(value: object) -> None:
        wanted = bool(whole(value, 0, 1))
        settings = channel.settings
        volts = settings.tables["VOLT"][settings.source["VOLT"].range_index].full_scale
        volts = volts if settings.function == "VOLT" else settings.limit
        if wanted and volts > channel.variant.interlock_V and not channel.interlock_closed():
            raise TspError(BLOCKED)
        settings.output = wanted
        channel.changed()

    def set_off_mode(value: object) -> None:
        channel.settings.off_mode = whole(value, NORMAL, HIGH_Z)
        channel.changed()

    def set_off_function(value: object) -> None:
        channel.settings.off_function = "VOLT" if whole(value, 0, 1) else "CURR"
        channel.changed()

    def set_highc(value: object) -> None:
        channel.settings.highc = bool(whole(value, 0, 1))
        if channel.settings.highc:
            _raise_to_highc(channel)
        channel.changed()

    def set_delay(value: object) -> None:
        channel.settings.source_delay_s = within(value, -1.0, LONGEST_DELAY_s)

    def set_settling(value: object) -> None:
        channel.settings.settling = whole(value, 0, 128)

    def set_sink(value: object) -> None:
        channel.settings.sink = bool(whole(value, 0, 1))

    node.attribute("func", lambda: float(channel.settings.function == "VOLT"), set_function)
    node.attribute("output", lambda: float(channel.settings.output), set_output)
    node.attribute("offmode", lambda: float(channel.settings.off_mode), set_off_mode)
    node.attribute("offfunc", lambda: float(channel.settings.off_function == "VOLT"), set_off_function)
    node.attribute("highc", lambda: float(channel.settings.highc), set_highc)
    node.attribute("delay", lambda: channel.settings.source_delay_s, set_delay)
    node.attribute("settling", lambda: float(channel.settings.settling), set_settling)
    node.attribute("sink", lambda: float(channel.settings.sink), set_sink)
    node.attribute("compliance", channel.is_limited)


def _raise_to_highc(channel: Channel) -> None:
    """High-capacitance mode: no current range or limit below 1 uA."""
    settings = channel.settings
    least = index_for(settings.tables["CURR"], LEAST_HIGHC_A) or 0
    current = settings.source["CURR"]
    current.limit = max(current.limit, LEAST_HIGHC_A)
    current.range_index, current.low_index = max(current.range_index, least), max(current.low_index, least)
    sense = settings.sense["CURR"]
    sense.range_index, sense.low_index = max(sense.range_index, least), max(sense.low_index, least)


def _of_quantity(node: Node, channel: Channel, letter: str, name: str) -> None:
    def put_level(value: object) -> None:
        level = number(value)
        settings = channel.settings
        side = settings.source[name]
        index = side.range_index
        if side.range_auto:
            found = index_for(settings.tables[name], abs(level))
            index = max(len(settings.tables[name]) if found is None else found, side.low_index)
        if index >= len(settings.tables[name]) or abs(level) > settings.tables[name][index].largest_level * (
            1 + 1e-9
        ):
            raise TspError(1101)
        _change(channel, side, range_index=index, level=level)

    def put_range(value: object) -> None:
        settings = channel.settings
        side = settings.source[name]
        index = _range_index(channel, name, value, side.low_index if settings.highc else 0)
        if abs(side.level) > settings.tables[name][index].largest_level * (1 + 1e-9):
            raise TspError(-221)
        _change(channel, side, range_index=index, range_auto=False)

    def put_auto(value: object) -> None:
        side = channel.settings.source[name]
        side.range_auto = bool(whole(value, 0, 1))
        if side.range_auto:
            put_level(side.level)

    def put_low(value: object) -> None:
        side = channel.settings.source[name]
        side.low_index = _range_index(channel, name, value, 0)
        if side.range_auto:
            put_level(side.level)

    def put_limit(value: object) -> None:
        least = channel.variant.least_limit[name]
        if channel.settings.highc and name == "CURR":
            least = max(least, LEAST_HIGHC_A)
        top = channel.settings.tables[name][-1].largest_level
        _change(channel, channel.settings.source[name], limit=within(value, least, top))

    def put_off_limit(value: object) -> None:
        top = channel.settings.tables[name][-1].largest_level
        channel.settings.off_limit[name] = within(value, channel.variant.least_limit[name], top)
        channel.changed()

    node.attribute(f"level{letter}", lambda: channel.settings.source[name].level, put_level)
    node.attribute(f"range{letter}", lambda: _full_scale(channel, name, "range_index"), put_range)
    node.attribute(f"lowrange{letter}", lambda: _full_scale(channel, name, "low_index"), put_low)
    node.attribute(f"autorange{letter}", lambda: float(channel.settings.source[name].range_auto), put_auto)
    node.attribute(f"limit{letter}", lambda: channel.settings.source[name].limit, put_limit)
    node.attribute(f"offlimit{letter}", lambda: channel.settings.off_limit[name], put_off_limit)


def _full_scale(channel: Channel, name: str, which: str) -> float:
    index: int = getattr(channel.settings.source[name], which)
    return channel.settings.tables[name][index].full_scale


def _range_index(channel: Channel, name: str, value: object, least: int) -> int:
    found = index_for(channel.settings.tables[name], abs(number(value)))
    if found is None:
        raise TspError(1101)
    return max(found, least, lowest_sourced(channel.variant.family)[name])


def _change(channel: Channel, side: object, **new: object) -> None:
    """Change a source side as a whole, unless the power would be more than the instrument has."""
    old = {key: getattr(side, key) for key in new}
    for key, value in new.items():
        setattr(side, key, value)
    if not _is_within_boxes(channel):
        for key, value in old.items():
            setattr(side, key, value)
        raise TspError(UNSAFE)
    channel.changed()


def _is_within_boxes(channel: Channel) -> bool:
    """Whether source range and limit together stay inside one of the two boxes."""
    settings = channel.settings
    name = settings.function
    sourced = settings.tables[name][settings.active.range_index].full_scale
    limit = settings.source[OPPOSITE[name]].limit
    volts, amps = (sourced, limit) if name == "VOLT" else (limit, sourced)
    (low_V, high_A), (high_V, low_A) = channel.variant.boxes
    slack = 1 + 1e-9
    return (volts <= low_V * slack and amps <= high_A * slack) or (
        volts <= high_V * slack and amps <= low_A * slack
    )
