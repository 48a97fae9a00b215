"""Reads the wires of a fixture from a station file: which contact goes to which terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from simulators.plugs import End, Plugs
from simulators.tables import Table


def read_ends(
    table: Table, what: str, contacts: Collection[str], instruments: Mapping[str, Plugs | None]
) -> dict[str, End]:
    """Contact -> where its wire ends; what is wrong is noted in the table and left out.

    `what` names the fixture in messages ("a pellet press"); `instruments` are those of the station, None for
    one of which no simulated model is known.
    """
    ends: dict[str, End] = {}
    for contact in table:
        text = table.text(contact)
        end = End.of(text)
        if contact not in contacts:
            table.problem(contact, f"is not a contact of {what} ({', '.join(contacts)})")
        elif end.instrument not in instruments:
            table.problem(contact, f"goes to {text!r}, but the station has no instrument {end.instrument!r}")
        elif (plugs := instruments[end.instrument]) and end.name not in plugs.terminals:
            table.problem(contact, f"goes to {text!r}, which is no terminal of that instrument")
        else:
            ends[contact] = end
    return ends
