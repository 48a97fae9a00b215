"""Reads a parsed TOML table key by key, collecting every problem instead of stopping at the first."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class WorldError(ValueError):
    """A world cannot be built; `problems` lists every reason, each with the key it is about."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "\n".join(["the simulated world cannot be built:", *(f"  {one}" for one in problems)])
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A quantity whose true value is drawn from the seed: normal, mean `value`, standard deviation `u`."""

    value: float
    u: float = 0.0


class Table:
    """One table of the file. Readers return a placeholder (nan, "") where they have noted a problem."""

    def __init__(
        self,
        file: str,
        content: object,
        problems: list[str],
        path: str = "",
        fallback: Table | None = None,
    ) -> None:
        self.path = path
        self._file = file
        self._problems = problems
        self._fallback = fallback
        self._used: set[str] = set()
        self._common: dict[str, Table] = {}
        if isinstance(content, Mapping):
            self._content: Mapping[str, Any] = content
        else:
            self._content = {}
            self.problem("", "is not a table")

    def problem(self, key: str, what: str) -> None:
        """Note that something is wrong with `key` of this table ("" for the table itself)."""
        if self._inherits(key):
            assert self._fallback is not None
            self._fallback.problem(key, what)
            return
        text = ": ".join(part for part in (self._file, self._at(key), what) if part)
        if text not in self._problems:
            self._problems.append(text)

    def __iter__(self) -> Iterator[str]:
        """All own keys, in the order of the file."""
        return iter(self._content)

    def over(self, fallback: Table) -> Table:
        """The same table, with another one asked for the keys that are not here."""
        return Table(self._file, self._content, self._problems, self.path, fallback)

    def raw(self, key: str, default: Any = None) -> Any:
        """The value as parsed."""
        self._used.add(key)
        if self._inherits(key):
            assert self._fallback is not None
            return self._fallback.raw(key, default)
        return self._content.get(key, default)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._content or self._inherits(key)

    def table(self, key: str, *, required: bool = False) -> Table:
        """A table inside; an empty one if it is not there."""
        if self._inherits(key):
            assert self._fallback is not None
            self._used.add(key)
            return self._fallback.table(key)
        if required and not self.has(key):
            self.problem(key, "is missing")
        return Table(self._file, self.raw(key, {}), self._problems, self._at(key))

    def merged(self, key: str) -> Table:
        """A table inside, asking the one of the same name in the fallback for the keys that are not here."""
        self._used.add(key)
        own = Table(self._file, self._content.get(key, {}), self._problems, self._at(key))
        return own.over(self._fallback.common(key)) if self._fallback is not None else own

    def common(self, key: str) -> Table:
        """A table inside that others fall back on; checked for unknown keys together with this one."""
        if key not in self._common:
            self._common[key] = self.table(key)
        return self._common[key]

    def tables(self, key: str) -> list[Table]:
        """An array of tables."""
        rows = self.raw(key, [])
        if not isinstance(rows, list):
            self.problem(key, "is not an array of tables")
            return []
        at = self._at(key)
        return [Table(self._file, row, self._problems, f"{at}[{i}]") for i, row in enumerate(rows)]

    def text(self, key: str, default: str | None = None) -> str:
        """A text; a problem if it is missing and has no default."""
        value = self.raw(key, default)
        if isinstance(value, str) and value:
            return value
        self.problem(key, "is missing" if value is None else f"is not a text: {value!r}")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty if it is not there."""
        values = self.raw(key, [])
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return tuple(values)
        self.problem(key, f"is not a list of texts: {values!r}")
        return ()

    def quantity(
        self, key: str, unit: str, default: float | None = None, *, above: float = -math.inf
    ) -> float:
        """A number in `unit` (bare, or a text with any unit of that dimension), greater than `above`."""
        value = self.raw(key)
        if value is None:
            if default is None:
                self.problem(key, f"is missing; give a quantity in {unit!r}")
                return math.nan
            return default
        return self._number(key, value, unit, above)

    def whole_number(self, key: str, default: int) -> int:
        """A whole number without a unit; whether it is a possible one is for others to say."""
        number = self.quantity(key, "", float(default))
        if math.isfinite(number) and number != int(number):
            self.problem(key, f"must be a whole number, not {self.raw(key)!r}")
        return int(number) if math.isfinite(number) else default

    def quantities(self, key: str, unit: str) -> tuple[float, ...]:
        """A list of numbers in `unit`."""
        values = self.raw(key)
        if not isinstance(values, list):
            self.problem(key, "is missing" if values is None else f"is not a list: {values!r}")
            return ()
        return tuple(self._number(key, value, unit, -math.inf) for value in values)

    def drawn(self, key: str, unit: str, default: float | None = None, *, positive: bool = False) -> Drawn:
        """A quantity, or { value, u }; `u` may be in percent of the value."""
        value = self.raw(key)
        above = 0.0 if positive else -math.inf
        if not isinstance(value, Mapping):
            return Drawn(self.quantity(key, unit, default, above=above))
        inner = self.table(key)
        mean = inner.quantity("value", unit, above=above)
        u = inner.raw("u", 0.0)
        if isinstance(u, str) and u.strip().endswith("%"):
            spread = inner._number("u", u.strip()[:-1], "", -math.inf) / 100 * abs(mean)
        else:
            spread = inner.quantity("u", unit, 0.0)
        inner.done()
        if spread < 0:
            inner.problem("u", "is negative")
        if positive and spread > mean / 8:
            inner.problem("u", "is more than an eighth of the value: the true value could come out negative")
        return Drawn(mean, spread)

    def done(self) -> None:
        """Every own key that nobody asked for is a problem."""
        for key in self._content:
            if key not in self._used:
                known = ", ".join(sorted(self._used)) or "none"
                self.problem(key, f"is not a known key here (known: {known})")
        for table in self._common.values():
            table.done()

    def _at(self, key: str) -> str:
        return ".".join(part for part in (self.path, key) if part)

    def _inherits(self, key: str) -> bool:
        return self._fallback is not None and key not in self._content and self._fallback.has(key)

    def _number(self, key: str, value: object, unit: str, above: float) -> float:
        try:
            number = to_unit(value, unit)
        except ValueError as error:
            self.problem(key, str(error))
            return math.nan
        if not number > above:
            self.problem(key, f"must be greater than {above:g} {unit}, got {value!r}")
            return math.nan
        return number


def to_unit(value: object, unit: str) -> float:
    """A number in `unit` from a bare number or a text such as "20 um"; raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"is not a quantity: {value!r}")
    try:
        number = float(value)
    except ValueError:
        number = _convert(str(value), unit)
    if not math.isfinite(number):
        raise ValueError(f"is not a finite number: {value!r}")
    return number


@functools.cache
def _units() -> Any:  # pint publishes no useful types
    import pint  # half a second: only when a text with a unit is met

    return pint.get_application_registry()  # the one that pymeasure uses: making another costs 0.3 s


@functools.lru_cache(maxsize=4096)
def _convert(text: str, unit: str) -> float:
    number, _, name = text.strip().partition(" ")
    try:
        return float(_units().Quantity(float(number), name.strip()).to(unit).magnitude)
    except Exception as error:  # pint raises many unrelated classes on bad text
        raise ValueError(f'{text!r} is not a quantity in {unit!r}, such as "1 {unit}"') from error
