"""The sign convention, printed with every Hall result: a type without it is a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.runs.columns import Column
from bench.runs.record import Table

if TYPE_CHECKING:
    from bench.samples.model import Numbering


def convention_table(declared: Numbering | None, carrier: str) -> Table:
    """What has to hold for the sign to be right, what was declared, and what follows."""
    numbering = declared or "not declared, counter-clockwise assumed"
    rows = (
        ("contacts 1 to 4, seen from where a positive field points to", numbering),
        ("V_ij,kl", "current into contact i and out of contact j, voltage V_k - V_l (ASTM F76)"),
        ("positive field", "as the field meter reads it: its probe's direction"),
        ("Hall resistance", "(R_31,42 + R_42,13)/2 = R_H B/t for counter-clockwise contacts"),
        ("negative R_H", "n-type: electrons"),
        ("type", {"n": "n", "p": "p"}.get(carrier, "not resolved")),
        ("verified how", "not by this run: measure a sample of known type once with these leads"),
    )
    return Table((Column("Convention", kind="text"), Column("Here", kind="text")), rows)
