"""Whether a run's readings may be trusted: contacts that are not ohmic, current that went elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.core.current_balance import missing, tolerated
from bench.core.quantities import format_quantity
from bench.core.roles import Accuracy
from bench.runs.columns import Column
from bench.runs.record import Table
from procedures.transport.hall import flags
from procedures.transport.van_der_pauw.columns import CONTACT, HALL, RIM
from procedures.transport.van_der_pauw.contacts import ContactLine, contact_line
from procedures.transport.van_der_pauw.permutations import CONTACTS, blocking

if TYPE_CHECKING:
    from bench.runs.columns import Value
    from bench.runs.record import RunRecord
    from procedures.transport.van_der_pauw.resistances import Curve, FilmRows, Measured

TABLE = (
    Column("Contact", kind="text"),
    Column("Current up to", "A"),
    Column("Slope", "ohm"),
    Column("R2"),
    Column("p if only noise"),
    Column("Verdict", kind="text"),
)
LIMITED = "in compliance"
_CONTACT_OF = {setting.name: contact for contact, setting in CONTACTS.items()}


@dataclass(frozen=True, slots=True)
class Contact:
    """One curve: the contact, its largest current, and the line through it (None: the source was limited)."""

    contact: str
    level_A: float
    line: ContactLine | None

    @property
    def verdict(self) -> str:
        """In one word or two."""
        return self.line.verdict if self.line else LIMITED


@dataclass(frozen=True, slots=True)
class Trust:
    """`flags` go with every result of the run; with `elsewhere` there is none."""

    contacts: tuple[Contact, ...]
    elsewhere: bool
    flags: tuple[str, ...]


def trust_of(record: RunRecord, rows: FilmRows) -> Trust:
    """From the rows, and what the facts say about the source."""
    contacts = tuple(_contact(curve, record) for curve in rows.curves(CONTACT))
    measured = [*rows.settings(RIM), *rows.settings(HALL)]
    used_A = max((one.set_A for one in measured), default=0.0)
    found = _contact_flags(contacts, used_A)
    lost = _lost(record, measured)
    if lost:
        found.append(f"{flags.ELSEWHERE}: {lost}")
    if record.facts.get("current") == "set":
        found.append(flags.CURRENT_AS_SET)
    return Trust(contacts, bool(lost), tuple(found))


def contact_table(contacts: Iterable[Contact]) -> Table:
    """Every curve, also those at currents that were not used in the end."""
    lines: list[tuple[Value, ...]] = [
        (
            one.contact,
            one.level_A,
            *((None, None, None) if one.line is None else (one.line.ohm, one.line.r2, one.line.p)),
            one.verdict,
        )
        for one in contacts
    ]
    return Table(TABLE, tuple(lines))


def _contact(curve: Curve, record: RunRecord) -> Contact:
    line = None
    if not curve.cut_short:
        r2_min = float(record.parameters["contact_r2"])
        line = contact_line(curve.set_A, curve.current_A, curve.voltage_V, r2_min)
    return Contact(_CONTACT_OF[curve.setting], float(np.abs(curve.set_A).max()), line)


def _contact_flags(contacts: Iterable[Contact], used_A: float) -> list[str]:
    """Why the current is not the one that was asked for, and what was wrong at the one that was used."""
    by_level: dict[float, dict[str, list[str]]] = {}
    for one in contacts:
        by_level.setdefault(one.level_A, {}).setdefault(one.verdict, []).append(one.contact)
    if not by_level or not used_A:
        return []
    found = []
    asked_A = max(by_level)
    if asked_A > used_A * (1 + 1e-9):
        why = []
        if "not ohmic" in by_level[asked_A]:
            why.append(f"{flags.NOT_OHMIC}: {', '.join(by_level[asked_A]['not ohmic'])}")
        if LIMITED in by_level[asked_A]:
            why.append(f"source in compliance at contact {', '.join(blocking(by_level[asked_A][LIMITED]))}")
        change = f"from {format_quantity(asked_A, 'A')} to {format_quantity(used_A, 'A')}"
        found.append(f"{flags.LOWERED} {change} ({'; '.join(why)})")
    used = by_level[min(by_level, key=lambda level_A: abs(level_A - used_A))]
    for verdict, flag in (("not ohmic", flags.NOT_OHMIC), ("not resolved", flags.NOT_RESOLVED)):
        if verdict in used:
            found.append(f"{flag}: {', '.join(used[verdict])}")
    return found


def _lost(record: RunRecord, measured: Iterable[Measured]) -> str:
    """The setting in which most of the current is missing, where that is more than the instruments allow."""
    if record.facts.get("current") != "measured":
        return ""
    worst: tuple[float, str] = (0.0, "")
    source = _accuracy(record.facts.get("source_accuracy"))
    meters = {
        line["range"]: _accuracy(line) for line in record.facts.get("accuracy", []) if line["unit"] == "A"
    }
    for one in measured:
        if not one.ohm.size:
            continue
        part = missing(one.set_A, one.current_A)
        allowed = tolerated(one.set_A, source, meters.get(one.gains[1][1]), reversed_=True)
        if abs(part) > allowed and abs(part) > worst[0]:
            worst = abs(part), f"{100 * part:.2g} % at {one.setting}"
    return worst[1]


def _accuracy(entry: Mapping[str, Any] | None) -> Accuracy | None:
    return None if entry is None else Accuracy(entry["relative"], entry["offset"], entry["source"])
