"""The eight resistivity and the four Hall settings of a four-contact film, named as ASTM F76 names them.

V_ij,kl is the voltage V_k - V_l for a current into contact i and out of contact j; contacts are numbered
around the rim. Reversing the current makes V_ij,kl into V_ji,kl, so the eight voltages of F76 come in pairs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

CURRENT_HIGH, CURRENT_LOW, VOLTAGE_HIGH, VOLTAGE_LOW = 1, 2, 3, 4
"""Columns of the switch, as on the Keithley 7065 Hall card; its rows are the contacts of the film."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the current enters and leaves, and between which contacts the voltage is read."""

    into: int
    out_of: int
    plus: int
    minus: int

    @property
    def name(self) -> str:
        """As in ASTM F76: "21,34"."""
        return f"{self.into}{self.out_of},{self.plus}{self.minus}"

    @property
    def reversed(self) -> Setting:
        """The same with the current contacts exchanged."""
        return Setting(self.out_of, self.into, self.plus, self.minus)

    @property
    def crosspoints(self) -> tuple[tuple[int, int], ...]:
        """(row, column) of the relays to close."""
        return (
            (self.into, CURRENT_HIGH),
            (self.out_of, CURRENT_LOW),
            (self.plus, VOLTAGE_HIGH),
            (self.minus, VOLTAGE_LOW),
        )


RESISTIVITY = (
    Setting(2, 1, 3, 4),
    Setting(1, 2, 3, 4),
    Setting(3, 2, 4, 1),
    Setting(2, 3, 4, 1),
    Setting(4, 3, 1, 2),
    Setting(3, 4, 1, 2),
    Setting(1, 4, 2, 3),
    Setting(4, 1, 2, 3),
)
"""In the order of F76 (and of Keithley's Hall software): pairs of current reversal, then around the rim."""

HALL = (Setting(3, 1, 4, 2), Setting(1, 3, 4, 2), Setting(4, 2, 1, 3), Setting(2, 4, 1, 3))
"""The first two give R_HC, the last two R_HD."""

CONTACTS = {
    "1": Setting(1, 2, 1, 3),
    "2": Setting(2, 3, 2, 4),
    "3": Setting(3, 4, 3, 1),
    "4": Setting(4, 1, 4, 2),
}
"""Three-terminal: the contact that the current enters, against one that carries none. Of the three contacts
only the first can bend the curve, so that a bent one says which it is."""


def blocking(curves: Collection[str]) -> list[str]:
    """The contacts that have kept the source from driving its current in these curves.

    A current enters the contact that a curve is named after and leaves the next one, so that one contact
    stops two curves. Both contacts of each where no contact would explain two of them.
    """
    after = {"1": "2", "2": "3", "3": "4", "4": "1"}
    shared = [after[one] for one in curves if after[one] in curves]
    return sorted(shared or {contact for one in curves for contact in (one, after[one])})


SIDES = ("21,34", "32,41", "43,12", "14,23")
"""The four resistances around the rim, R_1 to R_4: R_1 and R_3 are reciprocal, and so are R_2 and R_4."""


def setting(name: str) -> Setting:
    """The setting called `name`; raises ValueError for anything else than four digits "ij,kl"."""
    digits = name.replace(",", "")
    if len(digits) != 4 or not digits.isdigit():
        raise ValueError(f"{name!r} is no setting of four contacts")
    return Setting(*(int(digit) for digit in digits))
