"""The contacts before anything else: a curve of each, and a lower current where one is not ohmic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError
from bench.core.quantities import format_quantity
from procedures.transport.van_der_pauw.permutations import CONTACTS, blocking

if TYPE_CHECKING:
    from bench.runs.context import RunContext
    from procedures.transport.van_der_pauw.contact_rule import ContactRule
    from procedures.transport.van_der_pauw.contacts import ContactLine
    from procedures.transport.van_der_pauw.rack import FilmRack

PARTS = (1.0, 0.3, 0.1)
"""Of the current that was asked for, one after the other until all contacts are ohmic: our choice."""


def check_contacts(context: RunContext, rack: FilmRack, rule: ContactRule) -> None:
    """Leaves the rack at the highest of the tried currents at which every contact is ohmic.

    Where there is none: at the highest that the source could drive, and the analysis flags the contacts.
    Raises MeasurementError where it could drive none of them through some contact.
    """
    asked_A = rack.level_A
    possible_A: list[float] = []
    stuck: list[str] = []
    for part in PARTS:
        if part < 1.0:
            rack.use_level(part * asked_A)
        lines = _lines(rack, rule)
        stuck = [contact for contact, line in lines.items() if line is None]
        if not stuck:
            possible_A.append(rack.level_A)
            if all(line is not None and line.verdict != "not ohmic" for line in lines.values()):
                break
    else:
        if not possible_A:
            raise _refusal(stuck, rack.level_A)
        if rack.level_A != possible_A[0]:
            rack.use_level(possible_A[0])
    if rack.level_A != asked_A:
        context.note(
            f"current lowered from {format_quantity(asked_A, 'A')} to {format_quantity(rack.level_A, 'A')}: "
            "see the table of the contacts"
        )


def _lines(rack: FilmRack, rule: ContactRule) -> dict[str, ContactLine | None]:
    """By contact; None where the source was at its compliance."""
    from procedures.transport.van_der_pauw.contacts import contact_line  # scipy: only where it is needed

    found: dict[str, ContactLine | None] = {}
    for contact, setting in CONTACTS.items():
        levels_A = rule.levels_A(rack.level_A)
        pairs = rack.curve(setting, levels_A)
        ampere, volt = [pair[1] for pair in pairs], [pair[0] for pair in pairs]
        complete = len(pairs) == len(levels_A)
        found[contact] = contact_line(levels_A, ampere, volt, rule.r2_min) if complete else None
    return found


def _refusal(stuck: list[str], level_A: float) -> MeasurementError:
    return MeasurementError(
        f"no usable reading through contact {' and '.join(blocking(stuck))}, not even at "
        f"{format_quantity(level_A, 'A')}: the source is at its compliance or a meter overflows",
        step="contact check",
        state="the output is off and the relays are open",
        remedy="check that the named contacts touch, and how they conduct; lower the current or raise the "
        "compliance",
    )
