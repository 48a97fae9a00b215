"""Which runs are those of a furnace: told by the columns that they publish, whatever the instrument."""

from __future__ import annotations

from collections.abc import Iterable

from bench.service.models.station import ColumnInfo

NEEDED = frozenset({"Time", "State", "Segment", "Set-point", "Control", "Output", "Programme left"})
TEMPERATURES = ("Set-point", "Control", "Vessel")
_KNOWN = NEEDED | {"Vessel", "Attempt"}


def of_furnace(columns: Iterable[ColumnInfo]) -> bool:
    """Whether rows with these columns are looks at a furnace and its programmer."""
    return {column.name for column in columns} >= NEEDED


def others(columns: Iterable[ColumnInfo]) -> list[ColumnInfo]:
    """What else is measured: a flow of gas, a pressure, whatever a laboratory has."""
    return [column for column in columns if column.kind == "number" and column.name not in _KNOWN]


def warnings(columns: Iterable[ColumnInfo]) -> list[str]:
    """Names of the flags; each says that something is wrong while it is set."""
    return [column.name for column in columns if column.kind == "flag"]
