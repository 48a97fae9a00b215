"""The contacts that the known kinds of fixture have, so that a wrong name is told before a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.core.errors import Problem
from bench.core.files import Keys, TomlDocument, did_you_mean

_PRESSED = ("force_high", "force_low", "sense_high", "sense_low")

KINDS: Mapping[str, tuple[str, ...]] = {
    "pellet_press": _PRESSED,
    "particle_tips": _PRESSED,
    "furnace_tube": ("control", "heater", "vessel", "gas", "exhaust", "vacuum"),
    "hall_holder": (
        *(f"contact_{number}" for number in range(1, 9)),
        *("current_high", "current_low", "return", "voltage_high", "voltage_low"),
        *("coil_high", "coil_low", "probe"),
    ),
}
"""Kind -> all its contacts, as in docs/reference/files.md. A kind of the lab's own is not looked at."""

_PAIRS = (
    ("force_high", "force_low"),
    ("sense_high", "sense_low"),
    ("control", "heater"),
    ("current_high", "current_low"),
    ("voltage_high", "voltage_low"),
    ("coil_high", "coil_low"),
)


def contact_problems(document: TomlDocument) -> Iterator[Problem]:
    """Contacts that the fixture has not, and wires without their other half."""
    for name in document.table("fixtures"):
        kind = document.get(("fixtures", name, "kind"))
        known = KINDS.get(kind) if isinstance(kind, str) else None
        if known is None:
            continue
        keys: Keys = ("fixtures", name, "wiring")
        wired = document.table(*keys)
        strange = [contact for contact in wired if contact not in known]
        for contact in strange:
            yield document.problem(
                (*keys, contact),
                f"a {kind} has no contact '{contact}'",
                did_you_mean(contact, known, what="its contacts"),
            )
        if strange:
            continue  # the missing half may be the one that is misspelt
        for first, second in _PAIRS:
            if (first in wired) != (second in wired):
                there, absent = (first, second) if first in wired else (second, first)
                yield document.problem(
                    keys,
                    f"'{there}' is wired and '{absent}' is not",
                    f"add {absent}, or remove {there}",
                )
