"""Which instrument hangs on which fixture, from the wiring of a station file."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.instruments.catalogue import MODELS
from simulators.tables import Table

FORCE = ("force_high", "force_low")
SENSE = ("sense_high", "sense_low")


@dataclass(frozen=True, slots=True)
class Wiring:
    """One source meter on one fixture; `channel` is "" for its first, or its only one."""

    fixture: str
    instrument: str
    sense_wired: bool
    channel: str = ""


def read_wiring(fixture: str, table: Table, models: dict[str, str]) -> Wiring | None:
    """The wiring of a pellet press; what is wrong is noted in the table. None if nothing is wired to it.

    `models` maps the instruments of the station to their simulated models. Each contact of the fixture goes
    to the terminal of the same name ("meter.force_high", or of a channel "meter.b.force_high"); all to one
    instrument and channel; sense wires come in pairs or not at all.
    """
    wires: dict[str, tuple[str, str]] = {}
    for contact in table:
        end = table.text(contact)
        instrument, _, terminal = end.partition(".")
        if contact not in FORCE + SENSE:
            table.problem(
                contact, "is not a contact of a pellet press (force_high, force_low, sense_high, sense_low)"
            )
        elif instrument not in models:
            table.problem(contact, f"goes to {end!r}, but the station has no instrument {instrument!r}")
        elif models[instrument] in MODELS and terminal not in MODELS[models[instrument]].terminals:
            table.problem(contact, f"goes to {end!r}, which is no terminal of that instrument")
        elif terminal.rpartition(".")[2] != contact:
            table.problem(contact, f"goes to {end!r}: crossed wires are not simulated")
        else:
            wires[contact] = (instrument, terminal.rpartition(".")[0])
    if not wires:
        return None
    if len({instrument for instrument, _ in wires.values()}) > 1:
        table.problem("", "wires one press to several instruments, which is not simulated")
    elif len({channel for _, channel in wires.values()}) > 1:
        table.problem("", "wires one press to several channels, which is not simulated")
    for contact in FORCE:
        if contact not in wires and not table.has(contact):
            table.problem(contact, "is missing")
    sensed = [contact for contact in SENSE if table.has(contact)]
    if len(sensed) == 1:
        table.problem("", "has one sense wire; give both or none")
    instrument, channel = next(iter(wires.values()))
    return Wiring(fixture, instrument, len(sensed) == 2, channel)
