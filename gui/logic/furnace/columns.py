"""Which runs are those of a furnace: told by the columns that they publish, whatever the instrument."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bench.service.models.station import ColumnInfo

NEEDED = frozenset({"Time", "State", "Segment", "Set-point", "Control", "Output", "Programme left"})
TEMPERATURES = ("Set-point", "Control", "Vessel")
_KNOWN = NEEDED | {"Vessel", "Attempt"}


def of_furnace(columns: Iterable[ColumnInfo]) -> bool:
    """Whether rows with these columns are looks at a furnace and its programmer."""
    return {column.name for column in columns} >= NEEDED


def others(
    columns: Iterable[ColumnInfo], measured: Callable[[str], bool] = lambda name: True
) -> list[ColumnInfo]:
    """What else is measured: a flow of gas, a pressure, whatever a laboratory has.

    `measured` says whether a column has a number in this run. Set-points go with what they are set for.
    """
    numbers = [column for column in columns if column.kind == "number" and column.name not in _KNOWN]
    set_points = {set_point_of(column.name) for column in numbers}
    return [one for one in numbers if one.name not in set_points and measured(one.name)]


def set_point_of(name: str) -> str:
    """The column that would hold what this one was set to."""
    return f"{name} set-point"


def warnings(columns: Iterable[ColumnInfo]) -> list[str]:
    """Names of the flags; each says that something is wrong while it is set."""
    return [column.name for column in columns if column.kind == "flag"]
