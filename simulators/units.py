"""Which entries of a station file are channels of one instrument: same resource, same model, own option."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulators.instruments.model import Model
from simulators.plugs import End
from simulators.tables import Table


@dataclass(frozen=True, slots=True)
class Unit:
    """One instrument, by the name of its first entry; `channels` says which channel each entry is.

    "" is for an entry that does not say: wires that name no channel are at the first one then.
    """

    name: str
    channels: Mapping[str, str]


def units(instruments: Table, models: Mapping[str, Model]) -> list[Unit]:
    """The instruments behind the tables of [instruments]; `models` are those of the entries."""
    found: list[tuple[Unit, dict[str, str]]] = []
    first: dict[tuple[str, int], dict[str, str]] = {}
    for name, model in models.items():
        entry = instruments.table(name)
        option = str(entry.table("options").raw(model.channel_option, "")) if model.channel_option else ""
        key = str(entry.raw("resource")).casefold(), id(model)
        if model.channel_option and key in first:
            first[key][name] = option or model.first_channel
            continue
        channels = first[key] = {name: option}
        found.append((Unit(name, channels), channels))
    for unit, channels in found:
        if len(channels) > 1:
            channels[unit.name] = channels[unit.name] or models[unit.name].first_channel
    return [unit for unit, _ in found]


def at_the_unit(end: End, of: Iterable[Unit]) -> End:
    """The same end, with the instrument and the channel that it is at."""
    for unit in of:
        if end.instrument in unit.channels:
            return End(unit.name, end.channel or unit.channels[end.instrument], end.terminal)
    return end
